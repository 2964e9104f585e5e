"""What could not be processed, kept whole: bytes, place and reason, on the dead-letter topic."""

from streams.engine.chunk import Chunk
from streams.engine.job import Record, Rejected

_PREFIX = "__streams.errors."
"""Kafka Streams' header names; `.stage` and `.reason` are ours."""

_EXCEPTIONS = {"decode": "UndecodableRecord", "validate": "InvalidRecord"}


def dead_letter(topic: str, chunk: Chunk, rejected: Rejected) -> Record:
    """The dead letter of one rejected record of a chunk.

    The value, key and headers are the record's own; our headers come behind them, so that of a
    record put back and rejected again the last word counts.

    >>> chunk = Chunk("cx.touchpoints.v1", 3, 40)
    >>> chunk.append(41, b"ann", b"?", timestamp=0)
    >>> rejected = Rejected(0, "decode", "not_wire_format", "no zero byte in front")
    >>> record = dead_letter("cx.deadletter.v1", chunk, rejected)
    >>> record.key, record.value, dict(record.headers)["__streams.errors.offset"]
    (b'ann', b'?', b'41')
    """
    at = rejected.position
    # A header without a value is kept with an empty one.
    own = [(name, value or b"") for name, value in chunk.headers.get(at, ())]
    said = {
        "exception": _EXCEPTIONS.get(rejected.stage, "UnprocessableRecord"),
        "message": rejected.detail,
        "topic": chunk.topic,
        "partition": str(chunk.partition),
        "offset": str(chunk.offsets[at]),
        "stage": rejected.stage,
        "reason": rejected.reason,
    }
    return Record(
        topic,
        chunk.keys[at],
        chunk.values[at],
        [*own, *((_PREFIX + name, text.encode()) for name, text in said.items())],
    )
