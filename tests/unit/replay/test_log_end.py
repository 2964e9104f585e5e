"""The end of the log is one instant for all partitions, and no customer comes of it."""

from collections.abc import AsyncIterator

from streams.adapters.producer import partition_of
from streams.adapters.touchpoint_checks import Bounds
from streams.domain.customer import advance
from streams.domain.policy import DEFAULT_POLICY
from streams.domain.touchpoints import Touchpoint
from streams.replay.log_end import LastInstant, end_of_log


async def slices(*times: list[int]) -> AsyncIterator[list[Touchpoint]]:
    for number, slice_ in enumerate(times):
        yield [
            Touchpoint(0, f"{number}-{at}", "ann", "message", "chat", "customer", at)
            for at in slice_
        ]


async def test_the_last_instant_is_the_latest_in_bounds_in_whatever_order() -> None:
    last = LastInstant(lambda: Bounds(5, 100))

    passed = [len(part) async for part in last.of(slices([5, 90, 30], [], [101], [7]))]

    assert passed == [3, 0, 1, 1]
    assert last.at == 90


async def test_a_log_of_nothing_believable_has_no_last_instant() -> None:
    last = LastInstant(lambda: Bounds(5, 100))

    assert [len(part) async for part in last.of(slices([], [4, 101]))] == [0, 2]
    assert last.at == 0


def test_every_partition_hears_of_it_once() -> None:
    for partitions in (1, 4, 12):
        ends = end_of_log(5000, partitions)
        places = {partition_of(end.customer_id, partitions) for end in ends}
        assert places == set(range(partitions))
        assert len(ends) == partitions


def test_nothing_is_said_and_nobody_is_left() -> None:
    said: list[object] = []

    for end in end_of_log(5000, 2):
        assert advance(None, end, DEFAULT_POLICY, said.append) is None
    assert said == []
