"""Reads what the workers wrote: a topic from its beginning to its end."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from streams.engine.broker_errors import readable
from streams.errors import BrokerUnreachable


async def read_topic(
    connection: Mapping[str, Any], topic: str, partitions: int
) -> AsyncIterator[ConsumerRecord]:
    """Every committed record that is on the topic now, each partition's in order.

    `connection` holds aiokafka's settings. Raises BrokerUnreachable.
    """
    consumer = AIOKafkaConsumer(
        **connection,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=4 << 20,
    )
    places = [TopicPartition(topic, number) for number in range(partitions)]
    try:
        await consumer.start()
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    yield record
    except KafkaError as error:
        raise readable(error) or BrokerUnreachable(
            f"topic {topic} can't be read ({type(error).__name__}); see that the broker runs"
        ) from error
    finally:
        await consumer.stop()
