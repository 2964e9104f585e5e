"""What could not be processed, kept whole: bytes, place and reason, on the dead-letter topic."""

from streams.engine.chunk import Chunk
from streams.engine.job import Record, Rejected

PREFIX = "__streams.errors."
"""Kafka Streams' header names; `.stage` and `.reason` are ours."""

LARGEST = 2 * 1024 * 1024
"""Bytes the dead-letter topic takes at once: what a source takes, with room for headers on top."""

_VALUE_ROOM, _KEY_ROOM, _HEADERS_ROOM = 1_310_720, 262_144, 262_144
"""Sources measure what producers compressed: megabytes of one letter fit into a small record, and
a dead letter that the topic refuses would stop the worker at the same record for ever."""

_EXCEPTIONS = {"decode": "UndecodableRecord", "validate": "InvalidRecord"}


def dead_letter(topic: str, chunk: Chunk, rejected: Rejected) -> Record:
    """The dead letter of one rejected record of a chunk.

    The value, key and headers are the record's own; our headers come behind them, so that of a
    record put back and rejected again the last word counts. What is too large for the topic is cut,
    and a header says how many bytes it had.

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
    key, value = chunk.keys[at], chunk.values[at]
    said = {
        "exception": _EXCEPTIONS.get(rejected.stage, "UnprocessableRecord"),
        "message": rejected.detail,
        "topic": chunk.topic,
        "partition": str(chunk.partition),
        "offset": str(chunk.offsets[at]),
        "stage": rejected.stage,
        "reason": rejected.reason,
    }
    if value is not None and len(value) > _VALUE_ROOM:
        said["cut_value"], value = str(len(value)), value[:_VALUE_ROOM]
    if key is not None and len(key) > _KEY_ROOM:
        said["cut_key"], key = str(len(key)), key[:_KEY_ROOM]
    if (size := sum(4 * len(name) + len(held) for name, held in own)) > _HEADERS_ROOM:
        said["cut_headers"], own = str(size), []
    return Record(
        topic,
        key,
        value,
        [*own, *((PREFIX + name, text.encode()) for name, text in said.items())],
    )
