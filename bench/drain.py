"""Contestant `drain`: aiokafka takes every record and does nothing with it. The floor."""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.stopwatch import Stopwatch


async def drain(bootstrap: str, topic: str, events: int, partitions: int) -> None:
    """Read `events` records of the topic from its beginning."""
    watch, read = Stopwatch(), 0
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap, fetch_max_wait_ms=10) as consumer:
        consumer.assign([TopicPartition(topic, number) for number in range(partitions)])
        await consumer.seek_to_beginning()
        while read < events:
            chunks = await consumer.getmany(timeout_ms=1000)
            watch.start()
            read += sum(map(len, chunks.values()))
        watch.report(read)


if __name__ == "__main__":
    asyncio.run(drain(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
