"""Delivery without transactions: outputs, then state and fence, then the commit.

A crash between outputs and state repeats outputs (same ids); the other order would lose them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from aiokafka import AIOKafkaProducer

from streams.engine.job import PlainRecord
from streams.engine.outbox import BATCH_BYTES, enqueue, send
from streams.engine.unit_of_work import UnitOfWork


class EffectivelyOnce:
    """For brokers without transactions: ordered writes, states that skip what they already hold.

    After a crash the outputs of the last unit may come again with the same ids; those without a
    state behind them (dead letters) may come twice.

    Two producers, because outputs must not queue behind changelog batches: aiokafka has one
    produce request a broker under way, and on a shared producer an alert would wait for the state
    before it. `idempotent` where the broker can: retries then never write twice.
    """

    exclusive: ClassVar[bool] = False  # a worker that woke after its partition moved may write

    def __init__(
        self, changelog: str, connection: Mapping[str, Any], *, idempotent: bool = False
    ) -> None:
        self._changelog = changelog
        self._connection = dict(connection)
        self._idempotent = idempotent
        self._outputs: AIOKafkaProducer | None = None
        self._state: AIOKafkaProducer | None = None
        self._turns = defaultdict[str, asyncio.Lock](asyncio.Lock)

    async def start(self) -> None:
        """Connect both producers."""
        self._outputs, self._state = self._new_producer(), self._new_producer()
        await asyncio.gather(self._outputs.start(), self._state.start())

    async def stop(self) -> None:
        """Flush and close."""
        for producer in (self._outputs, self._state):
            if producer is not None:
                await producer.stop()
        self._outputs = self._state = None

    async def open(self, partition: int) -> None:
        """Nothing to prepare."""

    async def close(self, partition: int) -> None:
        """Nothing to release."""

    async def commit(self, unit: UnitOfWork) -> int | None:
        """Outputs, awaited; then state and fence, awaited."""
        assert self._outputs is not None
        assert self._state is not None
        outputs = self._outputs
        await asyncio.gather(
            *[self._say(outputs, unit, topic, group) for topic, group in unit.outputs_by_topic()]
        )
        if not unit.state:
            return None
        return await send(self._state, self._changelog, unit.partition, unit.state)

    async def _say(
        self,
        producer: AIOKafkaProducer,
        unit: UnitOfWork,
        topic: str,
        group: Sequence[PlainRecord],
    ) -> None:
        if topic not in unit.gathered:
            await send(producer, topic, unit.partition, group)
            return
        async with self._turns[topic]:  # all our partitions write to this one
            pending = await enqueue(producer, topic, unit.partition_on(topic), group)
        await asyncio.gather(*pending)

    def _new_producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            acks="all",
            max_batch_size=BATCH_BYTES,
            enable_idempotence=self._idempotent,
            **self._connection,
        )
