"""A schema made whole: what it only names, and other subjects define, is put into it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from streams.adapters.registry.client import subject_path
from streams.errors import SchemaError

_MOST = 50
"""Schemas that one schema may lean on; more is a mistake, or somebody's bad joke."""

_AVROS_OWN = frozenset(
    "null boolean int long float double bytes string array map".split()  # noqa: SIM905
)
_NAMED = frozenset({"record", "error", "enum", "fixed"})


def whole(answer: Any, ask: Callable[[str, str], Any]) -> Any:
    """The schema of a registry's answer, with everything that it refers to inside.

    `ask` takes HTTP's method and a path. Raises SchemaError, naming what isn't there or isn't
    Avro.
    """
    definitions: dict[str, Any] = {}
    try:
        _collect(answer, ask, definitions, set())
        return inlined(_parsed(answer), definitions)
    except (AttributeError, TypeError, RecursionError):
        raise SchemaError("the registry says it in a way we don't understand") from None


def _collect(
    answer: Mapping[str, Any],
    ask: Callable[[str, str], Any],
    definitions: dict[str, Any],
    seen: set[tuple[str, int]],
) -> None:
    """Every schema that an answer refers to, and those they refer to, by the name they go by."""
    for reference in answer.get("references") or ():
        name, subject, version = (reference.get(k) for k in ("name", "subject", "version"))
        if (subject, version) in seen:
            continue
        seen.add((subject, version))
        if len(seen) > _MOST:
            raise SchemaError(f"it leans on more than {_MOST} others")
        found = ask("GET", f"{subject_path(str(subject))}/versions/{version}")
        if found is None:
            raise SchemaError(f"it needs {name} of subject {subject}, which has no {version}")
        definitions[str(name)] = _parsed(found)
        _collect(found, ask, definitions, seen)


def _parsed(answer: Mapping[str, Any]) -> Any:
    kind = answer.get("schemaType") or "AVRO"
    if kind != "AVRO":
        raise SchemaError(f"it is {kind}, not Avro")
    try:
        return json.loads(answer["schema"])
    except (KeyError, TypeError, ValueError, RecursionError):
        raise SchemaError("it is not JSON") from None


def inlined(schema: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema with the first mention of each defined name replaced by what it stands for.

    >>> mood = {"type": "enum", "name": "Mood", "namespace": "shop", "symbols": ["good", "bad"]}
    >>> visit = {"type": "record", "name": "Visit", "namespace": "shop",
    ...          "fields": [{"name": "mood", "type": "Mood"}]}
    >>> inlined(visit, {"shop.Mood": mood})["fields"][0]["type"]["symbols"]
    ['good', 'bad']
    """
    return _Inlining(definitions).walked(schema, "") if definitions else schema


class _Inlining:
    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._left = dict(definitions)

    def walked(self, schema: Any, namespace: str) -> Any:
        """A type inside a namespace."""
        if isinstance(schema, str):
            return self._named(schema, namespace)
        if isinstance(schema, list):
            return [self.walked(branch, namespace) for branch in schema]
        if not isinstance(schema, dict):
            return schema
        if schema.get("type") in _NAMED:
            return self._definition(schema, namespace)
        inner = ("type", "items", "values")
        return schema | {k: self.walked(schema[k], namespace) for k in inner if k in schema}

    def _named(self, name: str, namespace: str) -> Any:
        if name in _AVROS_OWN:
            return name
        full = _full(name, namespace)
        if full not in self._left:
            return full
        return self.walked(self._left.pop(full), "")

    def _definition(self, schema: dict[str, Any], namespace: str) -> Any:
        """A type with a name: from here on under its full one, wherever it is put."""
        full = _full(str(schema.get("name")), schema.get("namespace", namespace))
        own = full.rpartition(".")[0]
        whole = schema | {"name": full.rpartition(".")[2], "namespace": own}
        fields: Sequence[dict[str, Any]] = schema.get("fields", ())
        if fields:
            whole["fields"] = [
                field | {"type": self.walked(field.get("type"), own)} for field in fields
            ]
        return whole


def _full(name: str, namespace: str) -> str:
    return name if "." in name or not namespace else f"{namespace}.{name}"
