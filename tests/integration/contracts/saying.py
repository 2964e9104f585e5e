"""What is said on a topic in these tests: by our own encoder, and by a release to come."""

import io
import json
from copy import deepcopy
from typing import Any

from confluent_kafka import Producer
from fastavro import parse_schema, schemaless_writer

from streams.adapters import schemas, wire
from streams.adapters.outputs import OutputEncoder
from streams.domain.outputs import Alert, Measurement, Output, Reason, Transition, Window

QUOTED = '客户 "七"'

NEWS = [
    f"new sla.warned elevated v1 {QUOTED}",
    f"amended sla.missed high v2 {QUOTED}",
    "new churn_risk unknown v1 O'Neil",
    f"resolved sla.met low v3 {QUOTED}",
    "deleted a-3",
    "new churn_risk unknown v1 O'Neil",
    "new sla.missed critical v1 last",
]
"""What an example makes of the story of the alerts; the guide shows it."""


def alert(name: str, version: int, rule: str, status: Any, band: str, customer: str) -> Alert:
    reasons = (Reason("first_response", 60, 3600.0),)
    return Alert(
        name, version, rule, status, customer, None, 0, version, band, 60, reasons, "web", "vip"
    )


def move(name: str, version: int, *, to: str = "support", retracted: bool = False) -> Transition:
    amends = version > 1
    return Transition(
        name, version, QUOTED, "use", to, 0, 60_000, "chat", "normal", retracted, amends
    )


def score(name: str, version: int, value: float) -> Measurement:
    amends = version > 1
    return Measurement(name, version, "nps", QUOTED, None, value, 0, "web", "vip", amends=amends)


def hour(version: int) -> Window:
    return Window("0/nps/web/vip/3600/0", version, "nps", "web", "vip", 0, 0, 3600, 1, 1, 9.0, 0, 0)


def newer_alert_schema() -> dict[str, Any]:
    """The alert of a release to come: a field more at the end, and words that nobody knows yet."""
    schema = deepcopy(schemas.current("alert"))
    by_name = {field["name"]: field for field in schema["fields"]}
    by_name["band"]["type"]["symbols"].append("catastrophic")
    by_name["status"]["type"]["symbols"].append("snoozed")
    schema["fields"].append({"name": "owner", "type": ["null", "string"], "default": None})
    return schema


def newer_alert(schema_id: int, name: str, customer: str) -> bytes:
    """A record of that schema, in its new words."""
    said = alert(name, 1, "churn_risk", "snoozed", "catastrophic", customer)._asdict()
    said |= {"reasons": [reason._asdict() for reason in said["reasons"]], "owner": "agent-3"}
    payload = io.BytesIO()
    schemaless_writer(payload, parse_schema(newer_alert_schema()), said)
    return wire.frame(schema_id, payload.getvalue())


class Speaker:
    """Writes to partition 0 of one topic, and waits until all is there."""

    def __init__(self, broker: str, topic: str, encoder: OutputEncoder) -> None:
        self._broker = broker
        self._topic = topic
        self._encoder = encoder
        self._producer = Producer({"bootstrap.servers": broker, "enable.idempotence": True})

    def encoded(self, said: Output) -> tuple[bytes, bytes]:
        """Key and value, as a worker writes them to this topic."""
        topic, key, value, _ = self._encoder.encode([said])[0]
        assert topic == self._topic
        assert key is not None
        assert value is not None
        return key, value

    def say(self, *said: Output) -> None:
        """As a worker does."""
        for one in said:
            self.write(*self.encoded(one))

    def write(self, key: bytes | None, value: bytes | None) -> None:
        """Whatever it is."""
        self._producer.produce(self._topic, value, key, partition=0)
        assert self._producer.flush(30) == 0

    def take_back(self, said: Output) -> None:
        """Say something in a transaction, and abort it: as a worker that died in it."""
        name = f"{self._topic}-aborted"
        producer = Producer({"bootstrap.servers": self._broker, "transactional.id": name})
        producer.init_transactions(30)
        producer.begin_transaction()
        key, value = self.encoded(said)
        producer.produce(self._topic, value, key, partition=0)
        producer.flush(30)
        producer.abort_transaction(30)


def as_text(schema: dict[str, Any]) -> str:
    """The schema as a file has it."""
    return json.dumps(schema, ensure_ascii=False, indent=2)
