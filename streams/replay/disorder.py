"""A log in a disturbed order of arrival: a trial of what disorder does, or doesn't."""

from collections.abc import Iterator
from heapq import heappop, heappush
from random import Random

from streams.domain.touchpoints import Touchpoint


def disordered(story: Iterator[Touchpoint], within_ms: int, random: Random) -> Iterator[Touchpoint]:
    """The same touchpoints, each up to `within_ms` of the log's time late; memory for as much.

    So an event comes at most so long after one that happened later, and a watermark less such a
    lateness never passes what has yet to come. The story comes in the order of its times.

    >>> asked, answered = (Touchpoint(0, f"e{at}", "ann", "message", "chat", "agent", at)
    ...     for at in (1000, 1500))
    >>> [t.event_id for t in disordered(iter([asked, answered]), 2000, Random(5))]
    ['e1500', 'e1000']
    """
    under_way: list[tuple[int, int, Touchpoint]] = []
    for number, touchpoint in enumerate(story):
        at = touchpoint.occurred_at
        while under_way and under_way[0][0] < at:  # whatever starts now can't overtake it
            yield heappop(under_way)[2]
        heappush(under_way, (at + random.randint(0, within_ms), number, touchpoint))
    while under_way:
        yield heappop(under_way)[2]
