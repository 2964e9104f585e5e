"""Where contestants meet: a broker, loaded topics, child processes that report."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient

TOUCHPOINTS = "cx.touchpoints.v1"
PARTITIONS = 4
PATIENCE_S = 900.0


@dataclass(frozen=True)
class Loaded:
    """A topic full of events, under a prefix of its own."""

    prefix: str
    events: tuple[int, ...]  # of each partition
    seconds: float

    @property
    def topic(self) -> str:
        """Its full name."""
        return self.prefix + TOUCHPOINTS

    @property
    def total(self) -> int:
        """Events in all partitions."""
        return sum(self.events)


@dataclass(frozen=True)
class Arena:
    """A broker at `bootstrap`, and a name that no earlier run has used on it."""

    bootstrap: str
    run: str

    def prefix(self, name: str) -> str:
        """Start of the names of one part of this run."""
        return f"{self.run}-{name}."

    def create(self, name: str) -> str:
        """Make an empty topic of touchpoints under a prefix, which is returned."""
        prefix = self.prefix(name)
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            wanted = {
                "num_partitions": PARTITIONS,
                "replication_factor": 1,
                # The story lies in the past: by its events' time Kafka would delete it at once.
                "configs": {"retention.ms": "-1"},
            }
            admin.create_topics({prefix + TOUCHPOINTS: wanted}, wait_for_metadata=True)
        finally:
            admin.close()
        return prefix

    def load(self, name: str, *, events: int, customers: int, evenly: bool = False) -> Loaded:
        """Make a topic and fill it, in a process of its own."""
        prefix = self.create(name)
        arguments = ["--bootstrap", self.bootstrap, "--topic", prefix + TOUCHPOINTS]
        arguments += ["--events", str(events), "--customers", str(customers)]
        arguments += ["--partitions", str(PARTITIONS), *(["--evenly"] if evenly else [])]
        told = child("bench.load", *arguments)
        return Loaded(prefix, tuple(told["partitions"]), told["seconds"])


def committed(admin: KafkaAdminClient, group: str, loaded: Loaded) -> int:
    """How many of the topic's events the group has committed."""
    stands = admin.list_group_offsets(group).get(group, {})
    return sum(place.offset for tp, place in stands.items() if tp.topic == loaded.topic)


def child(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module in a fresh process and read the JSON of its last line.

    Raises RuntimeError with its last words when it fails.
    """
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        cwd=Path(__file__).parents[1],
        check=False,
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-2000:]}")
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told
