"""Value tables: what a word of the log means, for one field or for several at once."""

from collections.abc import Mapping
from typing import Any

from streams.adapters.toml_file.place import Place
from streams.replay.catalogue import FIELDS, REQUIRED
from streams.replay.convert import Converter, Symbol, Value

Sets = dict[str, Value]
"""Fields of the touchpoint and the values that a word gives them."""


def read_values(
    raw: Any, field: str, converters: Mapping[str, Converter], place: Place
) -> tuple[dict[str, Sets], frozenset[str]]:
    """The table `values` of one field, and the words whose rows are left out.

    An entry is a word for the field itself, "" to leave the row out, or a table that sets
    several fields at once.

    Raises MappingError for an entry that names an unknown field or an impossible value.
    """
    if not isinstance(raw, dict) or not raw:
        raise place.error("must be a table such as { Closed = 'case_closed' }")
    table: dict[str, Sets] = {}
    for word, entry in raw.items():
        if entry != "":
            several = entry if isinstance(entry, dict) else {field: entry}
            table[word] = _sets(several, converters, place.at(repr(word)))
            if field in REQUIRED and field not in several:
                raise place.at(repr(word)).error(f"must say which {field} it is")
    return table, frozenset(raw.keys() - table.keys())


def _sets(entry: dict[str, Any], converters: Mapping[str, Converter], place: Place) -> Sets:
    sets: Sets = {}
    for name, value in entry.items():
        if name not in converters:
            raise place.unknown("field that a value can set called", name, converters)
        sets[FIELDS[name]] = constant(value, converters[name], place.at(name))
    return sets


def constant(value: Any, convert: Converter, place: Place) -> Value:
    """A value written in the mapping file, read as a cell of a log would be.

    Raises MappingError for a value that the field can't have.
    """
    if not isinstance(value, str | int | float) or value == "":
        raise place.error(f"{value!r} is no constant: write a text, a number, true or false")
    try:
        return convert(str(value))
    except ValueError:
        if isinstance(convert, Symbol):
            raise place.unknown("value", str(value), convert.known) from None
        raise place.error(f"{value!r} is no value of this field") from None
