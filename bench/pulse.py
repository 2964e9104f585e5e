"""`python -m bench.pulse`: touchpoints at a steady rate, now and then a customer who is leaving."""

import argparse
import asyncio
import json
import time
import zlib
from collections.abc import Iterator
from itertools import count

from aiokafka import AIOKafkaProducer

from bench.events import touchpoints
from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.schema_ids import Fingerprints
from streams.domain.touchpoints import Touchpoint

BEAT_S = 0.005
LEAVING_EVERY = 100
"""One event in so many is the start of an irritated customer's four, which raise an alert."""
IRRITATIONS = ("complaint", "returned", "payment_failed", "subscription_changed")


def stream(events: int, customers: int) -> Iterator[Touchpoint]:
    """The benchmark's usual events, without their time, and between them customers who leave."""
    usual = touchpoints(events, customers, seed=3, evenly=False)
    for number in count():
        if number % LEAVING_EVERY:
            point = next(usual, None)
            if point is None:
                return
            yield point
            continue
        for kind in IRRITATIONS:
            yield Touchpoint(
                0,
                f"leaving-{number}-{kind}",
                f"leaving-{number}",
                kind,
                "web",
                "customer",
                0,
                reason="cancelled" if kind == "subscription_changed" else None,
            )


async def pulse(options: argparse.Namespace) -> dict[str, float]:
    """Send at the rate, each event stamped with the time at which it is sent."""
    encoder = TouchpointEncoder(Fingerprints.of("touchpoint"), options.topic)
    total, sent = options.rate * options.seconds, 0
    story = stream(total, options.customers)
    async with AIOKafkaProducer(bootstrap_servers=options.bootstrap, acks="all") as producer:
        began, slowest = time.monotonic(), 0.0
        while sent < total:
            due = int((time.monotonic() - began) * options.rate) - sent
            if due > 0:
                now = time.time_ns() // 1_000_000
                points = [p._replace(occurred_at=now) for _, p in zip(range(due), story)]  # noqa: B905
                if not points:
                    break
                batches = [producer.create_batch() for _ in range(options.partitions)]
                for point, value in zip(points, encoder.encode_all(points), strict=True):
                    key = point.customer_id.encode()
                    batch = batches[zlib.crc32(key) % options.partitions]
                    batch.append(key=key, value=value, timestamp=now)
                for number, batch in enumerate(batches):
                    if batch.record_count():
                        await producer.send_batch(batch, options.topic, partition=number)
                sent += len(points)
                slowest = max(slowest, time.time() - now / 1000)
            await asyncio.sleep(BEAT_S)
        seconds = time.monotonic() - began
    return {"events": sent, "seconds": seconds, "slowest_beat_s": slowest}


def main() -> None:
    """Send, and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.pulse", description=__doc__)
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--rate", type=int, default=5_000, help="events a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--partitions", type=int, default=4)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(pulse(options))))


if __name__ == "__main__":
    main()
