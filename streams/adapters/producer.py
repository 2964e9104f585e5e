"""Touchpoints onto their topic, in whole batches, each customer's in the order they are given."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError
from aiokafka.partitioner import murmur2

from streams.adapters.admin import unreachable
from streams.adapters.avro_encode import TouchpointEncoder
from streams.domain.touchpoints import Touchpoint
from streams.engine.broker_errors import readable
from streams.errors import BrokerRefused, StreamsError

BATCH_BYTES = 500_000
_RETRY_S = 0.25


def partition_of(customer_id: str, partitions: int) -> int:
    """The partition of a customer: murmur2 of the key, as every Kafka client does it.

    >>> partition_of("ann", 4), partition_of("ann", 1)
    (2, 0)
    """
    return int((murmur2(customer_id.encode()) & 0x7FFF_FFFF) % partitions)


class TouchpointProducer:
    """Sends touchpoints to one topic; use it as an asynchronous context manager.

    `connection` holds aiokafka's connection settings. Entering tries for `timeout_s` seconds and
    raises `BrokerUnreachable`; sending raises `BrokerRefused` when the broker says no. What was
    sent is safe after `flush` (or at the end of the block), with acks from all replicas.

    A retry may send a touchpoint twice: its event id makes the second one a duplicate without
    effect, and not every broker (the embedded one doesn't) has idempotent producers.
    """

    def __init__(
        self,
        connection: Mapping[str, Any],
        topic: str,
        encoder: TouchpointEncoder,
        timeout_s: float = 15.0,
    ) -> None:
        self._connection = dict(connection)
        self._topic = topic
        self._encoder = encoder
        self._timeout_s = timeout_s
        self._partition: dict[str, int] = {}
        self._partitions = 0
        self._under_way: list[asyncio.Future[Any]] = []

    async def __aenter__(self) -> Self:
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        while True:
            self._producer = AIOKafkaProducer(
                **self._connection, max_batch_size=BATCH_BYTES, acks="all"
            )
            try:
                await self._producer.start()
                self._partitions = len(await self._producer.partitions_for(self._topic))
            except KafkaConnectionError as error:
                await self._producer.stop()
                if asyncio.get_running_loop().time() + _RETRY_S > deadline:
                    raise unreachable(self._connection, self._timeout_s) from error
                await asyncio.sleep(_RETRY_S)
            except KafkaError as error:
                await self._producer.stop()
                raise self._refused(error) from error
            else:
                return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if error is None:
                await self.flush()
        finally:
            await self._producer.stop()

    async def send(self, touchpoints: Sequence[Touchpoint]) -> None:
        """Hand over touchpoints; waits for those of the call before, so little is under way."""
        batches = self._batches(touchpoints)
        await self.flush()
        try:
            self._under_way = [
                await self._producer.send_batch(batch, self._topic, partition=partition)
                for partition, batch in batches
            ]
        except KafkaError as error:
            raise self._refused(error) from error

    async def send_raw(self, key: bytes, value: bytes) -> None:
        """Send bytes that need not be a touchpoint (to see how the reader takes them)."""
        self._under_way.append(await self._producer.send(self._topic, value, key))

    async def flush(self) -> None:
        """Wait until the broker has everything handed over so far."""
        under_way, self._under_way = self._under_way, []
        try:
            await asyncio.gather(*under_way)
        except KafkaError as error:
            raise self._refused(error) from error

    def _batches(self, touchpoints: Sequence[Touchpoint]) -> list[tuple[int, Any]]:
        """Full and half full batches with their partitions, in order."""
        done: list[tuple[int, Any]] = []
        filling: dict[int, Any] = {}
        for touchpoint, value in zip(
            touchpoints, self._encoder.encode_all(touchpoints), strict=True
        ):
            partition = self._partition_of(touchpoint.customer_id)
            record = {
                "key": touchpoint.customer_id.encode(),
                "value": value,
                "timestamp": None,  # now: a replayed past would fall out of the topic's retention
            }
            batch = filling.get(partition)
            if batch is None:
                batch = filling[partition] = self._producer.create_batch()
            if batch.append(**record) is None:
                done.append((partition, batch))
                batch = filling[partition] = self._producer.create_batch()
                batch.append(**record)
        return done + list(filling.items())

    def _partition_of(self, customer_id: str) -> int:
        """Remembered: murmur2 in Python costs as much as the encoding."""
        partition = self._partition.get(customer_id)
        if partition is None:
            partition = partition_of(customer_id, self._partitions)
            self._partition[customer_id] = partition
        return partition

    def _refused(self, error: KafkaError) -> StreamsError:
        return readable(error) or BrokerRefused(
            f"the broker did not take touchpoints for {self._topic}: {type(error).__name__}; "
            "see that the topic exists (cxstreams topics create) and may be written to"
        )
