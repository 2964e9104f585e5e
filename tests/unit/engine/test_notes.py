"""Pages of a partition's notes: sealed, read back, forgotten; the furthest of each wins."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from streams.engine import notes as notes_of
from streams.engine.clock import PartitionClock
from streams.engine.job import NEVER, Record
from streams.engine.notes import Notes
from streams.engine.partition import Partition
from streams.engine.partition_job import WithoutNotes
from streams.engine.state import FENCE_KEY, NOTE_PREFIX
from streams.errors import StreamsError
from tests.unit.engine.counting import MINUTE_MS, Said, chunk_of
from tests.unit.engine.noting import NotingJob
from tests.unit.engine.test_partition import RECORDS, Log, Quiet, fold, partition_on


class Pages(WithoutNotes):
    """Whatever is put in."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.to_seal: dict[str, bytes | None] = {}

    def put(self, name: str, packed: bytes | None) -> None:
        self.to_seal[name] = packed
        if packed is None:
            self.pages.pop(name, None)
        else:
            self.pages[name] = packed

    def advance(self, key: str, state: None, row: None, emit: Callable[[None], None]) -> None: ...

    def expire(self, key: str, state: None, now_ms: int, emit: Callable[[None], None]) -> None: ...

    @override
    def changed(self) -> Iterable[tuple[str, bytes | None]]:
        changed, self.to_seal = self.to_seal, {}
        return changed.items()

    @override
    def restore(self, name: str, packed: bytes) -> None:
        assert name not in self.pages
        self.pages[name] = packed


def read_back(records: Sequence[Record], *, exclusive: bool = False) -> tuple[Notes, Pages]:
    pages = Pages()
    notes = Notes(pages, exclusive=exclusive)
    take(notes, records)
    notes.restored()
    return notes, pages


def take(notes: Notes, records: Sequence[Record]) -> None:
    for record in records:
        assert record.key is not None
        notes.restore(record.key.removeprefix(NOTE_PREFIX).decode(), record.value)


def sealed(notes: Notes, position: int, **pages: bytes | None) -> list[Record]:
    for name, packed in pages.items():
        cast(Pages, notes.job).put(name, packed)
    return notes.seal(position)


def test_a_page_comes_back_as_it_was_last_sealed() -> None:
    notes, _ = read_back([])
    log = sealed(notes, 5, a=b"1", b=b"") + sealed(notes, 6, a=b"2")
    assert read_back(log)[1].pages == {"a": b"2", "b": b""}


def test_pages_that_did_not_change_are_not_written() -> None:
    notes, _ = read_back([])
    sealed(notes, 5, a=b"1")
    assert not notes.seal(6)


def test_an_older_workers_late_write_loses() -> None:
    old, _ = read_back([])
    log = sealed(old, 5, a=b"shared")
    new, _ = read_back(log)
    log += sealed(new, 9, a=b"newer")
    log += sealed(old, 7, a=b"late")
    assert read_back(log)[1].pages == {"a": b"newer"}


def test_at_the_same_position_the_later_edition_wins() -> None:
    old, _ = read_back([])
    log = sealed(old, 5, a=b"1")
    new, _ = read_back(log)
    log += sealed(new, 5, a=b"2") + sealed(new, 5, a=b"3")
    assert read_back([*log, *sealed(old, 5, a=b"late")])[1].pages == {"a": b"3"}


def test_a_forgotten_page_stays_forgotten_whatever_an_older_worker_writes_late() -> None:
    old, _ = read_back([])
    log = sealed(old, 5, a=b"shared")
    new, _ = read_back(log)
    log += sealed(new, 9, a=None)
    late = sealed(old, 7, a=b"late")
    assert read_back([*log, *late])[1].pages == {}
    assert read_back([*late, *log])[1].pages == {}


def test_a_page_that_was_forgotten_can_begin_anew() -> None:
    notes, _ = read_back([])
    log = sealed(notes, 5, a=b"1") + sealed(notes, 6, a=None) + sealed(notes, 7, a=b"2")
    assert read_back(log)[1].pages == {"a": b"2"}


def test_what_was_never_written_needs_no_forgetting() -> None:
    notes, _ = read_back([])
    assert not sealed(notes, 5, a=None)


def test_where_nobody_else_can_write_forgetting_is_a_tombstone() -> None:
    notes, _ = read_back([], exclusive=True)
    sealed(notes, 5, a=b"1")
    assert sealed(notes, 6, a=None) == [Record("", NOTE_PREFIX + b"a", None)]


def test_the_oldest_stones_go_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes_of, "STONES", 2)
    notes, _ = read_back([])
    log = sealed(notes, 1, a=b"", b=b"", c=b"", d=b"")
    for position, name in enumerate("abc"):
        log += sealed(notes, 2 + position, **{name: None})
    assert log[-1] == Record("", NOTE_PREFIX + b"a", None)
    again, pages = read_back(log)
    assert pages.pages == {"d": b""}
    assert sealed(again, 9, d=None)[-1] == Record("", NOTE_PREFIX + b"b", None)


def test_own_writes_read_again_change_nothing() -> None:
    notes, _ = read_back([])
    log = sealed(notes, 5, a=b"1") + sealed(notes, 6, b=b"2") + sealed(notes, 6, b=None)
    take(notes, log)
    notes.restored()
    assert not notes.overtaken
    assert cast(Pages, notes.job).pages == {"a": b"1"}


@pytest.mark.parametrize("page", [b"further", None])
@pytest.mark.parametrize("exclusive", [False, True])
def test_pages_that_somebody_else_wrote_meanwhile_are_noticed(
    page: bytes | None, exclusive: bool
) -> None:
    ours, _ = read_back([], exclusive=exclusive)
    log = sealed(ours, 5, a=b"1")
    other, _ = read_back(log, exclusive=exclusive)
    take(ours, sealed(other, 6, a=page))
    assert ours.overtaken


@given(
    steps=st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from("abc"), st.none() | st.binary(max_size=2)),
            st.sampled_from(["", "", "restart", "compact", "again"]),
        ),
        max_size=25,
    ),
    exclusive=st.booleans(),
)
def test_any_history_reads_back_to_the_last_pages(
    steps: list[tuple[dict[str, bytes | None], str]], exclusive: bool
) -> None:
    log: list[Record] = []
    expected: dict[str, bytes] = {}
    notes, pages = read_back(log, exclusive=exclusive)
    for position, (changes, then) in enumerate(steps):
        expected = {k: v for k, v in (expected | changes).items() if v is not None}
        log += sealed(notes, position, **changes)
        if then == "compact":
            log = list({record.key: record for record in log}.values())
            log = [record for record in log if record.value is not None]
        if then == "again":
            take(notes, log[len(log) // 2 :])
            assert exclusive or not notes.overtaken
        if then == "restart" or notes.overtaken:
            notes, pages = read_back(log, exclusive=exclusive)
        assert pages.pages == expected


# --- in a partition


class Transactions(Log):
    """A log that only its owner can write to, and whole units only."""

    exclusive: ClassVar[bool] = True

    def compact(self) -> None:
        newest = dict(self.records)
        self.records = [(key, value) for key, value in newest.items() if value is not None]

    def crashed(self) -> "Transactions":
        """The log as it is now: what its owner still writes doesn't count."""
        left = Transactions()
        left.records, left.outputs = list(self.records), list(self.outputs)
        return left


def notebook(partition: Partition) -> NotingJob:
    job = partition.table.notes.job
    assert isinstance(job, NotingJob)
    return job


async def test_notes_are_sealed_after_the_states_and_before_the_fence() -> None:
    log = Log()
    partition = partition_on(log, job=NotingJob())
    await fold(partition, chunk_of(("a", "1 x")))
    await partition.settle()
    keys = [key for _, key, *_ in log.units[0].state]
    assert keys == [b"a", NOTE_PREFIX + b"0", NOTE_PREFIX + b"totals", FENCE_KEY]


async def test_notes_are_read_back_before_anything_is_folded() -> None:
    log = Log()
    partition = partition_on(log, job=NotingJob())
    await fold(partition, chunk_of(("a", "1 x"), ("b", "2 x")))
    await partition.settle()
    again = notebook(partition_on(log, job=NotingJob()))
    assert (again.minutes, again.read_back) == ({0: (2, 0)}, 1)


async def test_what_deadlines_say_is_noted_without_rows() -> None:
    partition = partition_on(Log(), job=NotingJob())
    await fold(partition, chunk_of(("a", "1 x"), ("b", f"{2 * MINUTE_MS} x")))
    await partition.settle()
    assert notebook(partition).totals["silent"] == 1


async def test_live_notes_are_told_of_time_although_nothing_happens() -> None:
    wall = [0]
    log, job = Log(), NotingJob()
    clock = PartitionClock(0, lambda: wall[0])
    partition = Partition(0, job, {"words": 0}, clock, log, Quiet(), list[BaseException]().append)
    partition.table.restored()
    partition.resume({"words": 0})
    await fold(partition, chunk_of(("a", "0 x")))
    await partition.tick()
    wall[0] = MINUTE_MS + 1
    await partition.tick()
    await partition.settle()
    assert (b"0/minute/1", str(MINUTE_MS + 1).encode()) in log.outputs
    assert notebook(partition_on(log, job=NotingJob())).minutes == {0: (1, 1)}


async def test_a_tick_that_changes_nothing_but_notes_makes_them_durable() -> None:
    wall = [0]
    log, job = Log(), NotingJob()
    clock = PartitionClock(0, lambda: wall[0])
    partition = Partition(0, job, {"words": 0}, clock, log, Quiet(), list[BaseException]().append)
    partition.table.restored()
    partition.resume({"words": 0})
    await fold(partition, chunk_of(("a", "0 forget")))
    wall[0] = MINUTE_MS + 1
    await partition.tick()
    await partition.written()
    wall[0] = 6 * MINUTE_MS
    await partition.tick()
    await partition.written()
    assert notebook(partition_on(log, job=NotingJob())).minutes == {}


class Standing(NotingJob):
    """Is due, and stays so."""

    @override
    def pass_time(self, now_ms: int, emit: Callable[[Said], None]) -> None:
        pass


async def test_notes_whose_due_does_not_move_on_are_an_error_not_an_endless_loop() -> None:
    partition = partition_on(Log(), job=Standing())
    with pytest.raises(StreamsError, match="did not move on"):
        await fold(partition, chunk_of(("a", "0 x"), ("a", f"{2 * MINUTE_MS} x")))


async def test_a_plain_job_has_no_pages() -> None:
    log = Log()
    partition = partition_on(log)
    await fold(partition, chunk_of(("a", "0 x")))
    assert partition.table.notes.job.due == NEVER
    await partition.settle()
    assert [key for _, key, *_ in log.units[0].state] == [b"a", FENCE_KEY]


async def test_a_partition_taken_back_begins_with_what_the_changelog_says() -> None:
    log = Log()
    ours = partition_on(log, job=NotingJob())
    await fold(ours, chunk_of(("a", "1 x")))
    await ours.settle()
    others = partition_on(log, job=NotingJob())
    await fold(others, chunk_of(("a", "2 x"), start=1))
    await others.settle()
    ours.table.restore(*zip(*log.records, strict=True))
    assert ours.table.notes.overtaken
    ours.table.clear()
    ours.table.restore(*zip(*log.records, strict=True))
    ours.table.restored()
    assert notebook(ours).minutes == {0: (2, 0)}


@given(
    records=RECORDS,
    cuts=st.lists(st.integers(1, 7), min_size=1, max_size=40),
    crashes=st.dictionaries(st.integers(0, 12), st.booleans(), max_size=6),
)
def test_every_row_and_everything_said_is_noted_exactly_once(
    records: list[tuple[str, str]], cuts: list[int], crashes: dict[int, bool]
) -> None:
    """Any cutting into chunks, crashes with units lost or not, compaction: all is counted once."""
    log, job = asyncio.run(_run(records, cuts, crashes))
    said = Counter[Any](key.split(b"/")[1] for key, _ in log.outputs if key is not None)
    assert (job.totals["third"], job.totals["silent"]) == (said[b"third"], said[b"silent"])
    minutes = {
        key.split(b"/")[0]: int(key.split(b"/")[2])
        for key, _ in log.outputs
        if key is not None and b"/minute/" in key
    }
    unsaid = sum(rows - was for rows, was in job.minutes.values())
    rows = sum(value != "bad" for _, value in records)
    assert sum(minutes.values()) + unsaid + job.totals["late"] == rows


async def _run(
    records: list[tuple[str, str]], cuts: list[int], crashes: dict[int, bool]
) -> tuple[Log, NotingJob]:
    log, step = Transactions(), 0
    partition = partition_on(log, job=NotingJob())
    while (start := partition.ledgers["words"].position) < len(records):
        size = cuts[step % len(cuts)]
        await fold(partition, chunk_of(*records[start : start + size], start=start))
        if step in crashes:
            left = log.crashed()
            await partition.written()
            if crashes[step]:
                log.compact()
            else:
                log = left
            partition = partition_on(log, job=NotingJob())
        step += 1
    await partition.settle()
    kept = notebook(partition)
    again = notebook(partition_on(log, job=NotingJob()))
    assert (again.minutes, again.totals) == (kept.minutes, kept.totals)
    return log, kept
