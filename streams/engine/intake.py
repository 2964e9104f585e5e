"""Takes whole batches out of aiokafka's fetcher: plain lists instead of an object a record.

aiokafka builds a `ConsumerRecord` for every record (1.5 µs each); a chunk needs four lists
(0.35 µs). This file leans on aiokafka's private fetcher and must be kept in step with it (0.14):
everything that does stands here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, FetchResult
from aiokafka.errors import ConsumerStoppedError, CorruptRecordException

from streams.engine.chunk import Chunk
from streams.engine.tolerant_batch import lenient_records
from streams.errors import Stalled

HIGH_WATER = 20_000
"""Records waiting for one partition before it is paused at the fetcher."""


class Intake:
    """What a consumer has fetched and nobody has taken yet, as one growing chunk a partition.

    `era` counts how often everything fetched became void. What was taken in another era than
    today's must be dropped: its partition was sought anew, and gives it again.
    """

    def __init__(self, consumer: AIOKafkaConsumer, high_water: int = HIGH_WATER) -> None:
        self._consumer = consumer
        self._fetcher = consumer._fetcher
        self._high_water = high_water
        self._waiting: dict[TopicPartition, Chunk] = {}
        self._held: set[TopicPartition] = set()
        self._waiter: asyncio.Future[Any] | None = None
        self.era = 0

    async def chunks(
        self,
        wanted: Callable[[], AbstractSet[TopicPartition]],
        busy: AbstractSet[TopicPartition],
        patience_s: float,
    ) -> list[Chunk]:
        """The waiting chunks of the `wanted` partitions that aren't `busy`; [] after `patience_s`.

        Asked for what is wanted when there is something: a rebalance may go by while it waits.
        A chunk without records (markers only) is returned too: its `end` is progress.

        Raises:
            ConsumerStoppedError: the consumer was closed.
            Stalled: the fetcher has ended by itself, nothing would ever come.
            KafkaError: what the fetcher met, such as a refused authorisation.
        """
        fetcher = self._fetcher
        if self._consumer._closed or fetcher._closed:
            raise ConsumerStoppedError
        if fetcher._fetch_task.done():
            raise Stalled("the client has stopped fetching: restart to read on")
        with (
            fetcher._subscriptions.fetch_context()
        ):  # the poll-interval check counts this as polling
            if ready := self._ready(wanted(), busy):
                return ready
            # Woken by new data, by `wake`, or by time: never a sleep.
            self._waiter = fetcher._create_fetch_waiter()
            await asyncio.wait([self._waiter], timeout=patience_s)
            waiter, self._waiter = self._waiter, None
            if not waiter.cancel():
                waiter.result()  # raises what the coordinator has against us
            return self._ready(wanted(), busy)

    def _ready(
        self, wanted: AbstractSet[TopicPartition], busy: AbstractSet[TopicPartition]
    ) -> list[Chunk]:
        if self._fetcher._subscriptions.reassignment_in_progress:
            return []
        self._drain(wanted)
        ready = [tp for tp in self._waiting if tp in wanted and tp not in busy]
        return [self._release(tp) for tp in ready]

    def wake(self) -> None:
        """Something changed (a partition became free): look again."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def forget(self) -> None:
        """Drop everything: void after a seek or a revocation."""
        self.era += 1
        self._waiting.clear()
        for tp in list(self._held):
            self._unhold(tp)

    def _release(self, tp: TopicPartition) -> Chunk:
        self._unhold(tp)
        chunk = self._waiting.pop(tp)
        chunk.era = self.era
        return chunk

    def _unhold(self, tp: TopicPartition) -> None:
        if tp in self._held:
            self._held.discard(tp)
            if tp in self._consumer.assignment():
                self._consumer.resume(tp)

    def _drain(self, wanted: AbstractSet[TopicPartition]) -> None:
        """Move everything fetched into the waiting chunks.

        aiokafka sends a broker no further fetch while records of any of its partitions lie
        untaken, so busy partitions are emptied too; one with enough waiting is paused instead.
        """
        fetcher, took = self._fetcher, False
        for tp in list(fetcher._records):
            if tp not in wanted:
                if not fetcher._subscriptions.is_assigned(tp):
                    del fetcher._records[tp]
                continue
            result, took = fetcher._records.pop(tp), True
            if type(result) is not FetchResult:
                result.check_raise()
            if not result.check_assignment(tp):
                continue  # lost, paused or sought since it was fetched
            part = result._partition_records
            chunk = self._waiting.get(tp)
            if chunk is None:
                chunk = self._waiting[tp] = Chunk(tp.topic, tp.partition, part.next_fetch_offset)
            read_into(chunk, part)
            result._update_position()
            if len(chunk) >= self._high_water and tp not in self._held:
                self._held.add(tp)
                self._consumer.pause(tp)
        if took:
            fetcher._notify(fetcher._wait_consume_future)


def read_into(chunk: Chunk, part: Any) -> None:
    """Append every committed record of aiokafka's `PartitionRecords` to the chunk.

    Raises:
        CorruptRecordException: a batch fails its checksum; what came before it is in the chunk.
    """
    while part._records.has_next():
        batch = part._records.next_batch()
        if part._check_crcs and not batch.validate_crc():
            raise CorruptRecordException(f"Invalid CRC - {part._tp}")
        if part._isolation_level == READ_COMMITTED and batch.producer_id is not None:
            part._consume_aborted_up_to(batch.base_offset)
            if batch.is_control_batch and part._contains_abort_marker(batch):
                part._aborted_producers.discard(batch.producer_id)
        aborted = batch.is_transactional and batch.producer_id in part._aborted_producers
        if not aborted and not batch.is_control_batch:
            _append_batch(chunk, _records(batch, part), part.next_fetch_offset)
        part.next_fetch_offset = chunk.end = batch.next_offset


def _records(batch: Any, part: Any) -> list[Any]:
    try:
        return list(batch)
    except UnicodeDecodeError:
        return lenient_records(part._records.bytes)


def _append_batch(chunk: Chunk, records: list[Any], position: int) -> None:
    # After a seek into the middle of a batch the broker sends the batch whole.
    if records and records[0].offset < position:
        records = [record for record in records if record.offset >= position]
    headers = list(map(attrgetter("headers"), records))
    if any(headers):
        base = len(chunk)
        chunk.headers.update((base + i, list(h)) for i, h in enumerate(headers) if h)
    chunk.offsets += map(attrgetter("offset"), records)  # not a range: compaction leaves holes
    chunk.keys += map(attrgetter("key"), records)
    chunk.values += map(attrgetter("value"), records)
    chunk.timestamps += map(attrgetter("timestamp"), records)
