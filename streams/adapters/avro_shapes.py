"""Avro schemas as the fast paths see them: the same bytes, less meaning."""

from typing import Any

from streams.adapters.schemas import Schema
from streams.errors import SchemaError

_COLUMNAR = {"boolean", "int", "long", "float", "double", "string"}
"""What pyruhvro reads and writes without a panic; of bytes, fixed and decimals it dies."""


def base(schema: Any) -> tuple[str, bool]:
    """The name of a type, and whether it may be null.

    >>> base(["null", "string"])
    ('string', True)
    """
    branches = schema if isinstance(schema, list) else [schema]
    names = [b if isinstance(b, str) else b["type"] for b in branches if b != "null"]
    if len(names) != 1:
        raise SchemaError(f"a union of {', '.join(names) or 'nothing'} cannot be read")
    return names[0], len(branches) > 1


def definition(schema: Any) -> Schema:
    """The type itself, without its null."""
    branches: list[Any] = schema if isinstance(schema, list) else [schema]
    definition: Schema = next(branch for branch in branches if branch != "null")
    return definition


def plain(schema: Any, defined: set[str] | None = None) -> Any:
    """The schema with the same bytes and less meaning: instants as longs, enums as ints.

    Give it schemas expanded by fastavro: a type defined again becomes a reference.

    >>> plain(["null", {"type": "enum", "name": "Coin", "symbols": ["heads", "tails"]}])
    ['null', 'int']
    >>> plain({"type": "long", "logicalType": "timestamp-millis"})
    'long'
    """
    defined = set() if defined is None else defined
    if isinstance(schema, list):
        return [plain(branch, defined) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    match schema["type"]:
        case "enum":
            return "int"
        case "record" | "fixed" if schema["name"] in defined:
            return schema["name"]
        case "record":
            defined.add(schema["name"])
            fields = [
                {"name": field["name"], "type": plain(field["type"], defined)}
                for field in schema["fields"]
            ]
            return {"type": "record", "name": schema["name"], "fields": fields}
        case "fixed":
            defined.add(schema["name"])
            return {"type": "fixed", "name": schema["name"], "size": schema["size"]}
        case "map":
            return {"type": "map", "values": plain(schema["values"], defined)}
        case "array":
            return {"type": "array", "items": plain(schema["items"], defined)}
        case primitive:
            return primitive


def is_columnar(schema: Any) -> bool:
    """Whether pyruhvro reads and writes this type of a field, plain.

    >>> is_columnar(["null", "string"]), is_columnar("bytes")
    (True, False)
    """
    if isinstance(schema, list):
        return len(schema) == 2 and all(s == "null" or s in _COLUMNAR for s in map(str, schema))
    if isinstance(schema, dict):
        return schema["type"] == "map" and str(schema["values"]) in _COLUMNAR
    return schema in _COLUMNAR


def without_logical_types(schema: Any) -> Any:
    """The schema with instants as the plain longs we hold them in; the bytes are the same.

    >>> without_logical_types({"type": "long", "logicalType": "timestamp-millis"})
    'long'
    """
    if isinstance(schema, list):
        return [without_logical_types(branch) for branch in schema]
    if not isinstance(schema, dict):
        return schema
    if "logicalType" in schema:
        return schema["type"]
    return {key: without_logical_types(value) for key, value in schema.items()}


def widened(layout: Any) -> Any:
    """The same bytes with room for all that may stand in them: ints as longs.

    >>> widened({"type": "array", "items": ["null", "int"]})
    {'type': 'array', 'items': ['null', 'long']}
    """
    if isinstance(layout, list):
        return [widened(branch) for branch in layout]
    if isinstance(layout, dict):
        return {
            key: widened(value) if key in {"type", "fields", "items", "values"} else value
            for key, value in layout.items()
        }
    return "long" if layout == "int" else layout


def refuse_endless(schema: Any, inside: tuple[str, ...] = ()) -> None:
    """Raise SchemaError for a schema of which few bytes could keep a reader busy for ever.

    A type inside itself can go deeper than any stack, and kills the process; an array of what
    takes no bytes can be longer than any memory. Give it schemas expanded by fastavro.

    >>> tree = {"type": "record", "name": "Tree", "fields": []}
    >>> tree["fields"].append({"name": "kids", "type": {"type": "array", "items": "Tree"}})
    >>> refuse_endless(tree)
    Traceback (most recent call last):
    ...
    streams.errors.SchemaError: Tree holds itself: it may be of any depth, and cannot be read
    """
    if isinstance(schema, list):
        for branch in schema:
            refuse_endless(branch, inside)
    elif isinstance(schema, dict):
        within = (*inside, schema["name"]) if schema["type"] == "record" else inside
        if schema["type"] == "array" and _is_weightless(schema["items"]):
            raise SchemaError(
                "an array of what takes no bytes may be of any length, and cannot be read"
            )
        for field in schema.get("fields", ()):
            refuse_endless(field["type"], within)
        for part in ("items", "values"):
            refuse_endless(schema.get(part), within)
    elif schema in inside:
        name = schema.rpartition(".")[2]
        raise SchemaError(f"{name} holds itself: it may be of any depth, and cannot be read")


def _is_weightless(schema: Any) -> bool:
    """Whether a value of this type takes no bytes."""
    if isinstance(schema, dict):
        match schema["type"]:
            case "record":
                return all(_is_weightless(field["type"]) for field in schema["fields"])
            case "fixed":
                return bool(schema["size"] == 0)
            case kind:
                return bool(kind == "null")
    return bool(schema == "null")
