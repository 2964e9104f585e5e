"""The end of a log, said to every partition: time has come this far, and no further.

A partition's clock is the latest event it has seen. Without a last word each partition would stop
at an event of its own, so what is missed by the end of the log would depend on how customers are
shared out; and what is held within the lateness would stay held for ever. The last word is the
erasure of somebody who never was: it moves the clock and nothing else.
"""

from collections.abc import AsyncIterator, Callable
from itertools import count

from streams.adapters.producer import partition_of
from streams.adapters.touchpoint_checks import Bounds
from streams.domain.touchpoints import Touchpoint


class LastInstant:
    """Slices on their way to the broker, and the latest event time among them (epoch ms).

    Events that workers don't believe in, out of bounds, don't count; `at` is 0 if there are none.
    """

    def __init__(self, bounds: Callable[[], Bounds]) -> None:
        self.at = 0
        self._bounds = bounds

    async def of(self, slices: AsyncIterator[list[Touchpoint]]) -> AsyncIterator[list[Touchpoint]]:
        """The slices as they are."""
        async for touchpoints in slices:
            earliest, latest = self._bounds()
            times = [it.occurred_at for it in touchpoints if earliest <= it.occurred_at <= latest]
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
