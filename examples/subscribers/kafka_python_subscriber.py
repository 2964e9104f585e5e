"""Follow topics of cx-streams with kafka-python, by the schema files.

python kafka_python_subscriber.py --schema schemas/alert.avsc cx.alerts.churn.v1 cx.alerts.sla.v1
"""

import argparse
import signal
from pathlib import Path

from by_schema_files import FileReader
from kafka import KafkaConsumer
from subscriber import Subscriber


def main() -> None:
    """Print what is new until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("topics", nargs="+")
    parser.add_argument("--broker", default="127.0.0.1:9092")
    parser.add_argument("--group", default="my-subscriber")
    parser.add_argument("--schema", type=Path, required=True)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    consumer = KafkaConsumer(
        *asked.topics,
        bootstrap_servers=asked.broker,
        group_id=asked.group,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    try:
        follow(consumer, Subscriber(FileReader(asked.schema).read))
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


def follow(consumer: KafkaConsumer, subscriber: Subscriber) -> None:
    """Fetch, handle, commit: what was not handled comes again."""
    while True:
        fetched = consumer.poll(timeout_ms=1000)
        for records in fetched.values():
            for record in records:
                place = f"{record.topic}[{record.partition}]@{record.offset}"
                subscriber.take(place, record.key, record.value)
        if fetched:
            consumer.commit()


if __name__ == "__main__":
    main()
