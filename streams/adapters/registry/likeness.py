"""Whether two schemas read each other, by every judge we have."""

import json
from typing import Any

import avro.schema
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException

from streams.adapters.avro_reading import Reading
from streams.adapters.avro_shapes import without_logical_types
from streams.adapters.schemas import Schema
from streams.errors import SchemaError


def breach(theirs: Any, ours: Schema) -> str | None:
    """Why records of theirs can't be read as ours, or ours as theirs; None: they can.

    >>> point = {"type": "record", "name": "P", "fields": [{"name": "x", "type": "int"}]}
    >>> breach(point, point) is None
    True
    >>> breach(point | {"fields": []}, point)
    "a writer's schema without x cannot be read"
    """
    if not isinstance(theirs, dict) or theirs.get("type") != "record":
        return "it is no record"
    try:
        Reading(theirs, ours)
        for reader, writer, who in ((ours, theirs, "we"), (theirs, ours, "its readers")):
            checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
            found = checker.get_compatibility(_parsed(reader), _parsed(writer))
            if found.compatibility is not SchemaCompatibilityType.compatible:
                kinds = {kind.value.replace("_", " ") for kind in found.incompatibilities}
                where = ", ".join(sorted(found.messages))
                return f"{who} can't read the other: {', '.join(sorted(kinds))} ({where})"
    except SchemaError as error:
        return str(error)
    except (AvroException, RecursionError) as error:
        return f"not a valid Avro schema: {error}"
    return None


def _parsed(schema: Schema) -> Any:
    return avro.schema.parse(json.dumps(without_logical_types(schema)))
