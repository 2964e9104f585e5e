"""FULL_TRANSITIVE: today's schemas and every released version read each other, all of them.

The checker of the `avro` package calls aliases and enum defaults compatible that its own reader
doesn't survive, so data goes through real readers too: every symbol, every default, fastavro and
`avro`. The latter (1.12) knows no enum defaults, so it gets symbols it knows; Java's does.
"""

import copy
import json
from collections.abc import Iterator
from io import BytesIO
from itertools import permutations
from typing import Any

import avro.io
import avro.schema
import fastavro
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from fastavro.schema import expand_schema

from streams.adapters import schemas
from streams.adapters.avro_reading import END, Reading
from streams.adapters.avro_shapes import without_logical_types
from streams.adapters.avro_writing import Writing
from streams.adapters.schemas import Schema

RELEASED = sorted(folder.name for folder in (schemas.folder() / "released").iterdir())


def parsed(schema: Schema) -> Any:
    """As the `avro` package sees it, instants as plain longs."""
    return avro.schema.parse(json.dumps(without_logical_types(schema)))


def through_avro(written: dict[str, Any], writer: Schema, reader: Schema) -> Any:
    buffer = BytesIO()
    avro.io.DatumWriter(parsed(writer)).write(written, avro.io.BinaryEncoder(buffer))
    buffer.seek(0)
    read = avro.io.DatumReader(parsed(writer), parsed(reader)).read(avro.io.BinaryDecoder(buffer))
    assert buffer.read() == b""
    return read


def through_fastavro(written: dict[str, Any], writer: Schema, reader: Schema) -> Any:
    writer, reader = without_logical_types(writer), without_logical_types(reader)
    buffer = BytesIO()
    fastavro.schemaless_writer(buffer, fastavro.parse_schema(writer), written)
    buffer.seek(0)
    read = fastavro.schemaless_reader(
        buffer, fastavro.parse_schema(writer), fastavro.parse_schema(reader)
    )
    assert buffer.read() == b""
    return read


READERS = [through_avro, through_fastavro]

PLAIN = {
    "string": "text ✓",
    "int": -7,
    "long": 2**40,
    "double": 0.5,
    "boolean": True,
    "bytes": b"\x00\xff",
}


def example(type_: Any) -> Any:
    """A value of a type; of an enum its last symbol, of a union its last branch."""
    if isinstance(type_, list):
        return example(type_[-1])
    if isinstance(type_, str):
        return PLAIN[type_]
    match type_["type"]:
        case "enum":
            return type_["symbols"][-1]
        case "map":
            return {"name": example(type_["values"])}
        case "array":
            return [example(type_["items"])]
        case "record":
            return {field["name"]: example(field["type"]) for field in type_["fields"]}
        case primitive:
            return PLAIN[primitive]


def enum_of(type_: Any) -> Any:
    """The enum in a type, if there is one."""
    branches = type_ if isinstance(type_, list) else [type_]
    return next((b for b in branches if isinstance(b, dict) and b["type"] == "enum"), None)


def default_of(field: dict[str, Any]) -> Any:
    """A field's default; JSON writes bytes as text of one character a byte."""
    default = field["default"]
    return default.encode("latin-1") if field["type"] == "bytes" else default


def expanded(schema: Schema) -> Any:
    """The schema with every name replaced by what it stands for."""
    return expand_schema(schema)


def data(schema: Schema) -> Iterator[dict[str, Any]]:
    """A full record, one of nothing but defaults, and one for every symbol of every enum."""
    full: dict[str, Any] = example(expanded(schema))
    yield full
    yield full | {f["name"]: default_of(f) for f in schema["fields"] if "default" in f}
    for field in expanded(schema)["fields"]:
        enum = enum_of(field["type"])
        for symbol in enum["symbols"] if enum else ():
            yield full | {field["name"]: symbol}


def expected(written: dict[str, Any], reader: Schema) -> dict[str, Any]:
    """What the reader must see: unknown symbols as the default, missing fields as theirs."""
    read = {}
    for field in expanded(reader)["fields"]:
        value = written[field["name"]] if field["name"] in written else default_of(field)
        enum = enum_of(field["type"])
        if enum and value is not None and value not in enum["symbols"]:
            value = enum["default"]
        read[field["name"]] = value
    return read


def readable(through: Any, writer: Schema, reader: Schema) -> Iterator[dict[str, Any]]:
    """The writer's data, but only known symbols for the reader that has no enum defaults."""
    for written in data(writer):
        seen = expected(written, reader)
        same = {name: seen.get(name, value) for name, value in written.items()}
        yield same if through is through_avro else written


def versions(name: str) -> list[Schema]:
    """Every version, today's last."""
    return [*schemas.released(name).values(), schemas.current(name)]


PAIRS = [
    pytest.param(writer, reader, id=f"{name}-{number}")
    for name in RELEASED
    for number, (writer, reader) in enumerate(permutations(versions(name), 2))
]


@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_the_checker_finds_every_version_able_to_read_every_other(
    writer: Schema, reader: Schema
) -> None:
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(parsed(reader), parsed(writer))
    assert result.compatibility is SchemaCompatibilityType.compatible, result.messages


@pytest.mark.parametrize("through", READERS)
@pytest.mark.parametrize(("writer", "reader"), PAIRS)
def test_every_version_reads_what_every_other_writes(
    writer: Schema, reader: Schema, through: Any
) -> None:
    for written in readable(through, writer, reader):
        assert through(written, writer, reader) == expected(written, reader)


def later(name: str) -> Schema:
    """Today's schema as a later version may have it: a symbol more in each enum, a field more."""
    schema = copy.deepcopy(schemas.current(name))
    for field in schema["fields"]:
        enum = enum_of(field["type"])
        if enum:
            enum["symbols"].append("of_tomorrow")
    schema["fields"].insert(
        1, {"name": "mood", "type": ["null", "string"], "default": None, "doc": "New."}
    )
    return schema


@pytest.mark.parametrize("through", READERS)
@pytest.mark.parametrize("name", schemas.ON_TOPICS)
def test_todays_reader_survives_tomorrows_writer_and_the_other_way_round(
    name: str, through: Any
) -> None:
    today, tomorrow = schemas.current(name), later(name)
    for written in readable(through, tomorrow, today):
        read = through(written, tomorrow, today)
        assert read == expected(written, today)
        assert "of_tomorrow" not in read.values()
    for written in readable(through, today, tomorrow):
        assert through(written, today, tomorrow) == expected(written, tomorrow)


def test_tomorrows_kind_is_unknown_today() -> None:
    tomorrow = later("touchpoint")
    written = example(expanded(tomorrow)) | {"kind": "of_tomorrow"}
    read = through_fastavro(written, tomorrow, schemas.current("touchpoint"))
    assert read["kind"] == "unknown"


@pytest.mark.parametrize("name", ["touchpoint", "journey_transition", "measurement", "outcome"])
def test_our_own_reader_survives_tomorrows_writer_too(name: str) -> None:
    today, tomorrow = schemas.current(name), later(name)
    rows = list(data(tomorrow))
    names = [field["name"] for field in tomorrow["fields"]]
    records = Writing(tomorrow).records([[row[n] for n in names] for row in rows])
    columns, bad = Reading(tomorrow, today).columns([record + END for record in records])
    assert bad == []
    for at, written in enumerate(rows):
        read = {field: values[at] for field, values in columns.items()}
        if "attributes" in read:
            read["attributes"] = read["attributes"] or {}
        assert read == expected(written, today)


def survives(through: Any, written: dict[str, Any], writer: Schema, reader: Schema) -> bool:
    """Whether a record is read as it must be."""
    try:
        return bool(through(written, writer, reader) == expected(written, reader))
    except Exception:  # noqa: BLE001  (each library has errors of its own)
        return False


@pytest.mark.parametrize("through", READERS)
@pytest.mark.parametrize(
    "breach",
    [
        lambda fields: fields.append({"name": "mood", "type": "string"}),
        lambda fields: fields[0].update(type="long"),
        lambda fields: fields[2]["type"].pop("default") and fields[2]["type"]["symbols"].pop(),
    ],
    ids=["a field without a default", "another type", "a symbol less and no default"],
)
def test_a_breach_would_be_seen(breach: Any, through: Any) -> None:
    today = schemas.current("touchpoint")
    broken = copy.deepcopy(today)
    breach(broken["fields"])
    assert not all(survives(through, written, today, broken) for written in data(today))


@pytest.mark.parametrize("name", RELEASED)
def test_released_versions_are_numbered_without_a_gap(name: str) -> None:
    assert list(schemas.released(name)) == list(range(1, len(schemas.released(name)) + 1))


def test_every_schema_on_a_topic_has_been_released() -> None:
    assert set(schemas.ON_TOPICS) <= set(RELEASED)
