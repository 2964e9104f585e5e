"""Deadlines that are due at once fire in goes: the same answers, the loop turns in between."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from streams.engine.clock import PartitionClock
from streams.engine.firing import GO, fire
from streams.engine.job import NEVER
from streams.engine.partition import Partition
from streams.engine.table import StateTable
from tests.unit.engine.counting import MINUTE_MS, Count, CountingJob, Said, chunk_of
from tests.unit.engine.test_partition import Log, Quiet, fold, partition_on, states


def waiting(deadlines: dict[str, int], job: CountingJob) -> StateTable:
    """A table at rest whose keys wait."""
    table = StateTable(job, 1)
    for key, due in deadlines.items():
        table.open(key)[0] = Count(n=1, due=due)
    table.seal()
    return table


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(0, 60), max_size=40),
    st.integers(0, 70),
    st.integers(1, 9),
    st.sets(st.integers(0, 20)),
)
def test_in_goes_the_same_is_said_in_the_same_order_as_at_once(
    deadlines: dict[str, int], now: int, most: int, sealings: set[int]
) -> None:
    job = CountingJob()
    at_once, in_goes = waiting(deadlines, job), waiting(deadlines, job)
    expected, said = list[Said](), list[Said]()
    fire(at_once, now, job.deadline, expected.append, most=NEVER)
    step = 0
    while in_goes.timers.next < now:
        before = len(said)
        fire(in_goes, now, job.deadline, said.append, most)
        assert len(said) - before <= most
        if step in sealings:
            in_goes.seal()
        step += 1
    assert said == expected
    at_once.seal()
    in_goes.seal()
    assert dict(in_goes.items()) == dict(at_once.items())


async def live(log: Log, wall: list[int], count: int) -> Partition:
    """A live partition whose `count` keys wait for a minute."""
    clock = PartitionClock(0, lambda: wall[0])
    fail = list[BaseException]().append
    partition = Partition(0, CountingJob(), {"words": 0}, clock, log, Quiet(), fail)
    partition.resume({"words": 0})
    await fold(partition, chunk_of(*[(f"k{n}", f"{n % 100} x") for n in range(count)]))
    await partition.written()
    return partition


async def test_a_tick_fires_everything_due_earliest_first_in_units_of_a_go() -> None:
    log, wall = Log(), [100]
    partition = await live(log, wall, 5_000)
    before = len(log.units)
    wall[0] = 2 * MINUTE_MS
    await partition.tick()
    await partition.written()
    assert max(len(unit.outputs) for unit in log.units[before:]) <= GO
    fired = [int(value or b"") for key, value in log.outputs if key and b"silent" in key]
    assert len(fired) == 5_000
    assert fired == sorted(fired)


async def test_between_goes_of_a_tick_the_loop_turns() -> None:
    log, wall = Log(), [100]
    partition = await live(log, wall, 5_000)
    wall[0] = 2 * MINUTE_MS
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    turning = asyncio.ensure_future(turn())
    await partition.tick()
    turning.cancel()
    assert turns >= 3


async def test_a_tick_ends_although_something_falls_due_at_every_moment() -> None:
    wall = iter(range(1, 10**9, 1_000))  # the clock goes on whenever it is looked at
    log, job = Log(), CountingJob()
    clock = PartitionClock(0, lambda: next(wall))
    partition = Partition(0, job, {"words": 0}, clock, log, Quiet(), list[BaseException]().append)
    partition.resume({"words": 0})
    for n in range(1_000):
        partition.table.open(f"k{n}")[0] = Count(n=1, due=n * 1_000)
    partition.table.seal()
    await partition.tick()
    assert 0 < len(job.seen) < 100


async def test_a_slice_fires_one_go_and_the_tick_after_it_the_rest() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(*[(f"k{n}", "0 x") for n in range(5_000)]))
    await partition.written()
    await fold(partition, chunk_of(("late", f"{2 * MINUTE_MS} x"), start=5_000))
    await partition.written()
    fired = [key for key, _ in log.outputs if key and b"silent" in key]
    assert len(fired) == GO
    await partition.tick()
    await partition.settle()
    fired = [key for key, _ in log.outputs if key and b"silent" in key]
    assert len(fired) == len(set(fired)) == 5_000


async def test_a_row_meets_its_own_passed_deadline_although_others_are_before_it() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(*[(f"k{n}", f"{n // 1_000} x") for n in range(5_000)]))
    await partition.written()
    rows = [("late", f"{2 * MINUTE_MS} x"), ("k4999", f"{2 * MINUTE_MS} x")]
    await fold(partition, chunk_of(*rows, start=5_000))
    await partition.written()
    assert (b"k4999/silent/1", str(4 + MINUTE_MS).encode()) in log.outputs
    assert states(log)["k4999"].n == 2


async def test_settling_fires_what_is_due_however_much_it_is() -> None:
    log = Log()
    partition = partition_on(log)
    rows = [(f"k{n}", "0 x") for n in range(5_000)]
    await fold(partition, chunk_of(*rows, ("late", f"{2 * MINUTE_MS} x")))
    await partition.settle()
    assert sum(b"silent" in (key or b"") for key, _ in log.outputs) == 5_000


async def test_a_job_that_asks_is_told_what_was_produced_once_it_is_durable() -> None:
    log, job, told = Log(), CountingJob(), list[list[Said]]()
    job.produced = lambda outputs: told.append(list(outputs))
    log.gate.clear()
    partition = partition_on(log, job=job)
    await fold(partition, chunk_of(("a", "1 x"), ("a", "2 x"), ("a", "3 x")))
    await asyncio.sleep(0)
    assert not told
    log.gate.set()
    await partition.settle()
    assert told == [[Said("a", "third", 3, 3)]]
