"""Topics as a foreign reader sees them: everything between their begin and their end."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, TopicPartition

Isolation = Literal["read_committed", "read_uncommitted"]
PATIENCE_S = 60.0
_POLL_S = 1.0
BRISK = {"reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 500, "log_level": 2}
"""librdkafka waits up to ten seconds before it knocks again at a broker that was down, and tells
standard error of each knock."""


class Record(NamedTuple):
    """A record of a topic."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, bytes]


def read(
    bootstrap: str, topic: str, partitions: int, isolation: Isolation = "read_committed"
) -> list[Record]:
    """Every record of a topic that this reader may see, partition by partition in offset order.

    Raises `TimeoutError` when the topic's end isn't reached: nothing came for 60 s.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "oracle",
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            **BRISK,
        }
    )
    try:
        consumer.assign([TopicPartition(topic, n, OFFSET_BEGINNING) for n in range(partitions)])
        return sorted(_to_the_end(consumer, topic, partitions), key=lambda r: r[:2])
    finally:
        consumer.close()


def _to_the_end(consumer: Consumer, topic: str, partitions: int) -> Iterator[Record]:
    ended: set[int] = set()
    silent = 0.0
    while len(ended) < partitions:
        messages = consumer.consume(10_000, _POLL_S)
        silent = 0.0 if messages else silent + _POLL_S
        if silent > PATIENCE_S:
            raise TimeoutError(f"{topic}: only partitions {sorted(ended)} came to their end")
        for message in messages:
            error = message.error()
            if error is None:
                yield _record(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition() or 0)


def _record(message: Message) -> Record:
    pairs: Any = message.headers() or ()
    headers = {name: value or b"" for name, value in pairs}
    return Record(
        message.partition() or 0, message.offset() or 0, message.key(), message.value(), headers
    )
