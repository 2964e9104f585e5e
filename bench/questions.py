"""`python -m bench.questions`: cases that wait, of which so many a second fall due from an instant.

They are asked in the past, so that the first promises fall due soon; the rest wait for hours.
"""

import argparse
import json
import time
import zlib
from collections.abc import Iterator

from confluent_kafka import Producer

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.schema_ids import Fingerprints
from streams.domain.touchpoints import Touchpoint

ENCODED_AT_ONCE = 5_000


def questions(options: argparse.Namespace, now_ms: int) -> Iterator[Touchpoint]:
    """Questions in the order of their promises."""
    first, coming = now_ms + options.lead * 1000, options.due_rate * options.seconds
    for number in range(options.open + coming):
        due = first + number * 1000 // options.due_rate
        if number >= coming:
            due = first + 4 * 3_600_000 + number
        name = f"waiting-{number}"
        at = due - options.target * 1000
        yield Touchpoint(0, f"ask-{name}", name, "message", "chat", "customer", at, case_id=name)


def main() -> None:
    """Ask, and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.questions", description=__doc__)
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--open", type=int, default=100_000, help="promises that stay open")
    parser.add_argument("--due-rate", type=int, default=300, help="promises that fall due a second")
    parser.add_argument("--seconds", type=int, default=30, help="for so many seconds")
    parser.add_argument("--lead", type=int, default=30, help="seconds until the first one does")
    parser.add_argument("--target", type=int, required=True, help="what is promised, seconds")
    options = parser.parse_args()
    encoder = TouchpointEncoder(Fingerprints.of("touchpoint"), options.topic)
    producer = Producer(
        {
            "bootstrap.servers": options.bootstrap,
            "linger.ms": 20,
            "queue.buffering.max.messages": options.open + options.due_rate * options.seconds + 1,
        }
    )
    points = list(questions(options, time.time_ns() // 1_000_000))
    for start in range(0, len(points), ENCODED_AT_ONCE):
        part = points[start : start + ENCODED_AT_ONCE]
        for point, value in zip(part, encoder.encode_all(part), strict=True):
            key = point.customer_id.encode()
            number = zlib.crc32(key) % options.partitions
            producer.produce(options.topic, value, key, partition=number)
    left = producer.flush(60)
    if left:
        raise RuntimeError(f"{left:,} of {len(points):,} questions were not written")
    print(json.dumps({"asked": len(points)}))


if __name__ == "__main__":
    main()
