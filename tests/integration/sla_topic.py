"""Questions that wait, written to the touchpoints; and alerts about them, as a subscriber reads."""

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import NamedTuple
from zlib import crc32

from confluent_kafka import Producer
from kafka import KafkaConsumer

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.output_reading import OutputReader
from streams.adapters.schema_ids import Fingerprints
from streams.domain.outputs import Alert
from streams.domain.touchpoints import Touchpoint


class Heard(NamedTuple):
    """An alert, and when it was there to be read, epoch ms."""

    alert: Alert
    at: int


def question(customer: str, at: int) -> Touchpoint:
    """A customer asks in a case of their own."""
    case_id = f"case-{customer}"
    return Touchpoint(
        0, f"ask-{customer}", customer, "message", "chat", "customer", at, case_id=case_id
    )


def send(bootstrap: str, topic: str, points: Iterable[Touchpoint], partitions: int) -> None:
    """Write them, in the order given, and see that all have arrived."""
    encoder = TouchpointEncoder(Fingerprints.of("touchpoint"), topic)
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 20})
    written = list(points)
    for point, value in zip(written, encoder.encode_all(written), strict=True):
        key = point.customer_id.encode()
        producer.produce(topic, value, key, partition=crc32(key) % partitions)
        producer.poll(0)
    assert producer.flush(60) == 0


class SlaTopic:
    """What a read-committed subscriber has heard so far, from the beginning."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self.heard: list[Heard] = []
        self._reader = OutputReader(Fingerprints.of())
        self._consumer = KafkaConsumer(
            topic,
            bootstrap_servers=bootstrap,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            fetch_max_wait_ms=20,
        )

    def listen(self, enough: Callable[[list[Heard]], bool], patience_s: float = 120.0) -> None:
        """Read on until it is enough; what comes late is the test's failure."""
        over = time.monotonic() + patience_s
        while not enough(self.heard):
            assert time.monotonic() < over, f"{len(self.heard)} alerts, and no more came"
            for records in self._consumer.poll(timeout_ms=100).values():
                now = time.time_ns() // 1_000_000
                self.heard += [Heard(self._reader.alert(record.value), now) for record in records]

    def close(self) -> None:
        """Leave."""
        with closing(self._consumer):
            pass
