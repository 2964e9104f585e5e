"""Sends slices of touchpoints, and counts where they went."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from streams.adapters.producer import partition_of
from streams.domain.touchpoints import Touchpoint


class Sink(Protocol):
    """Where touchpoints go: `adapters.producer.TouchpointProducer`, or a list in a test."""

    async def send(self, touchpoints: Sequence[Touchpoint], /) -> None:
        """Hand touchpoints over."""

    async def flush(self) -> None:
        """Wait until they are safe."""


async def send_all(
    slices: AsyncIterator[list[Touchpoint]], sink: Sink, sent: Callable[[int], None]
) -> Counter[str]:
    """Send slices as they come; the number of touchpoints sent of each customer.

    `sent` is told the number in all after each slice.
    """
    counts: Counter[str] = Counter()
    total = 0
    async for touchpoints in slices:
        await sink.send(touchpoints)
        counts.update([touchpoint.customer_id for touchpoint in touchpoints])
        total += len(touchpoints)
        sent(total)
    await sink.flush()
    return counts


def ends(counts: Counter[str], partitions: int) -> dict[int, int]:
    """Where each partition of a fresh topic ends after these were sent.

    Counted, not asked for: the embedded broker answers with the start of the last batch.

    >>> ends(Counter(ann=3), 4)
    {0: 0, 1: 0, 2: 3, 3: 0}
    """
    places = dict.fromkeys(range(partitions), 0)
    for customer_id, count in counts.items():
        places[partition_of(customer_id, partitions)] += count
    return places
