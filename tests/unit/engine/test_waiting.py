"""A slice that can't be decoded yet: the partition waits, and can still be given back."""

import asyncio

import pytest
from typing_extensions import override

from streams.engine.chunk import Chunk
from streams.engine.clock import PartitionClock
from streams.engine.job import Decoded, Unprepared
from streams.engine.partition import Partition
from streams.engine.unit_of_work import UnitOfWork
from tests.unit.engine.counting import MINUTE_MS, CountingJob, Row, chunk_of
from tests.unit.engine.test_partition import Log, Quiet, fold, partition_on, states


class Missing(Unprepared):
    """Waits for the job's event."""

    def __init__(self, job: "Unready") -> None:
        super().__init__()
        self._job = job

    @override
    async def prepare(self) -> None:
        self._job.asked.set()
        await self._job.there.wait()
        if self._job.failure:
            raise self._job.failure


class Unready(CountingJob):
    """Can't read words of offset 2,000 and later until something is there."""

    def __init__(self) -> None:
        super().__init__()
        self.there = asyncio.Event()
        self.asked = asyncio.Event()
        self.failure: Exception | None = None

    @override
    def decode(self, chunk: Chunk) -> Decoded[Row]:
        if chunk.offsets[-1] >= 2_000 and not self.there.is_set():
            raise Missing(self)
        return super().decode(chunk)


WORDS = chunk_of(*[("a", f"{n} x") for n in range(2_500)])
"""Two slices, of which the second has to wait."""


class Telling(Log):
    """Tells when something has become durable."""

    def __init__(self) -> None:
        super().__init__()
        self.written = asyncio.Event()

    @override
    async def commit(self, unit: UnitOfWork) -> int | None:
        base = await super().commit(unit)
        self.written.set()
        return base


async def test_what_is_folded_is_written_while_the_rest_waits() -> None:
    log, job = Telling(), Unready()
    partition = partition_on(log, job=job)
    folding = asyncio.ensure_future(fold(partition, WORDS))
    await job.asked.wait()
    await log.written.wait()
    assert partition.waiting
    assert states(log)["a"].n == 2_000
    assert partition.ledgers["words"].committable == 2_000

    job.there.set()
    await folding
    await partition.settle()
    assert not partition.waiting
    assert states(log)["a"].n == 2_500
    assert partition.ledgers["words"].committable == 2_500


async def test_a_partition_that_waits_can_be_given_back_and_nothing_is_lost() -> None:
    log, job = Log(), Unready()
    partition = partition_on(log, job=job)
    folding = asyncio.ensure_future(fold(partition, WORDS))
    await job.asked.wait()
    await asyncio.wait_for(partition.settle(), 5)
    await folding
    assert partition.table.fence.positions["words"] == 2_000
    assert partition.ledgers["words"].committable == 2_000

    successor = partition_on(log)
    assert successor.ledgers["words"].position == 2_000
    await fold(successor, chunk_of(*[("a", f"{n} x") for n in range(2_000, 2_500)], start=2_000))
    await successor.settle()
    assert states(log)["a"].n == 2_500


async def test_what_preparing_raises_is_fatal() -> None:
    log, job = Log(), Unready()
    job.failure = RuntimeError("no such thing will ever be there")
    partition = partition_on(log, job=job)
    folding = asyncio.ensure_future(fold(partition, WORDS))
    await job.asked.wait()
    job.there.set()
    with pytest.raises(RuntimeError, match="no such thing"):
        await folding


async def test_a_deadline_that_passes_while_a_partition_waits_and_is_given_back_is_said() -> None:
    wall = [0]
    log, job = Log(), Unready()
    clock = PartitionClock(0, lambda: wall[0])
    partition = Partition(0, job, {"words": 0}, clock, log, Quiet(), list[BaseException]().append)
    partition.resume({"words": 0})
    await fold(partition, chunk_of(("a", "0 x")))
    await partition.written()
    later = chunk_of(*[("b", "0 x")] * 2_500, start=1)
    folding = asyncio.ensure_future(fold(partition, later))
    await job.asked.wait()
    wall[0] = 2 * MINUTE_MS
    await asyncio.wait_for(partition.settle(), 5)
    await folding
    assert states(log)["a"].woken == 1
    assert (b"a/silent/1", str(MINUTE_MS).encode()) in log.outputs
