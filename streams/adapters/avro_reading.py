"""How records of one writer's schema become columns of our fields: a chunk in one call.

Tricks make it fast and strict. All of them read the writer's bytes under a *plainer* schema with
the same layout on the wire:

- instants are plain longs: logical timestamps cost 2.7 µs a value on their way to Python, not 0.03;
- enums are longs, as they are on the wire, looked up in a table: their symbols come out as one
  shared string each, and an index out of range is seen (fastavro takes -1 for the last symbol);
- ints are longs and measured afterwards (of more than 32 bits pyruhvro silently keeps the lowest);
- a mark is put behind each record and read as a last field: what trails a record, or is missing
  from it, shows as a wrong mark (pyruhvro ignores trailing bytes).

A record must fare the same whatever stands beside it, or a replay in other chunks would come to
other states: what pyruhvro refuses fastavro decides, and what it takes fastavro takes as the same.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias

import pyarrow.compute
from fastavro import parse_schema, schemaless_reader
from fastavro.schema import expand_schema
from pyruhvro import deserialize_array

from streams.adapters.avro_shapes import (
    base,
    definition,
    is_columnar,
    plain,
    refuse_endless,
    widened,
)
from streams.adapters.schemas import Schema
from streams.errors import SchemaError

Columns: TypeAlias = dict[str, list[Any]]
"""The reader's fields by name, each with one entry a record."""

END = b"\xa5\xd3\xf7\xb9\x0b"
"""Put behind a record's bytes; read back, it must be `_END_VALUE`."""

_END_VALUE = -1_537_144_019
_END_FIELD = "__end"
_INT = 2**31
_FEW = 8
"""Up to here fastavro (10 µs a record) beats pyruhvro (100 µs a call, 0.4 µs a record)."""

_PROMOTIONS: dict[tuple[str, str], Callable[[Any], Any] | None] = {
    ("int", "long"): None,
    ("int", "double"): float,
    ("long", "double"): float,
    ("float", "double"): None,
    ("bytes", "string"): bytes.decode,
}


class _Source(NamedTuple):
    """Where one of the reader's fields comes from."""

    field: str
    written_as: str | None  # None: the writer doesn't know it, take the default
    default: Any
    is_map: bool
    is_int: bool  # written in 32 bits, read in 64: to be measured
    convert: Callable[[Any], Any] | None  # not applied to None


class Reading:
    r"""Reads records of a writer's schema as the reader's fields, resolved by name.

    `SchemaError` if the reader can't read this writer at all, or nobody could safely: its records
    have no depth or size of their own. The reader is a flat record: of primitives, enums, maps of
    strings, and these or null. An empty map becomes None.

    >>> def point(*fields):
    ...     return {"type": "record", "name": "Point", "fields": list(fields)}
    >>> x, y = {"name": "x", "type": "int"}, {"name": "y", "type": "int", "default": 7}
    >>> Reading(point(x), point(x, y)).columns([b"\x02" + END, b"\x04" + END, b"" + END])
    ({'x': [1, 2], 'y': [7, 7]}, [(2, 'x: the bytes end before it does')])
    """

    def __init__(self, writer: Schema, reader: Schema) -> None:
        try:
            written: Any = expand_schema(writer)
            refuse_endless(written)
            self._sources = _resolve(written, expand_schema(reader))
            layout = widened(plain(written))
            layout["fields"].append({"name": _END_FIELD, "type": "long"})
            self._parsed = parse_schema(layout)
        except SchemaError:
            raise
        except Exception as error:
            raise SchemaError(f"not a valid Avro schema: {type(error).__name__}") from error
        self._json = json.dumps(layout, separators=(",", ":"))
        self._columnar = all(is_columnar(field["type"]) for field in layout["fields"])
        read = {source.written_as for source in self._sources}
        self._unread = [f["name"] for f in written["fields"] if f["name"] not in read]
        # Expanded schemas repeat what they refer to: each field's type stands by itself.
        self._fields = [
            {"name": f["name"], "type": widened(plain(f["type"]))} for f in written["fields"]
        ]

    def columns(
        self, payloads: Sequence[bytes], first: int = 0
    ) -> tuple[Columns, list[tuple[int, str]]]:
        """Records (each with `END` behind it) as columns; and who can't be read, and why.

        The unreadable are named by their position plus `first` and have no entry in the columns.
        One bad record among 5,000 is found by halving; the halves without it stay fast.
        """
        if len(payloads) <= _FEW or not self._columnar:
            return self._one_by_one(payloads, first)
        try:
            return self._at_once(payloads), []
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # noqa: BLE001  (a panic of pyruhvro is a BaseException)
            middle = len(payloads) // 2
            left, bad = self.columns(payloads[:middle], first)
            right, more = self.columns(payloads[middle:], first + middle)
            return {name: left[name] + right[name] for name in left}, bad + more

    def _at_once(self, payloads: Sequence[bytes]) -> Columns:
        batch = deserialize_array(payloads, self._json)
        ends = pyarrow.compute.min_max(batch.column(_END_FIELD)).as_py()
        if ends != {"min": _END_VALUE, "max": _END_VALUE}:
            raise ValueError("bytes after the end of a record")
        for name in self._unread:  # text nobody looks at is text all the same: fastavro reads it
            batch.column(name).validate(full=True)
        return {source.field: _column(source, batch, len(payloads)) for source in self._sources}

    def _one_by_one(
        self, payloads: Sequence[bytes], first: int
    ) -> tuple[Columns, list[tuple[int, str]]]:
        columns: Columns = {source.field: [] for source in self._sources}
        bad: list[tuple[int, str]] = []
        for position, payload in enumerate(payloads, first):
            try:
                row = self._row(payload)
            except _Unreadable as unreadable:
                bad.append((position, str(unreadable)))
            except Exception:  # noqa: BLE001  (any bytes, any error: it's the record's)
                bad.append((position, self._why(payload)))
            else:
                for name, value in row.items():
                    columns[name].append(value)
        return columns, bad

    def _row(self, payload: bytes) -> dict[str, Any]:
        written: Any = schemaless_reader(BytesIO(payload), self._parsed, None)
        if written[_END_FIELD] != _END_VALUE:
            raise _Unreadable(_TOO_LONG)
        return {source.field: _value(source, written) for source in self._sources}

    def _why(self, payload: bytes) -> str:
        """The first field that can't be read, and why; never what it holds."""
        stream = BytesIO(payload[: -len(END)])
        for name, parsed in self._one_by_one_fields:
            try:
                schemaless_reader(stream, parsed, None)
            except Exception as error:  # noqa: BLE001  (as above)
                return f"{name}: {_WHY.get(type(error), f'unreadable ({type(error).__name__})')}"
        return _TOO_LONG

    @cached_property
    def _one_by_one_fields(self) -> list[tuple[str, Any]]:
        """Each field as a schema of its own; made when the first bad record asks for it."""
        return [
            (field["name"], parse_schema({"type": "record", "name": "Only", "fields": [field]}))
            for field in self._fields
        ]


class _Unreadable(Exception):
    """A record can't be read: says which field, and why."""


_TOO_LONG = "more bytes than its fields take"
_WHY: dict[type[Exception], str] = {
    EOFError: "the bytes end before it does",
    UnicodeDecodeError: "not UTF-8",
    IndexError: "no such branch of its union",
}


def _column(source: _Source, batch: Any, length: int) -> list[Any]:
    """A field of every record; a column of nothing but nulls costs nothing."""
    if source.written_as is None:
        return [source.default] * length
    column = batch.column(source.written_as)
    if column.null_count == length or (source.is_map and not len(column.items)):
        return [None] * length
    if source.is_int:
        held = pyarrow.compute.min_max(column).as_py()
        if not -_INT <= held["min"] <= held["max"] < _INT:
            raise ValueError("an int of more than 32 bits")
    values: list[Any] = column.to_pylist()
    convert = source.convert
    if convert is None:
        return values
    if column.null_count:
        return [None if value is None else convert(value) for value in values]
    return list(map(convert, values))


def _value(source: _Source, written: Mapping[str, Any]) -> Any:
    """A field of one record; raises _Unreadable for a value that its type doesn't have."""
    if source.written_as is None:
        return source.default
    value = written[source.written_as]
    if value is None:
        return None
    if source.is_int and not -_INT <= value < _INT:
        raise _Unreadable(f"{source.field}: an int of more than 32 bits")
    if source.convert is None:
        return value
    try:
        return source.convert(value)
    except KeyError:
        raise _Unreadable(f"{source.field}: no symbol of its writer's enum") from None
    except UnicodeDecodeError:
        raise _Unreadable(f"{source.field}: not UTF-8") from None


def _resolve(writer: Any, reader: Any) -> list[_Source]:
    """Each of the reader's fields: the writer's of its name or alias, or its default."""
    if writer["name"].rpartition(".")[2] != reader["name"].rpartition(".")[2]:
        raise SchemaError(f"a {writer['name']} cannot be read as a {reader['name']}")
    written = {field["name"]: field for field in writer["fields"]}
    sources = []
    for field in reader["fields"]:
        names = [name for name in (field["name"], *field.get("aliases", ())) if name in written]
        if names:
            name, default = names[0], None
            convert = _converter(field["name"], written[name]["type"], field["type"])
            is_int = base(written[name]["type"])[0] == "int"
        elif "default" in field:
            name, convert, is_int = None, None, False
            default = None if field["default"] == {} else field["default"]
        else:
            raise SchemaError(f"a writer's schema without {field['name']} cannot be read")
        is_map = base(field["type"])[0] == "map"
        sources.append(_Source(field["name"], name, default, is_map, is_int, convert))
    return sources


def _converter(field: str, written: Any, read: Any) -> Callable[[Any], Any] | None:
    """How a written value becomes a read one; None: it is the same."""
    writer, writer_null = base(written)
    reader, reader_null = base(read)
    if writer_null and not reader_null:
        raise SchemaError(f"{field}: the writer may leave it null, the reader needs a value")
    if writer == reader == "map":
        return _pairs
    if writer == reader == "enum":
        return _symbols(definition(written), definition(read)).__getitem__
    if writer == reader:
        return None
    if (writer, reader) not in _PROMOTIONS:
        raise SchemaError(f"{field}: {writer} cannot be read as {reader}")
    return _PROMOTIONS[writer, reader]


def _symbols(writer: Schema, reader: Schema) -> dict[int, str]:
    """Our symbol of each of the writer's; the default for those we don't know."""
    ours: dict[str, str] = {symbol: symbol for symbol in reader["symbols"]}
    default: str = reader["default"]
    return {i: ours.get(symbol, default) for i, symbol in enumerate(writer["symbols"])}


def _pairs(value: Any) -> dict[str, str] | None:
    return dict(value) or None
