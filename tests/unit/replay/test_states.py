"""The customers at the end of a replay are the furthest states of the changelog."""

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

from streams.adapters.state_codec import pack
from streams.domain.state import Customer, begin
from streams.engine.fence import Fence
from streams.engine.job import NEVER
from streams.engine.state import FENCE_KEY, erased, seal
from streams.replay.states import States, read_states


def customer(events: int) -> Customer:
    state = begin(5, "web")
    state.events = events
    return state


def sealed(events: int, offset: int, deadline: int = NEVER) -> bytes:
    return seal(deadline, 0, (offset,), pack(customer(events)))


async def states(*records: tuple[int, bytes | None, bytes | None], lateness_ms: int = 0) -> States:
    async def changelog() -> AsyncIterator[Any]:
        for partition, key, value in records:
            yield SimpleNamespace(partition=partition, key=key, value=value)

    return await read_states(changelog(), lateness_ms)


async def test_the_furthest_state_counts_not_the_last_written() -> None:
    found = await states((0, b"ann", sealed(2, 9)), (0, b"ann", sealed(1, 7)))

    assert found.customers == [customer(2)]


async def test_erased_customers_and_tombstones_are_none() -> None:
    found = await states(
        (0, b"ann", sealed(1, 1)), (0, b"ann", erased((2,))), (0, b"bob", None), (0, None, b"x")
    )

    assert found == States([], 0)


async def test_deadlines_that_the_watermark_has_passed_are_overdue() -> None:
    found = await states(
        (0, b"ann", sealed(1, 1, deadline=99)),
        (0, b"bob", sealed(1, 2, deadline=100)),
        (1, b"eve", sealed(1, 1, deadline=99)),
        (0, FENCE_KEY, Fence({"t": 3}, horizon=100).write()),
        (1, FENCE_KEY, Fence({"t": 2}, horizon=50).write()),
    )

    assert len(found.customers) == 3
    assert found.overdue == 1


async def test_with_a_lateness_what_is_still_held_is_no_customer_and_not_overdue() -> None:
    records = (
        (0, b"ann", sealed(1, 1, deadline=89)),
        (0, b"bob", sealed(0, 2, deadline=95)),
        (0, FENCE_KEY, Fence({"t": 3}, horizon=100).write()),
    )

    found = await states(*records, lateness_ms=10)

    assert found == States([customer(1)], 1)
