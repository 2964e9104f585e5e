"""Columns as a mapping names them: one, or a list."""

from typing import Any

from streams.adapters.toml_file.place import Place


def names(table: dict[str, Any], key: str, place: Place) -> tuple[str, ...]:
    """One column name or a list of them; none when the key isn't there."""
    value = table.get(key, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(n, str) and n for n in listed):
        raise place.at(key).error(f"must be a column's name or a list of them, not {value!r}")
    if len(set(listed)) < len(listed):
        raise place.at(key).error(f"names a column twice: {', '.join(listed)}")
    return tuple(listed)
