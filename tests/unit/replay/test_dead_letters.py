"""A dead letter is told by where it came from."""

from types import SimpleNamespace

import pytest

from streams.adapters import dead_letters
from streams.engine.chunk import Chunk
from streams.engine.job import Rejected
from streams.errors import SchemaError
from streams.replay.dead_letters import DeadLetter, dead_letter


def test_place_and_reason_are_read_from_what_the_worker_wrote() -> None:
    chunk = Chunk("cx.touchpoints.v1", 3, 41)
    chunk.append(41, b"ann", b"?", timestamp=0, headers=[("trace", None)])
    rejected = Rejected(0, "decode", "not_wire_format", "no zero byte in front")

    record = dead_letters.dead_letter("cx.deadletter.v1", chunk, rejected)

    assert dead_letter(record) == DeadLetter("cx.touchpoints.v1", 3, 41, "not_wire_format")


def test_another_record_is_none() -> None:
    record = SimpleNamespace(topic="t", partition=0, offset=7, headers=())

    with pytest.raises(SchemaError, match="record 7 of t-0 is no dead letter"):
        dead_letter(record)
