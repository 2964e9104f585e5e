"""Terms that change while a job runs: every state is reviewed, in goes, and once."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from streams.engine.fence import Fence
from streams.engine.partition import Partition
from streams.engine.review import in_order
from streams.engine.state import FENCE_KEY
from tests.unit.engine.counting import CountingJob, chunk_of
from tests.unit.engine.tariffs import TariffJob
from tests.unit.engine.test_notes import Transactions
from tests.unit.engine.test_partition import Log, fold, partition_on, states

MANY = [(f"k{n * 7919 % 5_000:04}", "1 x") for n in range(5_000)]
"""5,000 keys out of order: three goes."""


async def filled(log: Log, job: TariffJob) -> Partition:
    partition = partition_on(log, job=job)
    await fold(partition, chunk_of(*MANY))
    await partition.written()
    return partition


def fence(log: Log) -> Fence:
    return Fence.read(
        next(value for key, value in reversed(log.records) if key == FENCE_KEY) or b""
    )


def moved(log: Log) -> list[str]:
    return [key.decode().split("/")[0] for key, _ in log.outputs if key and b"tariff" in key]


async def test_new_terms_reach_every_state_in_order_of_keys_however_they_arrived() -> None:
    log, job = Log(), TariffJob(1)
    partition = await filled(log, job)
    job.tariff = 2
    await partition.tick()
    await partition.settle()
    assert moved(log) == sorted(key for key, _ in MANY)
    assert {state.woken for state in states(log).values()} == {2}


async def test_a_review_goes_on_in_goes_of_2000_each_a_unit_of_its_own() -> None:
    log, job = Log(), TariffJob(1)
    partition = await filled(log, job)
    before = len(log.units)
    job.tariff = 2
    await partition.tick()
    await partition.settle()
    sizes = [len(unit.state) - 1 for unit in log.units[before:]]
    assert max(sizes) <= 2_000
    assert sum(sizes) == 5_000


async def test_a_restart_under_the_same_terms_reviews_nothing_under_others_everything() -> None:
    log, job = Log(), TariffJob(1)
    await (await filled(log, job)).settle()
    assert fence(log).terms == "1"
    same = TariffJob(1)
    await partition_on(log, job=same).tick()
    assert same.reviewed == 0
    other = TariffJob(2)
    partition = partition_on(log, job=other)
    await partition.tick()
    await partition.settle()
    assert other.reviewed == 5_000
    assert fence(log).terms == "2"


async def test_terms_are_compared_before_a_slice_and_rows_meanwhile_are_under_the_new_ones() -> (
    None
):
    log, job = Log(), TariffJob(1)
    partition = await filled(log, job)
    job.tariff = 2
    await fold(partition, chunk_of(("new", "2 x"), ("k4999", "3 x"), start=5_000))
    await partition.settle()
    found = states(log)
    assert (found["new"].woken, found["k4999"].woken) == (2, 2)
    assert fence(log).terms is None  # in the middle of it


async def test_a_crash_in_the_middle_reviews_again_and_says_nothing_twice() -> None:
    log, job = Transactions(), TariffJob(1)
    partition = await filled(log, job)
    job.tariff = 2
    await fold(partition, chunk_of(("new", "2 x"), start=5_000))  # its slices take a go or two
    await fold(partition, chunk_of(("new", "3 x"), start=5_001))
    await partition.written()
    assert 0 < len(moved(log)) < 5_000
    successor = partition_on(log, job=TariffJob(2))
    await successor.tick()
    await successor.settle()
    assert sorted(moved(log)) == sorted(key for key, _ in MANY)
    assert {state.woken for state in states(log).values()} == {2}


async def test_terms_taken_back_in_the_middle_reach_the_states_already_reviewed() -> None:
    log, job = Log(), TariffJob(1)
    partition = await filled(log, job)
    job.tariff = 2
    for offset in range(3):
        await fold(partition, chunk_of(("new", "2 x"), start=5_000 + offset))
    await partition.written()
    assert moved(log)
    job.tariff = 1
    await partition.tick()
    await partition.settle()
    assert {state.woken for state in states(log).values()} == {1}
    assert fence(log).terms == "1"


async def test_a_restart_under_the_old_terms_undoes_half_a_review() -> None:
    log, job = Transactions(), TariffJob(1)
    partition = await filled(log, job)
    job.tariff = 2
    await fold(partition, chunk_of(("new", "2 x"), start=5_000))
    await partition.written()
    successor = partition_on(log, job=TariffJob(1))
    await successor.tick()
    await successor.settle()
    assert {state.woken for state in states(log).values()} == {1}


async def test_states_that_a_review_leaves_as_they_are_are_not_written() -> None:
    log, job = Log(), TariffJob(1)
    partition = await filled(log, job)
    for state in ("2", "1"):  # back before anything was looked at
        job.tariff = int(state)
    partition.table.fence.terms = None
    before = len(log.records)
    await partition.tick()
    await partition.settle()
    assert job.reviewed == 5_000
    assert [key for key, _ in log.records[before:]] == [FENCE_KEY]


async def test_a_job_without_terms_is_never_reviewed() -> None:
    log = Log()
    partition = partition_on(log, job=CountingJob())
    await fold(partition, chunk_of(("a", "1 x")))
    await partition.written()
    await partition.tick()
    assert len(log.units) == 1
    assert fence(log).terms == ""


async def test_a_review_that_a_rebalance_cut_short_begins_anew_with_what_others_added() -> None:
    log, job = Log(), TariffJob(1)
    partition = await filled(log, job)
    job.tariff = 2
    await fold(partition, chunk_of(("k0000", "2 x"), start=5_000))
    await partition.settle()
    others = partition_on(log, job=TariffJob(1))
    await fold(others, chunk_of(("theirs", "3 x"), start=5_001))
    await others.settle()
    partition.table.restore(*zip(*log.records, strict=True))
    partition.table.restored()
    partition.resume({"words": 5_002})
    await partition.tick()
    await partition.settle()
    assert {state.woken for state in states(log).values()} == {2}


def test_a_fence_written_before_there_were_terms_is_read() -> None:
    assert Fence.read(b'{"positions": {"words": 3}, "horizon": 7}') == Fence({"words": 3}, 7, "")


def test_a_late_write_under_other_terms_leaves_them_in_doubt() -> None:
    known = Fence({"words": 9}, 50, "new")
    known.advance(Fence({"words": 7}, 40, "old"))
    assert known == Fence({"words": 9}, 50, None)
    known.advance(Fence({"words": 9}, 50, "new"))
    assert known.terms == "new"


@given(st.lists(st.text(max_size=3), unique=True), st.integers(1, 5), st.integers(1, 5))
def test_goes_hold_every_key_once_in_order(keys: list[str], run: int, go: int) -> None:
    goes = list(in_order(keys, run, go))
    assert [key for part in goes for key in part] == sorted(keys)
    assert all(len(part) <= go for part in goes)


@given(
    steps=st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "forget"]))),
            st.integers(1, 3),
            st.sampled_from(["", "tick", "crash"]),
        ),
        max_size=12,
    ),
)
def test_whatever_happens_all_states_end_under_the_last_terms(
    steps: list[tuple[list[tuple[str, str]], int, str]],
) -> None:
    log, tariff = asyncio.run(_run(steps))
    counts: dict[str, int] = {}
    for records, *_ in steps:
        for key, word in records:
            counts[key] = counts.get(key, 0) + 1
            if word == "forget":
                del counts[key]
    found = states(log)
    assert {key: state.n for key, state in found.items()} == counts
    assert {state.woken for state in found.values()} <= {tariff}


async def _run(steps: list[tuple[list[tuple[str, str]], int, str]]) -> tuple[Log, int]:
    log, job, position = Transactions(), TariffJob(1), 0
    partition = partition_on(log, job=job)
    for records, tariff, then in steps:
        job.tariff = tariff
        words = [(key, f"1 {word}") for key, word in records]
        await fold(partition, chunk_of(*words, start=position))
        position += len(records)
        if then == "tick":
            await partition.tick()
        if then == "crash":
            await partition.written()
            partition = partition_on(log, job=job)
    await partition.tick()
    await partition.settle()
    return log, job.tariff
