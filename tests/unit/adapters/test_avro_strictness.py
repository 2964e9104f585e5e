"""What mutated records have taught: each fares the same alone as among others, and in safety.

No schema of a stranger's may bring the process down.
"""

import copy
from typing import Any

import pytest

from streams.adapters import schemas, wire
from streams.adapters.avro_decode import TouchpointDecoder
from streams.adapters.schemas import Schema
from streams.engine.job import Rejected
from tests.fuzz.hostile import plain, varint
from tests.fuzz.seeds import Writers, row_of
from tests.unit.adapters.examples import NOW, chunk_of, point

TOUCHPOINT: Schema = schemas.current("touchpoint")


def with_field(name: str, harmed: bytes, schema: Schema = TOUCHPOINT) -> bytes:
    """A record of which one field holds these bytes."""
    row = row_of(schema, point())
    return b"".join(
        harmed if field["name"] == name else plain(field["type"], value)
        for field, value in zip(schema["fields"], row, strict=True)
    )


def decoded_among(neighbours: int, payload: bytes, schema: Schema = TOUCHPOINT) -> list[Rejected]:
    """What is rejected of a record among sound ones of the same writer."""
    writers = Writers()
    writers.touchpoint_writers[7] = schema
    good = b"".join(
        plain(field["type"], value)
        for field, value in zip(schema["fields"], row_of(schema, point()), strict=True)
    )
    values = [wire.frame(7, payload), *[wire.frame(7, good)] * neighbours]
    decoded = TouchpointDecoder(writers).decode(chunk_of(values, [b"c-1"] * len(values)), NOW)
    assert len(decoded.rows) + len(decoded.rejected) == neighbours + 1
    return list(decoded.rejected)


def changed(change: Any) -> Schema:
    schema = copy.deepcopy(TOUCHPOINT)
    change(schema["fields"])
    return schema


WITH_MOOD = changed(lambda fields: fields.insert(2, {"name": "mood", "type": "string"}))
OR_NULL = varint(1)  # the branch that isn't null

BAD = [
    pytest.param("kind", varint(2**32 + 1), "kind: no symbol", id="an enum's index wraps to 1"),
    pytest.param("kind", varint(-1), "kind: no symbol", id="an enum's index is below zero"),
    pytest.param(
        "scale_min", OR_NULL + varint(2**32), "scale_min: an int of more", id="wraps to 0"
    ),
    pytest.param(
        "scale_max", OR_NULL + varint(-(2**31) - 1), "scale_max: an int", id="wraps round"
    ),
    pytest.param("text", OR_NULL + varint(2) + b"\xff\xfe", "text: not UTF-8", id="no UTF-8"),
    pytest.param("text", varint(2), "text: no such branch", id="no branch"),
    pytest.param("product", OR_NULL + varint(2**40), "product: the bytes end", id="a huge length"),
    pytest.param("attributes", varint(2**61), "attributes: the bytes end", id="a huge map"),
    pytest.param("event_id", b"", "", id="a field is missing"),
    pytest.param("attributes", b"\x00\x00", "more bytes than", id="a byte too many"),
    pytest.param("attributes", b"", "attributes: the bytes end", id="a byte too few"),
]


@pytest.mark.parametrize("neighbours", [0, 7, 8, 40])
@pytest.mark.parametrize(("field", "harmed", "words"), BAD)
def test_a_harmed_field_is_named_and_judged_the_same_in_any_company(
    field: str, harmed: bytes, words: str, neighbours: int
) -> None:
    (rejected,) = decoded_among(neighbours, with_field(field, harmed))
    assert (rejected.position, str(rejected.reason)) == (0, "undecodable")
    assert rejected.detail.startswith(f"not a touchpoint: {words}")


@pytest.mark.parametrize("neighbours", [0, 40])
def test_text_in_a_field_that_nobody_reads_must_be_text_all_the_same(neighbours: int) -> None:
    payload = with_field("mood", varint(2) + b"\xc0\xaf", WITH_MOOD)
    (rejected,) = decoded_among(neighbours, payload, WITH_MOOD)
    assert rejected.detail == "not a touchpoint: mood: not UTF-8"


@pytest.mark.parametrize("value", [-(2**31), 2**31 - 1])
@pytest.mark.parametrize("neighbours", [0, 40])
def test_the_largest_and_the_smallest_int_are_read(value: int, neighbours: int) -> None:
    assert decoded_among(neighbours, with_field("scale_min", OR_NULL + varint(value))) == []


NODE = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}
TREE = {"type": "record", "name": "Tree", "fields": []}
TREE["fields"].append({"name": "kids", "type": {"type": "array", "items": "Tree"}})  # type: ignore[attr-defined]
NOTHING = {"type": "record", "name": "Nothing", "fields": []}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (NODE, "Node holds itself"),
        (TREE, "Tree holds itself"),
        ({"type": "array", "items": "null"}, "an array of what takes no bytes"),
        ({"type": "array", "items": NOTHING}, "an array of what takes no bytes"),
        ({"type": "map", "values": {"type": "array", "items": "null"}}, "an array of what"),
    ],
    ids=["a list of any length", "a tree", "nulls", "empty records", "inside a map"],
)
def test_a_schema_whose_records_could_kill_the_process_is_refused(kind: Any, words: str) -> None:
    """A million bytes of the first overflow the stack of native code: no exception, a crash."""
    schema = changed(lambda fields: fields.append({"name": "more", "type": kind}))
    writers = Writers()
    writers.touchpoint_writers[7] = schema
    chunk = chunk_of([wire.frame(7, b"\x02" * 1_000_000)], [b"c-1"])
    (rejected,) = TouchpointDecoder(writers).decode(chunk, NOW).rejected
    assert str(rejected.reason) == "unknown_schema"
    assert words in rejected.detail


def test_a_type_used_twice_is_not_inside_itself() -> None:
    fixed = {"type": "fixed", "name": "Sum", "size": 2}
    schema = changed(
        lambda fields: fields.extend(
            [{"name": "one", "type": fixed}, {"name": "two", "type": "Sum"}]
        )
    )
    payload = with_field("none of them", b"") + b"abab"
    writers = Writers()
    writers.touchpoint_writers[7] = schema
    decoded = TouchpointDecoder(writers).decode(chunk_of([wire.frame(7, payload)], [b"c-1"]), NOW)
    assert decoded.rejected == []
