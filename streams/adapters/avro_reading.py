"""How records of one writer's schema become columns of our fields: a chunk in one call.

Three tricks make it fast and strict. All of them read the writer's bytes under a *plainer* schema
with the same layout on the wire:

- instants are plain longs: logical timestamps cost 2.7 µs a value on their way to Python, not 0.03;
- enums are ints, as they are on the wire, looked up in a table: their symbols come out as one
  shared string each, and an index out of range is seen (fastavro takes -1 for the last symbol);
- a mark is put behind each record and read as a last field: what trails a record, or is missing
  from it, shows as a wrong mark (pyruhvro ignores trailing bytes).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias

import pyarrow.compute
from fastavro import parse_schema, schemaless_reader
from fastavro.schema import expand_schema
from pyruhvro import deserialize_array

from streams.adapters.avro_shapes import base, definition, is_columnar, plain
from streams.adapters.schemas import Schema
from streams.errors import SchemaError

Columns: TypeAlias = dict[str, list[Any]]
"""The reader's fields by name, each with one entry a record."""

END = b"\xa5\xd3\xf7\xb9\x0b"
"""Put behind a record's bytes; read back, it must be `_END_VALUE`."""

_END_VALUE = -1_537_144_019
_END_FIELD = "__end"
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
    convert: Callable[[Any], Any] | None  # not applied to None


class Reading:
    r"""Reads records of a writer's schema as the reader's fields, resolved by name.

    `SchemaError` if the reader can't read this writer at all. The reader is a flat record: of
    primitives, enums, maps of strings, and these or null. An empty map becomes None.

    >>> def point(*fields):
    ...     return {"type": "record", "name": "Point", "fields": list(fields)}
    >>> x, y = {"name": "x", "type": "int"}, {"name": "y", "type": "int", "default": 7}
    >>> Reading(point(x), point(x, y)).columns([b"\x02" + END, b"\x04" + END, b"" + END])
    ({'x': [1, 2], 'y': [7, 7]}, [(2, 'EOFError')])
    """

    def __init__(self, writer: Schema, reader: Schema) -> None:
        try:
            written: Any = expand_schema(writer)
            self._sources = _resolve(written, expand_schema(reader))
            layout = plain(written)
            layout["fields"].append({"name": _END_FIELD, "type": "long"})
            self._parsed = parse_schema(layout)
        except SchemaError:
            raise
        except Exception as error:
            raise SchemaError(f"not a valid Avro schema: {type(error).__name__}") from error
        self._json = json.dumps(layout, separators=(",", ":"))
        self._columnar = all(is_columnar(field["type"]) for field in layout["fields"])

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
        return {source.field: _column(source, batch, len(payloads)) for source in self._sources}

    def _one_by_one(
        self, payloads: Sequence[bytes], first: int
    ) -> tuple[Columns, list[tuple[int, str]]]:
        columns: Columns = {source.field: [] for source in self._sources}
        bad: list[tuple[int, str]] = []
        for position, payload in enumerate(payloads, first):
            try:
                row = self._row(payload)
            except Exception as error:  # noqa: BLE001  (any bytes, any error: it's the record's)
                # Not the error's text: it may quote the record.
                bad.append((position, type(error).__name__))
            else:
                for name, value in row.items():
                    columns[name].append(value)
        return columns, bad

    def _row(self, payload: bytes) -> dict[str, Any]:
        written: Any = schemaless_reader(BytesIO(payload), self._parsed, None)
        if written[_END_FIELD] != _END_VALUE:
            raise ValueError("bytes after the end of the record")
        return {source.field: _value(source, written) for source in self._sources}


def _column(source: _Source, batch: Any, length: int) -> list[Any]:
    """A field of every record; a column of nothing but nulls costs nothing."""
    if source.written_as is None:
        return [source.default] * length
    column = batch.column(source.written_as)
    if column.null_count == length or (source.is_map and not len(column.items)):
        return [None] * length
    values: list[Any] = column.to_pylist()
    convert = source.convert
    if convert is None:
        return values
    if column.null_count:
        return [None if value is None else convert(value) for value in values]
    return list(map(convert, values))


def _value(source: _Source, written: Mapping[str, Any]) -> Any:
    """A field of one record."""
    value = source.default if source.written_as is None else written[source.written_as]
    if value is None or source.written_as is None or source.convert is None:
        return value
    return source.convert(value)


def _resolve(writer: Any, reader: Any) -> list[_Source]:
    """Each of the reader's fields: the writer's of its name or alias, or its default."""
    if writer["name"].rpartition(".")[2] != reader["name"].rpartition(".")[2]:
        raise SchemaError(f"a {writer['name']} cannot be read as a {reader['name']}")
    written = {field["name"]: field for field in writer["fields"]}
    sources = []
    for field in reader["fields"]:
        names = [name for name in (field["name"], *field.get("aliases", ())) if name in written]
        if names:
            convert = _converter(field["name"], written[names[0]]["type"], field["type"])
            name, default = names[0], None
        elif "default" in field:
            name, convert = None, None
            default = None if field["default"] == {} else field["default"]
        else:
            raise SchemaError(f"a writer's schema without {field['name']} cannot be read")
        is_map = base(field["type"])[0] == "map"
        sources.append(_Source(field["name"], name, default, is_map, convert))
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
