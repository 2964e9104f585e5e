"""Reads changelogs back to their end: chunked, by position, values left packed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.engine.intake import Intake
from streams.engine.log_ends import log_limits
from streams.engine.partition import Observer, Partition
from streams.engine.positions import start_positions

log = logging.getLogger(__name__)

READ_WAIT_S = 1.0
STOP_S = 5.0


class Recovery:
    """Brings partitions up to the end of their changelog with a consumer of its own.

    Faust's recovery counts records, so a changelog that ends in transaction markers never
    recovers, and it swallows errors and serves empty state. This one reads to the *position* that
    was the end when it began (after the predecessor was fenced), and fails loudly.
    """

    def __init__(
        self, changelog: str, settings: Mapping[str, Any], isolation: str, observer: Observer
    ) -> None:
        self._changelog = changelog
        self._settings = {**settings, "isolation_level": isolation}
        self._observer = observer
        self.read = 0  # changelog records, since the process began

    async def recover(self, partitions: Sequence[Partition]) -> None:
        """Read the changelogs from where the tables stand to the end.

        Then each partition may go on where its fence says.

        Raises:
            SourceReplaced: fence and source topic don't belong together.
            StateUnreadable: the changelog was written by something else.
        """
        if not partitions:
            return
        began = perf_counter()
        consumer = self._new_consumer()
        try:
            await consumer.start()
            read = await self._read(consumer, partitions)
            sources = {
                TopicPartition(topic, p.number): p for p in partitions for topic in p.ledgers
            }
            limits = await log_limits(consumer, sources)
        finally:
            await _stop(consumer)
        for partition in partitions:
            partition.table.restored()
            mine = {tp.topic: limits[tp] for tp, owner in sources.items() if owner is partition}
            partition.resume(start_positions(partition, mine))
        self._report(partitions, read, perf_counter() - began)

    async def _read(self, consumer: AIOKafkaConsumer, partitions: Sequence[Partition]) -> int:
        """-> number of records read."""
        tables = {TopicPartition(self._changelog, p.number): p.table for p in partitions}
        limits = await log_limits(consumer, tables)
        consumer.assign(list(tables))  # anew: what fetching for the ends has left behind is void
        for tp, table in tables.items():
            if not limits[tp].begin <= table.changelog_position <= limits[tp].end:
                table.clear()  # compacted away or made anew since: what we hold can't be extended
                table.changelog_position = limits[tp].begin
            consumer.seek(tp, table.changelog_position)
        intake, read = Intake(consumer), 0
        behind = {tp for tp, t in tables.items() if t.changelog_position < limits[tp].end}
        while behind:
            for chunk in await intake.chunks(lambda: behind, set(), READ_WAIT_S):
                tp = TopicPartition(chunk.topic, chunk.partition)
                tables[tp].restore(chunk.keys, chunk.values)
                tables[tp].changelog_position = chunk.end
                read += len(chunk)
                self.read += len(chunk)
                if chunk.end >= limits[tp].end:
                    behind.discard(tp)
        overtaken = [p for p in partitions if p.table.notes.overtaken]
        for partition in overtaken:  # the job can't take back what it holds
            partition.table.clear()
        return read + (await self._read(consumer, overtaken) if overtaken else 0)

    def _report(self, partitions: Sequence[Partition], records: int, seconds: float) -> None:
        states = sum(len(partition.table) for partition in partitions)
        self._observer.recovered(records, states, seconds)
        log.info(
            "recovered %d states of partitions %s from %d records in %.1f s",
            states,
            sorted(partition.number for partition in partitions),
            records,
            seconds,
        )

    def _new_consumer(self) -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=50,
            max_partition_fetch_bytes=4_194_304,
            **self._settings,
        )


async def _stop(consumer: AIOKafkaConsumer) -> None:
    """Stop a consumer, but don't wait for ever.

    aiokafka's fetcher swallows its own cancellation while it gives up an old assignment, and then
    never ends; a takeover must not hang on that.
    """
    await asyncio.wait([asyncio.ensure_future(consumer.stop())], timeout=STOP_S)
