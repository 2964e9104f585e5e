"""`python -m bench.load`: writes the events into a topic, in batches, from a process of its own."""

import argparse
import asyncio
import json
import time
import zlib
from asyncio import Future
from collections.abc import Iterator
from itertools import islice

from aiokafka import AIOKafkaProducer

from bench.events import touchpoints
from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.schema_ids import Fingerprints

BATCH_BYTES = 900_000
ENCODED_AT_ONCE = 5_000
IN_FLIGHT = 8  # batches written but not yet acknowledged, over all partitions


def records(options: argparse.Namespace) -> Iterator[tuple[int, bytes, bytes, int]]:
    """Partition, key, value and time of each record."""
    encoder = TouchpointEncoder(Fingerprints.of("touchpoint"), options.topic)
    events = touchpoints(
        options.events, options.customers, seed=options.seed, evenly=options.evenly
    )
    while many := list(islice(events, ENCODED_AT_ONCE)):
        for point, value in zip(many, encoder.encode_all(many), strict=True):
            key = point.customer_id.encode()
            yield zlib.crc32(key) % options.partitions, key, value, point.occurred_at


async def load(options: argparse.Namespace) -> list[int]:
    """Write all records; how many each partition got."""
    producer = AIOKafkaProducer(
        bootstrap_servers=options.bootstrap,
        acks="all",
        max_batch_size=BATCH_BYTES,
        max_request_size=4 * BATCH_BYTES,
    )
    counts = [0] * options.partitions
    sent: list[Future[object]] = []
    async with producer:
        batches = [producer.create_batch() for _ in counts]

        async def send(partition: int) -> None:
            batch, batches[partition] = batches[partition], producer.create_batch()
            sent.append(await producer.send_batch(batch, options.topic, partition=partition))
            if len(sent) >= IN_FLIGHT:
                await sent.pop(0)

        for partition, key, value, at in records(options):
            if batches[partition].append(key=key, value=value, timestamp=at) is None:
                await send(partition)
                batches[partition].append(key=key, value=value, timestamp=at)
            counts[partition] += 1
        for partition, batch in enumerate(batches):
            if batch.record_count():
                await send(partition)
        await asyncio.gather(*sent)
    return counts


def main() -> None:
    """Load, and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--customers", type=int, required=True)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--evenly", action="store_true", help="each customer in turn")
    options = parser.parse_args()
    began = time.perf_counter()
    counts = asyncio.run(load(options))
    print(json.dumps({"partitions": counts, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
