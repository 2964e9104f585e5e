"""What exactly once costs on real Kafka beside effectively once: events a second, and latency."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from bench import full
from bench.arena import PARTITIONS, PATIENCE_S, Arena, Loaded, child
from bench.footprint import bytes_an_event
from bench.pulse import LEAVING_EVERY
from tests.cluster.kafka import KafkaCluster

LOOK_S = 0.2
JAVA = (
    *("-XX:-UseSerialGC", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"),
    *("-XX:InitiatingHeapOccupancyPercent=35", "-XX:TieredStopAtLevel=4"),
)
"""As Kafka starts itself in production, instead of for tests that want it up soon."""
GUARANTEES = ("effectively_once", "exactly_once")


@contextmanager
def kafka() -> Iterator[Arena]:
    """One node of Apache Kafka, fetched by Maven if it isn't cached; gone at the end."""
    with (
        tempfile.TemporaryDirectory(prefix="cx-bench-kafka-") as folder,
        KafkaCluster(Path(folder), heap_mb=1024, java=JAVA) as running,
    ):
        _wait_for_groups(running.bootstrap)
        yield Arena(running.bootstrap, "bench")


def _wait_for_groups(bootstrap: str) -> None:
    """Ask for a group until a coordinator answers: a fresh Kafka makes its first one when asked.

    Each time anew, since the client remembers a wrong one; a race measured over its errors would
    end before it was seen to begin.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        try:
            admin.list_group_offsets("bench-nobody")
        except KafkaError as error:
            if not error.retriable or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_S)
        else:
            return
        finally:
            admin.close()


def throughput(arena: Arena, loaded: Loaded, rounds: int) -> dict[str, dict[str, Any]]:
    """Both read the same topic, in turn."""
    variants = {name: {"CX_DELIVERY": name} for name in GUARANTEES}
    return full.in_turn(arena, loaded, rounds, variants)


def latency(arena: Arena, guarantee: str, rate: int, seconds: int, warm_up: int) -> dict[str, Any]:
    """Milliseconds from event to alert as a read-committed subscriber meets it, at a rate.

    The first `warm_up` seconds don't count: a broker that has just started compiles its own code
    beside its work, and small transactions are what it has seen least of.
    """
    prefix = arena.create(f"latency-{guarantee}")
    settings = {"CX_DELIVERY": guarantee, "CX_TIME": "live"}
    common = ["--bootstrap", arena.bootstrap, "--partitions", str(PARTITIONS)]
    alerts = [
        "--topic",
        f"{prefix}cx.alerts.churn.v1",
        "--skip",
        str(rate * warm_up // LEAVING_EVERY),
    ]
    with full.worker(arena, prefix, **settings) as running:
        running.ready()
        listener = subprocess.Popen(
            [sys.executable, "-m", "bench.listen", *common, *alerts],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        assert listener.stdout is not None
        listener.stdout.readline()  # it listens
        topic = f"{prefix}cx.touchpoints.v1"
        pace = ["--rate", str(rate), "--seconds", str(warm_up + seconds)]
        sent = child("bench.pulse", *common, "--topic", topic, *pace)
        words, _ = listener.communicate(timeout=PATIENCE_S)
    return {
        "rate": sent["events"] / sent["seconds"],
        **json.loads(words.splitlines()[-1]),
        "bytes_an_event": bytes_an_event(arena.bootstrap, prefix, sent["events"]),
    }
