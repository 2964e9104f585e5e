"""One partition's life without a broker: fold, deadlines, group commit, crash and replay."""

import asyncio
from collections.abc import Sequence
from typing import Any, ClassVar

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.engine.chunk import Chunk
from streams.engine.clock import PartitionClock
from streams.engine.job import NEVER
from streams.engine.partition import Partition
from streams.engine.state import FENCE_KEY, unseal
from streams.engine.table import StateTable
from streams.engine.unit_of_work import UnitOfWork
from streams.errors import StreamGap, StreamsError
from tests.unit.engine.counting import MINUTE_MS, Count, CountingJob, chunk_of


class Log:
    """What became durable, in order; may be told to fail, to tear a write, or to wait."""

    def __init__(self) -> None:
        self.units: list[UnitOfWork] = []
        self.records: list[tuple[bytes | None, bytes | None]] = []
        self.outputs: list[tuple[bytes | None, bytes | None]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure: Exception | None = None

    exclusive: ClassVar[bool] = False

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def open(self, partition: int) -> None: ...

    async def close(self, partition: int) -> None: ...

    async def commit(self, unit: UnitOfWork) -> int | None:
        await self.gate.wait()
        if self.failure:
            raise self.failure
        self.units.append(unit)
        self.outputs += [(key, value) for _, key, value, _ in unit.outputs]
        base = len(self.records)
        self.records += [(key, value) for _, key, value, _ in unit.state]
        return base


class Quiet:
    def folded(self, records: int, seconds: float) -> None: ...

    def committed(self, records: int, seconds: float) -> None: ...

    def recovered(self, records: int, states: int, seconds: float) -> None: ...


def partition_on(
    log: Log, *, job: CountingJob | None = None, failures: list[BaseException] | None = None
) -> Partition:
    """A running partition in replay time, restored from what the log holds."""
    fail = (failures if failures is not None else []).append
    clock = PartitionClock(0, None)
    partition = Partition(0, job or CountingJob(), {"words": 0}, clock, log, Quiet(), fail)
    partition.table.restore(*zip(*log.records, strict=True)) if log.records else None
    partition.table.restored()
    partition.resume({"words": partition.table.fence.positions.get("words", 0)})
    return partition


async def fold(partition: Partition, chunk: Chunk) -> None:
    async for part in partition.slices(chunk):
        decoded = await partition.decode(part)
        partition.publish(part, decoded, partition.advance(part.topic, decoded))


def states(log: Log) -> dict[str, Count]:
    """The states as a successor would read them back."""
    table = StateTable(CountingJob(), 1)
    table.restore(*zip(*log.records, strict=True)) if log.records else None
    return {
        key: CountingJob().unpack(unseal(value).packed)
        for key, value in table.items()
        if unseal(value).packed
    }


async def test_outputs_come_before_state_and_the_fence_comes_last() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "1 x"), ("a", "2 x"), ("a", "3 x"), ("b", "bad")))
    await partition.settle()
    (unit,) = log.units
    assert [topic for topic, *_ in unit.outputs] == ["said", "dead"]
    assert [key for _, key, *_ in unit.state] == [b"a", FENCE_KEY]
    assert unit.taken == [("words", 4)]
    assert partition.ledgers["words"].committable == 4


async def test_a_bad_record_does_not_hold_up_its_neighbours() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "1 x"), ("a", "bad one"), ("a", "2 x")))
    await partition.settle()
    assert states(log)["a"].n == 2
    assert log.outputs == [(b"words/0/1", b"bad one")]


async def test_what_is_folded_during_a_write_goes_into_the_next_unit() -> None:
    log = Log()
    log.gate.clear()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "1 x")))
    await asyncio.sleep(0)
    for offset in (1, 2, 3):
        await fold(partition, chunk_of(("a", f"{offset} x"), start=offset))
    assert partition.ledgers["words"].committable == 0
    log.gate.set()
    await partition.settle()
    assert [unit.taken for unit in log.units] == [
        [("words", 1)],
        [("words", 2), ("words", 3), ("words", 4)],
    ]
    assert states(log)["a"].n == 4


async def test_a_failed_write_is_reported_and_nothing_becomes_committable() -> None:
    log, failures = Log(), list[BaseException]()
    partition = partition_on(log, failures=failures)
    log.failure = OSError("disk full")
    await fold(partition, chunk_of(("a", "1 x")))
    assert partition._writer
    await partition._writer
    assert str(failures[0]) == "disk full"
    assert partition.ledgers["words"].committable == 0


async def test_a_chunk_that_does_not_follow_on_is_refused() -> None:
    partition = partition_on(Log())
    with pytest.raises(StreamGap):
        await fold(partition, chunk_of(("a", "1 x"), start=3))


async def test_a_closing_partition_folds_no_further_slice() -> None:
    log = Log()
    partition = partition_on(log)
    await partition.settle()
    await fold(partition, chunk_of(("a", "1 x")))
    assert partition.ledgers["words"].position == 0
    assert not log.units


async def test_a_deadline_fires_once_at_its_own_instant_however_late_it_is_noticed() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "1000 x"), ("b", f"{10 * MINUTE_MS} x")))
    await partition.tick()
    await partition.settle()
    assert (b"a/silent/1", str(1000 + MINUTE_MS).encode()) in log.outputs
    again = partition_on(log)
    await fold(again, chunk_of(("b", f"{10 * MINUTE_MS + 1} x"), start=2))
    await again.settle()
    assert [key for key, _ in log.outputs].count(b"a/silent/1") == 1


async def test_an_event_at_the_deadline_itself_still_counts_as_in_time() -> None:
    job = CountingJob()
    partition = partition_on(Log(), job=job)
    await fold(partition, chunk_of(("a", "0 x"), ("a", f"{MINUTE_MS} x")))
    await partition.settle()
    assert not [said for said in job.seen if said.what == "silent"]


async def test_live_a_deadline_fires_although_nothing_happens() -> None:
    wall = [0]
    log, job = Log(), CountingJob()
    clock = PartitionClock(0, lambda: wall[0])
    partition = Partition(0, job, {"words": 0}, clock, log, Quiet(), list[BaseException]().append)
    partition.resume({"words": 0})
    await fold(partition, chunk_of(("a", "0 x")))
    await partition.settle()
    partition.resume({"words": 1})
    await partition.tick()
    assert not job.seen
    wall[0] = MINUTE_MS + 1
    await partition.tick()
    await partition.settle()
    assert [(said.what, said.at) for said in job.seen] == [("silent", MINUTE_MS)]


class Stubborn(CountingJob):
    """Leaves its deadline where it was."""

    def expire(self, key: str, state: Count, now_ms: int, emit: Any) -> Count:
        return state


async def test_a_deadline_that_does_not_move_on_is_an_error_not_an_endless_loop() -> None:
    partition = partition_on(Log(), job=Stubborn())
    with pytest.raises(StreamsError, match="did not move on"):
        await fold(partition, chunk_of(("a", "0 x"), ("b", f"{2 * MINUTE_MS} x"), ("a", "1 x")))


async def test_an_erased_key_stays_erased_when_its_past_is_read_again() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "1 x"), ("a", "2 forget")))
    await partition.settle()
    again = partition_on(log)
    again.ledgers["words"].seek(0)
    await fold(again, chunk_of(("a", "1 x"), ("a", "2 forget")))
    await again.settle()
    assert "a" not in states(log)
    assert len(again.table) == 0


async def test_labels_count_the_states_before_and_after_recovery() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "1 x"), ("a", "2 x"), ("b", "3 x"), ("c", "4 forget")))
    await partition.settle()
    assert partition.table.labels == partition_on(log).table.labels
    assert (partition.table.labels[1], partition.table.labels[2]) == (1, 1)


async def test_own_writes_need_not_be_read_again_at_a_rebalance() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "1 x"), ("b", "2 x")))
    await partition.settle()
    assert partition.table.changelog_position == len(log.records) == 3


RECORDS = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.tuples(st.integers(0, 10 * MINUTE_MS), st.sampled_from(["x", "x", "x", "forget"])).map(
            lambda v: f"{v[0]} {v[1]}"
        )
        | st.just("bad"),
    ),
    min_size=1,
    max_size=40,
)


def oracle(records: Sequence[tuple[str, str]]) -> tuple[dict[str, Count], set[bytes]]:
    """One plain pass over the whole log: final states, and the keys of everything said."""
    known: dict[str, Count] = {}
    said: set[bytes] = set()
    horizon = 0

    def wake(now: int) -> None:
        for key, count in known.items():
            if count.due < now:
                said.add(f"{key}/silent/{count.n}".encode())
                count.due = NEVER
                count.woken += 1

    for offset, (key, value) in enumerate(records):
        if value == "bad":
            said.add(f"words/0/{offset}".encode())
            continue
        at, _, word = value.partition(" ")
        horizon = max(horizon, int(at))
        wake(horizon)
        if word == "forget":
            known.pop(key, None)
            continue
        count = known.setdefault(key, Count())
        count.n += 1
        count.seen_at = max(count.seen_at, int(at))
        count.due = count.seen_at + MINUTE_MS
        if count.n % 3 == 0:
            said.add(f"{key}/third/{count.n}".encode())
    wake(horizon)
    return known, said


@example(
    # A timer taken out, and the same deadline set again by a late event before the state is sealed.
    records=[("a", "bad"), ("b", "0 x"), ("a", "60001 x"), ("b", "0 x")],
    cuts=[1],
    crashes={1},
    torn=0,
)
@example(
    # The same, with the key forgotten in between.
    records=[("a", "0 x"), ("a", "60001 forget"), ("a", "0 x")],
    cuts=[1],
    crashes={0},
    torn=0,
)
@given(
    records=RECORDS,
    cuts=st.lists(st.integers(1, 7), min_size=1, max_size=40),
    crashes=st.sets(st.integers(0, 12), max_size=6),
    torn=st.integers(0, 3),
)
def test_chunking_crashes_and_replays_do_not_change_the_answer(
    records: list[tuple[str, str]], cuts: list[int], crashes: set[int], torn: int
) -> None:
    """Any cutting into chunks, with crashes that lose the end of a write: the oracle's answer."""
    states_seen, said = asyncio.run(_run(records, cuts, crashes, torn))
    expected, expected_said = oracle(records)
    assert states_seen == expected
    assert said == expected_said


async def _run(
    records: list[tuple[str, str]], cuts: list[int], crashes: set[int], torn: int
) -> tuple[dict[str, Count], set[bytes]]:
    log, step = Log(), 0
    partition = partition_on(log)
    while (start := partition.ledgers["words"].position) < len(records):
        size = cuts[step % len(cuts)]
        await fold(partition, chunk_of(*records[start : start + size], start=start))
        if step in crashes:
            await partition.written()
            if torn:  # the last write got only part of the way: its fence is missing
                del log.records[max(0, len(log.records) - torn) :]
            partition = partition_on(log)
        step += 1
    await partition.settle()
    return states(log), {key for key, _ in log.outputs if key is not None}
