"""A producer and a subscriber that know nothing of us, over TLS and SASL, by way of the registry.

The producer is confluent-kafka with its own serialiser and its own schema, the subscriber
kafka-python with fastavro, which asks the registry for whatever schema id it meets.
"""

import base64
import io
import json
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from typing import Any

import fastavro
import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from kafka import KafkaConsumer

from tests.cluster.kafka import KafkaCluster
from tests.cluster.registry import SchemaRegistry
from tests.cluster.security import WORKER
from tests.integration.processes import Worker
from tests.integration.registry.foreign import ForeignProducer, touchpoint
from tests.integration.security.access import Access, Values, librdkafka
from tests.integration.security.sending import NOW, committed

LIBRARIAN, SHELF_KEY = "librarian", "librarian-secret-4a7d"
DAY = 24 * 3600 * 1000


@pytest.fixture(scope="module")
def locked_registry(
    secure_kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SchemaRegistry]:
    """A registry behind TLS that wants a certificate, a name and a password."""
    with SchemaRegistry(
        tmp_path_factory.mktemp("locked-registry"),
        basic_auth=(LIBRARIAN, SHELF_KEY),
        certificates=secure_kafka.certificates,
        wants_certificate=True,
    ) as running:
        yield running


class Subscriber:
    """Reads topics as a group of its own, each value by the schema that it was written with."""

    def __init__(self, values: Values, registry: SchemaRegistry, access: Access) -> None:
        self._words = {
            "bootstrap_servers": values["CX_BROKER"].split(","),
            "security_protocol": "SASL_SSL",
            "ssl_cafile": values["CX_SSL_CA"],
            "sasl_mechanism": values["CX_SASL_MECHANISM"],
            "sasl_plain_username": WORKER.name,
            "sasl_plain_password": WORKER.password,
        }
        self._registry = registry.url
        own = access.certificates.worker
        context = ssl.create_default_context(cafile=access.certificates.ca)
        context.load_cert_chain(own.chain, own.key)
        self._context = context
        self._schema = cache(self._fetched)

    def read(self, prefix: str, topic: str) -> Iterator[dict[str, Any]]:
        """The values of a topic from its start; ends when nothing comes for 40 seconds."""
        with closing(
            KafkaConsumer(
                f"{prefix}{topic}",
                group_id=f"{prefix}foreign-{topic}",
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                consumer_timeout_ms=40_000,
                **self._words,
            )
        ) as consumer:
            for record in consumer:
                yield self._decoded(record.value)

    def _decoded(self, value: bytes) -> dict[str, Any]:
        assert value[0] == 0
        schema = self._schema(int.from_bytes(value[1:5], "big"))
        decoded = fastavro.schemaless_reader(io.BytesIO(value[5:]), schema, None)
        assert isinstance(decoded, dict)
        return decoded

    def _fetched(self, schema_id: int) -> Any:
        request = urllib.request.Request(f"{self._registry}/schemas/ids/{schema_id}")
        login = base64.b64encode(f"{LIBRARIAN}:{SHELF_KEY}".encode()).decode()
        request.add_header("Authorization", f"Basic {login}")
        with urllib.request.urlopen(request, timeout=10, context=self._context) as answer:
            return fastavro.parse_schema(json.loads(json.loads(answer.read())["schema"]))


def test_strangers_are_understood_and_understand_us(
    access: Access,
    locked_registry: SchemaRegistry,
    follower: Callable[[Values], Worker],
    prefix: str,
) -> None:
    own = access.certificates.worker
    values = access.login(WORKER)
    running = follower(
        values
        | {
            "CX_SCHEMA_REGISTRY": locked_registry.url,
            "CX_SCHEMA_REGISTRY_USER": LIBRARIAN,
            "CX_SCHEMA_REGISTRY_PASSWORD": SHELF_KEY,
            "CX_SCHEMA_REGISTRY_CA": str(access.certificates.ca),
            "CX_SCHEMA_REGISTRY_CERTIFICATE": str(own.chain),
            "CX_SCHEMA_REGISTRY_KEY": str(own.key),
        }
    ).ready(90.0)

    customers = [f"customer-{number}" for number in range(20)]
    words = {
        "url": locked_registry.url,
        "basic.auth.user.info": f"{LIBRARIAN}:{SHELF_KEY}",
        "ssl.ca.location": str(access.certificates.ca),
        "ssl.certificate.location": str(own.chain),
        "ssl.key.location": str(own.key),
    }
    with SchemaRegistryClient(words) as client:
        topic = f"{prefix}cx.touchpoints.v1"
        place, security = values["CX_BROKER"], librdkafka(values)
        shop = ForeignProducer(place, client, topic, touchpoint(), security=security)
        for number, customer in enumerate(customers):
            asked = NOW - 3 * DAY
            shop.send(customer, shop.record(customer, 1, asked))
            if number % 2:  # the others are still waiting
                shop.send(customer, shop.record(customer, 2, asked + 10_000, actor="agent"))
    committed(running, 30)
    assert running.metric("cx_dead_letters_total") == 0

    reader = Subscriber(values, locked_registry, access)
    waiting: set[str] = set()
    for alert in reader.read(prefix, "cx.alerts.sla.v1"):
        if alert["status"] == "resolved":
            waiting.discard(alert["customer_id"])
        else:
            waiting.add(alert["customer_id"])
        if waiting == set(customers[::2]):
            break
    waits: dict[str, float] = {}
    for measured in reader.read(prefix, "cx.metrics.v1"):
        if "measurement_id" in measured and measured["metric"] == "first_response":
            waits[measured["customer_id"]] = measured["value"]
        if len(waits) == 10:
            break
    assert waiting == set(customers[::2])
    assert waits == dict.fromkeys(customers[1::2], 10)

    assert running.stop() == 0
    log = running.log.read_text()
    assert not any(secret in log for secret in (WORKER.password, SHELF_KEY, *customers))
