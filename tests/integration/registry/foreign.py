"""A producer that isn't ours: confluent-kafka with its own serialiser and its own schema."""

import json
from collections.abc import Mapping
from typing import Any

from confluent_kafka import Producer
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

CHANNEL = {
    "type": "enum",
    "name": "Channel",
    "namespace": "shop.base",
    "symbols": ["chat", "web", "carrier_pigeon"],
    "default": "web",
}


def touchpoint(*more: dict[str, Any], channel: Any = CHANNEL) -> dict[str, Any]:
    """A shop's own idea of a touchpoint: fewer fields than ours, in another order, some its own."""
    return {
        "type": "record",
        "name": "Touchpoint",
        "namespace": "shop.events",
        "fields": [
            {"name": "occurred_at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "customer_id", "type": "string"},
            {"name": "till", "type": ["null", "int"], "default": None},
            {"name": "case_id", "type": "string"},
            {"name": "channel", "type": channel},
            {"name": "event_id", "type": "string"},
            *(
                {
                    "name": name,
                    "type": {"type": "enum", "name": name.title(), "symbols": symbols},
                }
                for name, symbols in (
                    ("kind", ["message", "page_view"]),
                    ("actor", ["customer", "agent"]),
                )
            ),
            *more,
        ],
    }


class ForeignProducer:
    """Registers its schema for the topic and sends, keyed by customer, as Java would.

    `security` is how it gets in, in librdkafka's words.
    """

    def __init__(
        self,
        broker: str,
        client: SchemaRegistryClient,
        topic: str,
        schema: dict[str, Any],
        references: tuple[SchemaReference, ...] = (),
        security: Mapping[str, str] | None = None,
    ) -> None:
        self._topic = topic
        whole = Schema(json.dumps(schema), "AVRO", list(references))
        self._serialize = AvroSerializer(client, whole)
        self._producer = Producer(
            {
                "bootstrap.servers": broker,
                "partitioner": "murmur2_random",
                "linger.ms": 5,
                **(security or {}),
            }
        )

    def record(self, customer: str, number: int, at: int, **more: Any) -> bytes:
        """One touchpoint in Confluent's wire format; the first one registers the schema."""
        value = {
            "occurred_at": at,
            "customer_id": customer,
            "till": 7,
            "case_id": "1",
            "channel": "chat",
            "event_id": f"{customer}-{number}",
            "kind": "message",
            "actor": "customer",
            **more,
        }
        context = SerializationContext(self._topic, MessageField.VALUE)
        return bytes(self._serialize(value, context))

    def send(self, customer: str, *values: bytes) -> None:
        """Send values and wait until the broker has them."""
        failed: list[Any] = []
        for value in values:
            self._producer.produce(
                self._topic,
                value,
                customer,
                on_delivery=lambda error, _: failed.append(error) if error else None,
            )
        left = self._producer.flush(20)
        assert not left
        assert not failed
