"""Holders of one partition's lease, and what a read-committed reader sees of them."""

import asyncio

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.engine.exactly_once import ExactlyOnce
from streams.engine.job import Record
from streams.engine.log_ends import log_limits
from streams.engine.unit_of_work import UnitOfWork
from tests.cluster.kafka import KafkaCluster

TIMEOUT_MS = 60_000


class Bed:
    """Two topics, and writers to them that are closed at the end."""

    def __init__(self, kafka: KafkaCluster, prefix: str) -> None:
        self.connection = {"bootstrap_servers": kafka.bootstrap.split(",")}
        self.prefix = prefix
        self.writers: list[ExactlyOnce] = []

    async def writer(self, name: str = "app", timeout_ms: int = TIMEOUT_MS) -> ExactlyOnce:
        """A new holder of partition 0's lease."""
        changelog = f"{self.prefix}changelog"
        writer = ExactlyOnce(self.prefix + name, changelog, self.connection, timeout_ms)
        self.writers.append(writer)
        await writer.open(0)
        return writer

    def unit(self, what: str) -> UnitOfWork:
        """One output and one state."""
        said = Record(f"{self.prefix}said", what.encode(), b"")
        return UnitOfWork(0, [said], [Record("", what.encode(), b"")])

    async def read(self, topic: str) -> list[str]:
        """Keys that a read-committed reader sees."""
        place, found = TopicPartition(self.prefix + topic, 0), []
        async with (
            asyncio.timeout(60),
            AIOKafkaConsumer(**self.connection, isolation_level="read_committed") as consumer,
        ):
            end = (await log_limits(consumer, [place]))[place].end
            consumer.assign([place])
            consumer.seek(place, 0)
            while await consumer.position(place) < end:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += [record.key.decode() for record in records]
        return found
