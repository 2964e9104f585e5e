"""A story in slices: as fast as it goes, or time-lapsed against the wall clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice

from streams.domain.touchpoints import Touchpoint

SLICE = 2_000
TICK_S = 0.05


async def at_full_speed(story: Iterator[Touchpoint]) -> AsyncIterator[list[Touchpoint]]:
    """Slices of `SLICE` touchpoints; in between others in the loop have their turn."""
    while touchpoints := list(islice(story, SLICE)):
        yield touchpoints
        await asyncio.sleep(0)


async def time_lapsed(
    story: Iterator[Touchpoint],
    start_ms: int,
    speed: float,
    clock: Callable[[], float] = time.monotonic,
) -> AsyncIterator[list[Touchpoint]]:
    """What happens in each tick, when `speed` seconds of the story pass in one of ours.

    The story begins at `start_ms` (epoch ms) now. When the reader is slower than the story, the
    next slice is larger; nothing is left out.
    """
    began = clock()
    waiting = next(story, None)
    while waiting is not None:
        told_until = start_ms + (clock() - began) * speed * 1000
        due: list[Touchpoint] = []
        while waiting is not None and waiting.occurred_at <= told_until and len(due) < SLICE:
            due.append(waiting)
            waiting = next(story, None)
        if due:
            yield due
        if len(due) < SLICE:
            await asyncio.sleep(TICK_S)
