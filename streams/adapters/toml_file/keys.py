"""Typed access to the keys of a table in a file; every mistake is named with its place."""

from collections.abc import Collection
from typing import Any, TypeVar

from streams.adapters.toml_file.place import Place

Kind = TypeVar("Kind")
_WORDS: dict[type, str] = {bool: "true or false", str: "a text", list: "a list", dict: "a table"}


def checked(raw: Any, known: Collection[str], place: Place) -> dict[str, Any]:
    """A table that has only keys from `known`.

    Raises the place's error for anything else, with the nearest known key.
    """
    if not isinstance(raw, dict):
        raise place.error(f"must be a table, not {raw!r}")
    for key in raw:
        if key not in known:
            raise place.unknown("key", key, known)
    return raw


def get(table: dict[str, Any], key: str, kind: type[Kind], place: Place) -> Kind | None:
    """The value of a key if it is there; raises the place's error when it is of another kind."""
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


def texts(raw: Any, example: str, place: Place) -> list[str]:
    """A list of texts, none of them twice."""
    if not isinstance(raw, list) or not all(isinstance(text, str) for text in raw):
        raise place.error(f"must be a list such as {example}, not {raw!r}")
    for text in raw:
        if raw.count(text) > 1:
            raise place.error(f"says {text!r} twice; take one out")
    return raw
