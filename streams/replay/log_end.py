"""The end of a log, said to every partition: time has come this far, and no further.

A partition's clock is the latest event it has seen. Without a last word each partition would stop
at an event of its own, so what is missed by the end of the log would depend on how customers are
shared out; and what is held within the lateness would stay held for ever. The last word is the
erasure of somebody who never was: it moves the clock and nothing else.
"""

from collections.abc import AsyncIterator, Callable
from itertools import count

from streams.adapters.producer import partition_of
from streams.domain.touchpoints import Touchpoint


class LastInstant:
    """Slices on their way to the broker, and the latest event time among them (epoch ms).

    Events after `latest_ms()` don't count: they are from a future that workers don't believe in.
    """

    def __init__(self, latest_ms: Callable[[], int]) -> None:
        self.at = 0
        self._latest_ms = latest_ms

    async def of(self, slices: AsyncIterator[list[Touchpoint]]) -> AsyncIterator[list[Touchpoint]]:
        """The slices as they are."""
        async for touchpoints in slices:
            latest = self._latest_ms()
            times = [t.occurred_at for t in touchpoints if t.occurred_at <= latest]
            self.at = max(self.at, *times, 0)
            yield touchpoints


def end_of_log(at: int, partitions: int) -> list[Touchpoint]:
    """One touchpoint for each partition, as of an instant (epoch ms).

    >>> ends = end_of_log(5000, 3)
    >>> sorted(partition_of(end.customer_id, 3) for end in ends), {end.occurred_at for end in ends}
    ([0, 1, 2], {5000})
    """
    ends: dict[int, Touchpoint] = {}
    numbers = count()
    while len(ends) < partitions:
        nobody = f"cx-end-of-log-{next(numbers)}"
        end = Touchpoint(0, nobody, nobody, "erased", "other", "system", at)
        ends.setdefault(partition_of(nobody, partitions), end)
    return list(ends.values())
