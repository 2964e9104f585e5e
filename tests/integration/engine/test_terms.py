"""Terms that change on a broker: a kill -9 in the middle of a review leaves no state out."""

import asyncio
import signal
from collections.abc import Callable

from tests.integration.engine.conftest import PARTITIONS, PATIENCE_S, Counting, CountingWorker


async def test_a_review_that_was_killed_begins_again_and_reaches_every_state(
    counting: Counting, start: Callable[..., CountingWorker]
) -> None:
    await counting.send(
        0, seed=1, extra=[(f"k{n * 7919 % 20_000:05}", "1 x") for n in range(20_000)]
    )
    first = start(TARIFF="1")
    await counting.caught_up()
    assert first.end(signal.SIGTERM) == 0
    assert await counting.under("1") == PARTITIONS

    killed = start(TARIFF="2", DIE_AT="12000").wait_for("ended")
    assert killed.process.wait(timeout=30) == -signal.SIGKILL
    assert await counting.under("2") < PARTITIONS

    last = start(TARIFF="2")
    async with asyncio.timeout(PATIENCE_S):
        while await counting.under("2") < PARTITIONS:
            last.wait_for("committed")
    assert last.end(signal.SIGTERM) == 0
    found = await counting.states()
    assert len(found) == 20_000
    assert {state.woken for state in found.values()} == {2}
    moved = {key for _, key, _ in await counting.read("said")}
    assert len(moved) == 20_000
