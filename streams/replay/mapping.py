"""Reads a mapping file: what the columns of a log mean as touchpoints.

    [[source]]                              # as many as there are kinds of rows
    name = "tickets"                        # part of derived event ids
    file = "tickets-*.csv.gz"               # in the log's folder; left out: the log itself
    [source.fields]
    customer = "client"                     # a column
    case = ["shop", "ticket"]               # columns, joined by ":"
    time = { column = "at", zone = "Europe/Rome" }
    kind = { column = "activity", values = { Opened = "case_opened", Reply = { kind = "message",
             actor = "agent" }, Noise = "" } }
    channel = { value = "email" }           # a constant

`format` (csv, jsonl, parquet, xes), `delimiter`, `encoding` and `decimal` (mark) say how a file is
written where its name doesn't. `group` makes one row of several, `join` adds columns of another
file; `examples/README.md` has the whole list.
"""

import tomllib
from pathlib import Path
from typing import Any

from streams.adapters.toml_file.keys import checked, get, need
from streams.adapters.toml_file.place import Place
from streams.errors import MappingError
from streams.replay.catalogue import FIELDS, REQUIRED
from streams.replay.column_names import names
from streams.replay.field import Field
from streams.replay.grouping import Group
from streams.replay.joining import Join
from streams.replay.read_field import read_attributes, read_field, read_instant, read_scale
from streams.replay.readers.formats import FORMATS
from streams.replay.source import Files, Filler, Mapping, Needed, Source

_SOURCE = ("name", "file", "format", "delimiter", "encoding", "decimal", "group", "join", "fields")
_FIELDS = (*(name for name in FIELDS if not name.startswith("scale_")), "scale")


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file and check it against itself; its columns are checked with the log.

    Raises MappingError, which names file, source and key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"{path}: can't be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}: is not TOML: {error}") from error
    place = Place(path, raises=MappingError)
    tables = checked(raw, ("source",), place).get("source")
    if not isinstance(tables, list) or not tables:
        raise place.error("has no [[source]]: write one for each kind of rows in the log")
    sources = tuple(
        _source(table, f"source-{number}", place) for number, table in enumerate(tables, 1)
    )
    called = [source.name for source in sources]
    for name in called:
        if called.count(name) > 1:
            raise place.error(f"two sources are named {name!r}; their event ids would collide")
    return Mapping(path, sources)


def _source(raw: Any, fallback: str, top: Place) -> Source:
    unnamed = _of(top, fallback)
    table = checked(raw, _SOURCE, unnamed)
    name = get(table, "name", str, unnamed) or fallback
    place = _of(top, name)
    files = _files(table, place)
    here = place.at("fields")
    spelled = checked(need(table, "fields", dict, place), _FIELDS, here)
    for field in sorted(REQUIRED - {"event_id"}):
        if field not in spelled:
            raise here.at(field).error("is missing")
    time = read_instant("time", spelled["time"], here.at("time"))
    fields, needed = _fields(spelled, files.mark, here)
    group, join = _group(table, place.at("group")), _join(table, place.at("join"))
    return Source(
        name=name,
        place=place,
        files=files,
        group=group,
        join=join,
        time=time,
        fields=fields,
        needed=(Needed(time.column, here.at("time")), *needed),
        derives_ids="event_id" not in spelled,
    )


def _of(top: Place, name: str) -> Place:
    return top._replace(table=f"source '{name}'")


def _files(table: dict[str, Any], place: Place) -> Files:
    form = get(table, "format", str, place)
    if form is not None and form not in FORMATS:
        raise place.at("format").unknown("format", form, FORMATS)
    delimiter = get(table, "delimiter", str, place)
    if delimiter is not None and len(delimiter) != 1:
        raise place.at("delimiter").error(f"must be one character, not {delimiter!r}")
    mark = get(table, "decimal", str, place) or "."
    if mark not in {".", ","}:
        raise place.at("decimal").error(f"must be '.' or ',', not {mark!r}")
    encoding = get(table, "encoding", str, place) or "utf-8"
    return Files(get(table, "file", str, place), form, delimiter, encoding, mark)


def _fields(
    spelled: dict[str, Any], mark: str, place: Place
) -> tuple[tuple[Filler, ...], tuple[Needed, ...]]:
    """The kind first, so that a row without meaning is counted as that, whatever else it lacks."""
    fields: list[Filler] = []
    needed: list[Needed] = []
    for name in sorted(spelled, key=lambda name: name != "kind"):
        here = place.at(name)
        columns: list[tuple[str, bool]]
        if name == "time":
            continue
        if name == "promised":
            promised = read_instant(name, spelled[name], here)
            fields.append(promised)
            columns = [(promised.column, promised.optional)]
        elif name == "attributes":
            attributes = read_attributes(spelled[name], here)
            fields.append(attributes)
            columns = [(column, False) for column in attributes.columns.values()]
        else:
            plain = _plain(name, spelled[name], mark, here)
            fields += plain
            columns = [(column, field.optional) for field in plain for column in field.columns]
        needed += [Needed(column, here, optional) for column, optional in columns]
    return tuple(fields), tuple(needed)


def _plain(name: str, raw: Any, mark: str, place: Place) -> list[Field]:
    return read_scale(raw, mark, place) if name == "scale" else [read_field(name, raw, mark, place)]


def _group(table: dict[str, Any], place: Place) -> Group | None:
    if "group" not in table:
        return None
    raw = checked(table["group"], ("by", "first", "sum", "count"), place)
    group = Group(
        by=names(raw, "by", place),
        first=names(raw, "first", place),
        sums=names(raw, "sum", place),
        count=get(raw, "count", str, place),
    )
    if not group.by:
        raise place.at("by").error("is missing: name the columns that rows of one group share")
    named = [*group.columns, *([group.count] if group.count else [])]
    for name in named:
        if named.count(name) > 1:
            raise place.error(f"column {name!r} is used twice")
    return group


def _join(table: dict[str, Any], place: Place) -> Join | None:
    if "join" not in table:
        return None
    raw = checked(table["join"], ("file", "on", "key", "columns"), place)
    file, on = need(raw, "file", str, place), need(raw, "on", str, place)
    columns = names(raw, "columns", place)
    if not columns:
        raise place.at("columns").error("is missing: name the columns to add")
    return Join(file, on, get(raw, "key", str, place) or on, columns)
