"""Watches a deployment make progress, as a subscriber of its changelog: fence by fence."""

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from streams.engine.fence import Fence
from streams.engine.state import FENCE_KEY
from tests.faults.log import BRISK

_POLL_S = 0.1


class Commit(NamedTuple):
    """A partition's effects are durable up to a source position, seen at a monotonic time."""

    at_s: float
    partition: int
    position: int


class Watch:
    """Follows the fences of a changelog, read-committed: what it sees counts for everybody."""

    def __init__(self, bootstrap: str, changelog: str, partitions: int) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "watch",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 100,
                **BRISK,
            }
        )
        self._consumer.assign(
            [TopicPartition(changelog, n, OFFSET_BEGINNING) for n in range(partitions)]
        )
        self.positions = [0] * partitions
        self.commits: list[Commit] = []
        self._told = threading.Condition()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self._thread.join()
        self._consumer.close()

    def passed(self, goals: Mapping[int, int], deadline_s: float) -> float | None:
        """Wait until each partition stands at its goal or beyond.

        -> when the last of them did (monotonic), None: not in time.
        """

        def all_there() -> bool:
            return all(self.positions[n] >= goal for n, goal in goals.items())

        with self._told:
            if not self._told.wait_for(all_there, deadline_s):
                return None
            return max(self._when(n, goal) for n, goal in goals.items())

    def pause_s(self, since_s: float) -> float:
        """The longest time since then in which some partition committed nothing."""
        with self._told:
            commits = [commit for commit in self.commits if commit.at_s >= since_s]
        longest = 0.0
        for number in range(len(self.positions)):
            times = [since_s, *(c.at_s for c in commits if c.partition == number)]
            gaps = (after - before for before, after in pairwise(times))
            longest = max(longest, *gaps)
        return longest

    def _when(self, partition: int, goal: int) -> float:
        return next(c.at_s for c in self.commits if c.partition == partition and c.position >= goal)

    def _run(self) -> None:
        while not self._stopped.is_set():
            with suppress(KafkaException):  # a broker is away: it comes back
                for message in self._consumer.consume(1_000, _POLL_S):
                    if message.error() is None and message.key() == FENCE_KEY:
                        self._take(message.partition() or 0, message.value() or b"")

    def _take(self, partition: int, value: bytes) -> None:
        position = max(Fence.read(value).positions.values(), default=0)
        with self._told:
            self.commits.append(Commit(time.monotonic(), partition, position))
            self.positions[partition] = max(self.positions[partition], position)
            self._told.notify_all()
