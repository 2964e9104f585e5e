"""A replay is over when every partition is committed to its end, and not before."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from streams.domain.touchpoints import Touchpoint
from streams.replay import finish
from streams.replay.finish import ReplayStalled, processed, together
from streams.replay.send import ends, send_all


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finish, "POLL_S", 0.0)


def point(customer: str, number: int) -> Touchpoint:
    return Touchpoint(0, f"e-{number}", customer, "message", "web", "customer", number)


async def test_it_waits_for_the_slowest_partition_and_tells_of_progress() -> None:
    steps: Iterator[dict[int, int]] = iter(
        [{}, {0: 5}, {0: 5}, {0: 5, 1: 1}, {0: 6, 1: 3}, {0: 6, 1: 4}]
    )
    seen: list[int] = []

    async def positions() -> dict[int, int]:
        return next(steps)

    await processed(positions, lambda: {0: 5, 1: 4}, seen.append, 10.0)

    assert seen == [5, 6, 9, 10]
    assert next(steps, None) is None


async def test_it_does_not_end_while_sending_goes_on() -> None:
    answers = iter([None, None, {0: 1}])

    async def positions() -> dict[int, int]:
        return {0: 1}

    await processed(positions, lambda: next(answers), lambda _: None, 10.0)

    assert next(answers, "all asked") == "all asked"


async def test_a_standstill_is_named() -> None:
    async def positions() -> dict[int, int]:
        return {0: 1}

    with pytest.raises(ReplayStalled, match="nothing was processed for 0 s, with 1 events done"):
        await processed(positions, lambda: {0: 2}, lambda _: None, 0.0)


async def test_when_one_work_fails_the_other_is_ended() -> None:
    ended = asyncio.Event()

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fail() -> None:
        raise ReplayStalled("no")

    with pytest.raises(ReplayStalled):
        await together(for_ever(), fail())
    assert ended.is_set()


async def test_everything_is_sent_in_order_and_counted_by_customer() -> None:
    class Sink:
        def __init__(self) -> None:
            self.got: list[Touchpoint] = []
            self.flushed = False

        async def send(self, touchpoints: Sequence[Touchpoint], /) -> None:
            self.got += touchpoints

        async def flush(self) -> None:
            self.flushed = True

    points = [point("ann", 1), point("bob", 2), point("ann", 3)]

    async def slices() -> AsyncIterator[list[Touchpoint]]:
        yield points[:2]
        yield points[2:]

    sink, told = Sink(), list[int]()

    counts = await send_all(slices(), sink, told.append)

    assert sink.got == points
    assert sink.flushed
    assert told == [2, 3]
    assert counts == {"ann": 2, "bob": 1}


def test_ends_are_where_the_producer_puts_customers() -> None:
    counts = Counter({f"customer-{number}": number for number in range(100)})

    assert sum(ends(counts, 4).values()) == sum(range(100))
    assert set(ends(counts, 4)) == {0, 1, 2, 3}
