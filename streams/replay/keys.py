"""Typed access to the keys of a table in a mapping file; every mistake is named with its place."""

from collections.abc import Collection
from typing import Any, TypeVar

from streams.replay.place import Place

Kind = TypeVar("Kind")
_WORDS: dict[type, str] = {
    bool: "true or false",
    str: "a text",
    list: "a list of column names",
    dict: "a table",
}


def checked(raw: Any, known: Collection[str], place: Place) -> dict[str, Any]:
    """A table that has only keys from `known`.

    Raises MappingError for anything else, with the near matches of an unknown key.
    """
    if not isinstance(raw, dict):
        raise place.error(f"must be a table, not {raw!r}")
    for key in raw:
        if key not in known:
            raise place.unknown("key", key, known)
    return raw


def get(table: dict[str, Any], key: str, kind: type[Kind], place: Place) -> Kind | None:
    """The value of a key if it is there; raises MappingError when it is of another kind."""
    value = table.get(key)
    if value is not None and (not isinstance(value, kind) or value == ""):
        raise place.at(key).error(f"must be {_WORDS[kind]}, not {value!r}")
    return value


def need(table: dict[str, Any], key: str, kind: type[Kind], place: Place) -> Kind:
    """The value of a key that must be there."""
    value = get(table, key, kind, place)
    if value is None:
        raise place.at(key).error("is missing")
    return value


def names(table: dict[str, Any], key: str, place: Place) -> tuple[str, ...]:
    """One column name or a list of them; none when the key isn't there."""
    value = table.get(key, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(n, str) and n for n in listed):
        raise place.at(key).error(f"must be a column's name or a list of them, not {value!r}")
    if len(set(listed)) < len(listed):
        raise place.at(key).error(f"names a column twice: {', '.join(listed)}")
    return tuple(listed)
