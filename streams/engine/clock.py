"""The clock of a partition: how far event time has come."""

from collections.abc import Callable

from streams.engine.job import NEVER


class PartitionClock:
    """How far event time has come in a partition, less the allowed `lateness_ms`.

    The watermark is the latest event time seen. In a replay (`wall_ms` is None) it is the clock:
    the same log gives the same alerts at any speed. Live, deadlines must also fire when nothing
    arrives, so the wall clock drives; an event from the future (a producer's clock runs ahead)
    doesn't move the watermark beyond it, or it would fire everybody's deadlines.

    >>> clock = PartitionClock(lateness_ms=10, wall_ms=None)
    >>> clock.see(100); clock.see(50); clock.now()
    90
    """

    __slots__ = ("horizon", "lateness_ms", "wall_ms")

    def __init__(self, lateness_ms: int, wall_ms: Callable[[], int] | None) -> None:
        self.lateness_ms = lateness_ms
        self.wall_ms = wall_ms
        self.horizon = 0

    def see(self, event_time_ms: int) -> None:
        """An event of that time has arrived."""
        self.horizon = max(self.horizon, min(event_time_ms, self.ceiling()))

    def ceiling(self) -> int:
        """No event moves the watermark beyond this: live, a clock that runs ahead can't."""
        return NEVER if self.wall_ms is None else self.wall_ms()

    def now(self) -> int:
        """Epoch milliseconds up to which everything is taken to have arrived."""
        if self.wall_ms is None:
            return self.horizon - self.lateness_ms
        return max(self.horizon, self.wall_ms()) - self.lateness_ms
