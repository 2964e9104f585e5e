"""Follow topics of cx-streams with confluent-kafka, by a Schema Registry or the schema files.

python confluent_subscriber.py --registry http://127.0.0.1:8081/apis/ccompat/v7 \
    --schema schemas/alert.avsc cx.alerts.churn.v1 cx.alerts.sla.v1
"""

import argparse
import json
import signal
from collections.abc import Callable
from functools import cache
from pathlib import Path

from by_schema_files import FileReader
from confluent_kafka import Consumer, KafkaException
from confluent_kafka.schema_registry import SchemaRegistryClient, SchemaRegistryError
from confluent_kafka.schema_registry.avro import AvroDeserializer
from subscriber import Record, SchemaMissing, Subscriber, Unreadable

SCHEMA_NOT_FOUND = 40403
"""A registry's own word; by 404 alone answers every server that has no such page."""


def main() -> None:
    """Print what is new until Ctrl-C or SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("topics", nargs="+")
    parser.add_argument("--broker", default="127.0.0.1:9092")
    parser.add_argument("--group", default="my-subscriber")
    parser.add_argument("--schema", type=Path, required=True)
    parser.add_argument("--registry", metavar="URL")
    asked = parser.parse_args()
    if asked.registry:
        read = registry_reader(asked.registry, asked.schema)
    else:
        read = FileReader(asked.schema).read
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    consumer = Consumer(
        {
            "bootstrap.servers": asked.broker,
            "group.id": asked.group,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe(asked.topics)
    try:
        follow(consumer, Subscriber(read))
    except KeyboardInterrupt:
        pass
    finally:
        consumer.close()


def registry_reader(url: str, schema: Path) -> Callable[[bytes], Record | None]:
    """Records as the schema that we were written for, whichever version has written them.

    Without a schema of our own we would get the writer's: words that we don't know among them.
    """
    client = SchemaRegistryClient({"url": url})
    text = schema.read_text(encoding="utf-8")
    deserialize = AvroDeserializer(client, text)
    mine = json.loads(text)["name"]

    @cache
    def kind(schema_id: int) -> str:
        try:
            return str(json.loads(str(client.get_schema(schema_id).schema_str))["name"])
        except Exception as error:  # whatever it is, the record is not to blame
            raise SchemaMissing(mend(url, schema_id, error)) from error

    def read(value: bytes) -> Record | None:
        if len(value) < 5 or value[0] != 0:
            raise Unreadable("no zero byte and schema id in front")
        if kind(int.from_bytes(value[1:5], "big")) != mine:
            return None
        try:
            record: Record | None = deserialize(value, None)
        except Exception as error:  # bytes can be wrong in every way
            raise Unreadable(repr(error)) from error
        return record

    return read


def mend(url: str, schema_id: int, error: Exception) -> str:
    """What somebody has to do before a record with this schema can be read."""
    if isinstance(error, SchemaRegistryError) and error.error_code == SCHEMA_NOT_FOUND:
        return (
            f"{url} has no schema with id {schema_id}; name the registry that the workers have, "
            "or leave --registry out if they have none"
        )
    return (
        f"{url} doesn't answer as a Schema Registry does ({error!r:.200}); "
        "is it up, and is that its whole URL, with its path?"
    )


def follow(consumer: Consumer, subscriber: Subscriber) -> None:
    """Fetch, handle, commit: what was not handled comes again."""
    while True:
        fetched = consumer.consume(num_messages=500, timeout=1.0)
        for message in fetched:
            if message.error():
                raise KafkaException(message.error())
            place = f"{message.topic()}[{message.partition()}]@{message.offset()}"
            subscriber.take(place, message.key(), message.value())
        if fetched:
            consumer.commit(asynchronous=False)


if __name__ == "__main__":
    main()
