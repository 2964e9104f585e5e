"""Builds whole batches of records for one partition of a topic, and writes them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from streams.engine.job import PlainRecord

BATCH_BYTES = 900_000


def batches_of(
    records: Iterable[PlainRecord], create_batch: Callable[[], BatchBuilder]
) -> list[BatchBuilder]:
    """Records in as few batches as hold them, in order.

    The builder underneath is used directly: `BatchBuilder.append` costs 2.5 times as much.
    """
    stamp, count = int(time.time() * 1000), 0
    batch = create_batch()
    batches = [batch]
    append, none = batch._builder.append, list[Any]()
    for _, key, value, headers in records:  # taken apart at once: half of an attribute at a time
        own = (headers if type(headers) is list else list(headers)) if headers else none
        if append(count, stamp, key, value, own) is None:
            batch._relative_offset = count
            batch, count = create_batch(), 0
            batches.append(batch)
            append = batch._builder.append
            append(0, stamp, key, value, own)
        count += 1
    batch._relative_offset = count
    return batches


async def send(
    producer: AIOKafkaProducer, topic: str, partition: int, records: Iterable[PlainRecord]
) -> int:
    """Write records to one partition in batches -> base offset of the first batch.

    Returns when the broker has all of them.
    """
    pending = await enqueue(producer, topic, partition, records)
    return int((await asyncio.gather(*pending))[0].offset)


async def enqueue(
    producer: AIOKafkaProducer, topic: str, partition: int, records: Iterable[PlainRecord]
) -> list[asyncio.Future[Any]]:
    """Hand records over in batches, to be written in this order -> what tells that they are.

    One at a time for a partition of a topic: the client lets those who wait for its queue race for
    every place in it, and refuses one that has lost for some seconds (`KafkaTimeoutError`).
    """
    return [
        await producer.send_batch(batch, topic, partition=partition)
        for batch in batches_of(records, producer.create_batch)
    ]
