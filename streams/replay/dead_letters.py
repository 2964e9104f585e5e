"""What the workers could not process, as the report counts it."""

from typing import NamedTuple

from aiokafka import ConsumerRecord

from streams.errors import SchemaError

_ORIGIN = "__streams.errors."


class DeadLetter(NamedTuple):
    """Where a dead letter came from, and why it is one; the place tells two of them apart."""

    topic: str
    partition: int
    offset: int
    reason: str


def dead_letter(record: ConsumerRecord) -> DeadLetter:
    """Where a dead letter came from, out of its headers.

    Raises SchemaError for a record without them.
    """
    said = dict(record.headers)  # a record rejected again says it again: the last word counts
    try:
        return DeadLetter(
            topic=said[f"{_ORIGIN}topic"].decode(),
            partition=int(said[f"{_ORIGIN}partition"]),
            offset=int(said[f"{_ORIGIN}offset"]),
            reason=said[f"{_ORIGIN}reason"].decode(),
        )
    except (KeyError, ValueError) as error:
        raise SchemaError(
            f"record {record.offset} of {record.topic}-{record.partition} is no dead letter: "
            f"no header {error}"
        ) from error
