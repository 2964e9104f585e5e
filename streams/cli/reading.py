"""Topics read by commands: from the start to where they end now, or on and on."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from streams.adapters.admin import refusals, unreachable

POLL_MS = 500


class Entry(NamedTuple):
    """One record as it lies on a topic; `value` None is a tombstone."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes | None


def read_all(
    connection: dict[str, Any],
    places: Sequence[tuple[str, int]],
    timeout_s: float,
    *,
    follow: bool = False,
) -> Iterator[Entry | None]:
    """Records of these (topic, partition) places; with `follow` it never ends.

    None stands between what was there at the start and what follows. Raises `BrokerUnreachable`
    or `BrokerRefused`.
    """
    consumer = _consumer(connection, timeout_s)
    try:
        with refusals():
            wanted = [TopicPartition(topic, partition) for topic, partition in places]
            consumer.assign(wanted)
            consumer.seek_to_beginning(*wanted)
            ends = consumer.end_offsets(wanted)
            while any(consumer.position(at) < _end(consumer, at, ends[at]) for at in wanted):
                yield from _poll(consumer)
            yield None
            while follow:
                yield from _poll(consumer)
    finally:
        consumer.close()


def _end(consumer: KafkaConsumer, place: TopicPartition, listed: int) -> int:
    """Where a partition ends: as listed, or as a fetch has told since.

    The embedded broker lists the start of the last batch; every broker's fetches tell the truth.
    """
    return max(listed, consumer.highwater(place) or 0)


def _consumer(connection: dict[str, Any], timeout_s: float) -> KafkaConsumer:
    try:
        return KafkaConsumer(
            **connection,
            bootstrap_timeout_ms=max(1, round(timeout_s * 1000)),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
    except (KafkaError, OSError) as error:
        raise unreachable(connection, timeout_s) from error


def _poll(consumer: KafkaConsumer) -> Iterator[Entry]:
    for place, records in consumer.poll(POLL_MS).items():
        for record in records:
            yield Entry(
                place.topic, place.partition, record.offset, record.key or b"", record.value
            )
