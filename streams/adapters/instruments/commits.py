"""What became durable, and when last: a process that shows no progress is found by it."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge


class Commits:
    """Counts units of work. `wall_s` is the wall clock, epoch seconds.

    >>> registry = CollectorRegistry()
    >>> Commits(registry, lambda: 1_700_000_000.5).done(2_000)
    >>> registry.get_sample_value("cx_last_commit_timestamp_seconds")
    1700000000.5
    """

    def __init__(self, registry: CollectorRegistry, wall_s: Callable[[], float]) -> None:
        self._wall_s = wall_s
        self._committed = Counter(
            "cx_committed_records", "Records whose effects are durable.", registry=registry
        )
        self._last_commit = Gauge(
            "cx_last_commit_timestamp_seconds",
            "When a unit of work last became durable: wall clock, seconds since 1970.",
            registry=registry,
        )

    def done(self, records: int) -> None:
        """A unit of so many records became durable."""
        self._committed.inc(records)
        self._last_commit.set(self._wall_s())
