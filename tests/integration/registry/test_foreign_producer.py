"""A foreign producer with a schema of its own, and a foreign subscriber, by way of the registry."""

import json
import time
from collections.abc import Callable

import pytest
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from streams.cli.reading import read_all
from streams.embedded import EmbeddedBroker
from tests.integration.processes import Worker
from tests.integration.registry.foreign import CHANNEL, ForeignProducer, touchpoint
from tests.integration.registry.waiting import until

NOW = time.time_ns() // 1_000_000


@pytest.mark.parametrize("refers", [False, True], ids=["in itself", "by reference"])
def test_foreign_records_are_followed_and_what_comes_of_them_can_be_read(
    follower: Callable[..., Worker],
    broker: EmbeddedBroker,
    client: SchemaRegistryClient,
    prefix: str,
    *,
    refers: bool,
) -> None:
    running = follower().ready()
    references: tuple[SchemaReference, ...] = ()
    if refers:
        client.register_schema(f"{prefix}channel", Schema(json.dumps(CHANNEL), "AVRO"))
        references = (SchemaReference("shop.base.Channel", f"{prefix}channel", 1),)
    schema = touchpoint(channel="shop.base.Channel" if refers else CHANNEL)
    topic = f"{prefix}cx.touchpoints.v1"
    shop = ForeignProducer(broker.bootstrap, client, topic, schema, references)
    customers = [f"customer-{number}" for number in range(20)]
    for customer in customers:
        shop.send(
            customer,
            shop.record(customer, 1, NOW - 60_000),
            shop.record(customer, 2, NOW - 50_000, actor="agent"),
            shop.record(customer, 3, NOW - 40_000, channel="carrier_pigeon"),
        )
    until(running, "cx_committed_records_total", 60)
    assert running.metric("cx_dead_letters_total") == 0
    assert running.metric("cx_touchpoints_total") == 60
    read = AvroDeserializer(client)
    metrics = f"{prefix}cx.metrics.v1"
    places = [(metrics, number) for number in range(4)]
    heard = [
        read(entry.value, SerializationContext(metrics, MessageField.VALUE))
        for entry in read_all({"bootstrap_servers": broker.bootstrap}, places, 20)
        if entry is not None
    ]
    waits = {
        m["customer_id"]: m["value"]
        for m in heard
        if m.get("measurement_id") and m["metric"] == "first_response"
    }
    assert waits == dict.fromkeys(customers, 10)
