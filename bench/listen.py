"""`python -m bench.listen`: how long after its event each alert reaches a subscriber."""

import argparse
import asyncio
import json
import time

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.adapters.output_reading import OutputReader
from streams.adapters.schema_ids import Fingerprints


async def listen(options: argparse.Namespace) -> list[float]:
    """Milliseconds from event to arrival of each alert raised, until none came for a while."""
    reader, found = OutputReader(Fingerprints.of()), []
    async with AIOKafkaConsumer(
        bootstrap_servers=options.bootstrap,
        isolation_level="read_committed",
        fetch_max_wait_ms=20,
    ) as consumer:
        places = [TopicPartition(options.topic, number) for number in range(options.partitions)]
        consumer.assign(places)
        for place, end in (await consumer.end_offsets(places)).items():
            consumer.seek(place, end)
        print("listening", flush=True)
        over = time.monotonic() + options.patience
        while time.monotonic() < over:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                now, over = time.time() * 1000, time.monotonic() + options.quiet
                for record in records:
                    alert = reader.alert(record.value)
                    if alert.status == "raised":
                        found.append(now - alert.updated_at)
    return found


def spread(latencies_ms: list[float], skip: int) -> dict[str, float]:
    """Quantiles of the latencies after the first `skip`, which are warm-up.

    >>> spread([9.0] * 10 + list(map(float, range(101))), skip=10)["p99_ms"]
    99.0
    """
    ordered = sorted(latencies_ms[skip:])
    at = {f"p{q}_ms": ordered[len(ordered) * q // 100] for q in (50, 90, 99)}
    return {"alerts": len(ordered), **at, "max_ms": ordered[-1]}


def main() -> None:
    """Listen, and print one line of JSON at the end."""
    parser = argparse.ArgumentParser(prog="python -m bench.listen", description=__doc__)
    parser.add_argument("--bootstrap", required=True, metavar="HOST:PORT")
    parser.add_argument("--topic", required=True)
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--patience", type=float, default=60.0, help="seconds to the first alert")
    parser.add_argument("--quiet", type=float, default=3.0, help="seconds of silence that end it")
    parser.add_argument("--skip", type=int, default=100, help="alerts of the warm-up")
    options = parser.parse_args()
    latencies = asyncio.run(listen(options))
    print(json.dumps(spread(latencies, options.skip)))


if __name__ == "__main__":
    main()
