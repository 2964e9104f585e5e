"""State read back when partitions were assigned: all of it, and the last time alone."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Recoveries:
    """Counts what was read back, and shows the latest.

    >>> registry = CollectorRegistry()
    >>> recoveries = Recoveries(registry)
    >>> recoveries.done(2_000, 0.5)
    >>> recoveries.done(10, 0.25)
    >>> registry.get_sample_value("cx_recovered_records_total")
    2010.0
    >>> registry.get_sample_value("cx_last_recovery_records")
    10.0
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._records = Counter(
            "cx_recovered_records", "Changelog records read back.", registry=registry
        )
        self._seconds = Counter(
            "cx_recovery_seconds", "Seconds spent reading state back.", registry=registry
        )
        self._last_records = Gauge(
            "cx_last_recovery_records",
            "Changelog records read back when partitions were last assigned.",
            registry=registry,
        )
        self._last_seconds = Gauge(
            "cx_last_recovery_seconds",
            "Seconds that reading state back took when partitions were last assigned.",
            registry=registry,
        )

    def done(self, records: int, seconds: float) -> None:
        """The state of the partitions assigned was read back."""
        self._records.inc(records)
        self._seconds.inc(seconds)
        self._last_records.set(records)
        self._last_seconds.set(seconds)
