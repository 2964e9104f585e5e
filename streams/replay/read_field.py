"""From one key under `[source.fields]` to the thing that fills it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from streams.adapters.toml_file.keys import checked, get, need
from streams.adapters.toml_file.place import Place
from streams.replay.attributes import Attributes
from streams.replay.catalogue import FIELDS, REQUIRED, converters
from streams.replay.column_names import names
from streams.replay.convert import DURATIONS, Converter, Symbol, scaled
from streams.replay.field import Field
from streams.replay.instant_field import InstantField
from streams.replay.instants import UNITS, count, wall
from streams.replay.values import constant, read_values

_OPTIONS = (
    *("column", "columns", "separator", "prefix", "optional"),
    *("value", "values", "ignore", "default"),
)
_EXTRA = {"amount": ("factor",), "duration": ("unit",)}


def read_field(name: str, raw: Any, mark: str, place: Place) -> Field:
    """A field from its spelling in TOML: a column's name, a list of them, a constant or a table.

    `mark` is the log's decimal mark. Raises MappingError for what can't be meant.
    """
    known = converters(mark)
    if isinstance(raw, str):
        raw = {"column": raw}
    elif isinstance(raw, list):
        raw = {"columns": raw}
    elif isinstance(raw, bool | int | float):
        raw = {"value": raw}
    options = checked(raw, _OPTIONS + _EXTRA.get(name, ()), place)
    convert = known[name] = _converter(name, options, known[name], mark, place)
    field = Field(name, FIELDS[name], convert, required=name in REQUIRED)
    if "value" in options:
        if len(options) > 1 + sum(key in options for key in _EXTRA.get(name, ())):
            raise place.error("a constant `value` stands alone, without column or value table")
        return replace(field, constant=constant(options["value"], convert, place.at("value")))
    return _from_columns(field, options, known, place)


def read_instant(name: str, raw: Any, place: Place) -> InstantField:
    """A field that holds a time: a column's name, or a table with `format`, `zone` or `unit`."""
    raw = {"column": raw} if isinstance(raw, str) else raw
    options = checked(raw, ("column", "format", "zone", "unit", "optional"), place)
    optional = bool(get(options, "optional", bool, place)) and name not in REQUIRED
    column = need(options, "column", str, place)
    pattern = get(options, "format", str, place)
    zone = get(options, "zone", str, place)
    unit = get(options, "unit", str, place)
    if unit is not None:
        if unit not in UNITS:
            raise place.at("unit").unknown("unit", unit, UNITS)
        if pattern or zone:
            raise place.error("a count since 1970 (`unit`) has neither `format` nor `zone`")
        return InstantField(name, FIELDS[name], column, count(unit), place, optional)
    clock = wall(None if pattern == "iso" else pattern, _zone(zone, place))
    return InstantField(name, FIELDS[name], column, clock, place, optional)


def read_attributes(raw: Any, place: Place) -> Attributes:
    """A list of columns, or a table name -> column."""
    if isinstance(raw, dict):
        return Attributes({name: need(raw, name, str, place) for name in raw})
    return Attributes({name: name for name in names({"attributes": raw}, "attributes", place)})


def read_scale(raw: Any, mark: str, place: Place) -> list[Field]:
    """The ends of a score's scale: two numbers, or two columns."""
    if not isinstance(raw, list) or len(raw) != 2:
        raise place.error(f"must be lowest and highest score, such as [1, 5], not {raw!r}")
    ends = zip(("scale_min", "scale_max"), raw, strict=True)
    return [read_field(name, end, mark, place) for name, end in ends]


def _from_columns(
    field: Field, options: dict[str, Any], known: Mapping[str, Converter], place: Place
) -> Field:
    columns = names(options, "column", place) + names(options, "columns", place)
    if not columns:
        raise place.error("needs a `column` to be read from, or a constant `value`")
    if len(columns) > 1 and isinstance(field.convert, Symbol) and "values" not in options:
        raise place.error("a word from several columns needs a table `values` to read it by")
    ignored = frozenset(_words(options.get("ignore", []), place.at("ignore")))
    if "values" in options:
        values, more = read_values(options["values"], field.name, known, place.at("values"))
        field = replace(field, values=values)
        ignored |= more
    if "default" in options:
        default = constant(options["default"], field.convert, place.at("default"))
        field = replace(field, default=default)
    return replace(
        field,
        columns=columns,
        ignored=ignored,
        separator=get(options, "separator", str, place) or field.separator,
        prefix=get(options, "prefix", str, place) or field.prefix,
        optional=bool(get(options, "optional", bool, place)) and not field.required,
    )


def _converter(
    name: str, options: dict[str, Any], plain: Converter, mark: str, place: Place
) -> Converter:
    """The field's own converter, with the factor or unit that the mapping gives."""
    if name == "amount" and "factor" in options:
        try:
            factor = Decimal(str(options["factor"]))
        except InvalidOperation:
            factor = Decimal("NaN")
        if not factor.is_finite() or factor == 0:
            raise place.at("factor").error(
                f"must be the number of minor units in one unit, such as 100, "
                f"not {options['factor']!r}"
            )
        return scaled(factor, mark)
    if name == "duration" and "unit" in options:
        unit = need(options, "unit", str, place)
        if unit not in DURATIONS:
            raise place.at("unit").unknown("unit", unit, DURATIONS)
        return scaled(Decimal(DURATIONS[unit]), mark)
    return plain


def _words(raw: Any, place: Place) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(word, str) for word in raw):
        raise place.error(f"must be a list of texts, not {raw!r}")
    return raw


def _zone(name: str | None, place: Place) -> ZoneInfo | None:
    try:
        return None if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise place.at("zone").error(
            f"no time zone {name!r}; write it as in 'Europe/Rome' or 'UTC'"
        ) from error
