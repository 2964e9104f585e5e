"""Headers of records, as JSON schemas: CloudEvents in binary mode, and why a letter is dead."""

from typing import Any

from streams.adapters.dead_letters import PREFIX
from streams.adapters.faults import Fault
from streams.contracts.kinds import Kind
from streams.contracts.site import Site

_ERRORS: dict[str, dict[str, Any]] = {
    "exception": {"description": "UndecodableRecord or InvalidRecord."},
    "message": {"description": "What is wrong, for people; it quotes nothing of the record."},
    "topic": {"description": "Topic of the record."},
    "partition": {"description": "Its partition, in digits.", "pattern": "^[0-9]+$"},
    "offset": {"description": "Its offset, in digits.", "pattern": "^[0-9]+$"},
    "stage": {"description": "Where it failed: decode or validate."},
    "reason": {
        "description": "Why, as a slug; `cx_dead_letters_total` counts by it.",
        "enum": list(Fault),
    },
}
_CUT = {
    "cut_value": "Bytes the value had before it was cut to fit the topic.",
    "cut_key": "Bytes the key had before it was cut to fit the topic.",
    "cut_headers": "Bytes the record's own headers had, at most, before they were left out.",
}


def source(kind: Kind, site: Site) -> str:
    """The `ce_source` of this kind of record: the workers of a deployment, or its pager.

    >>> from streams.contracts.kinds import ALERT, CAUSE
    >>> source(ALERT, Site(prefix="shop.")), source(CAUSE, Site(prefix="shop."))
    ('/shop.cx-streams', '/shop.cx-streams-pager')
    """
    return f"/{site.pager if kind.by_pager else site.group}"


def cloud_events(kind: Kind, site: Site) -> dict[str, Any]:
    """CloudEvents 1.0 in Kafka's binary mode; every version is an event of its own."""
    said: dict[str, Any] = {
        "ce_specversion": {"const": "1.0"},
        "ce_type": {"enum": list(kind.ce_types)},
        "ce_source": {
            "const": source(kind, site),
            "description": "The pager of the deployment."
            if kind.by_pager
            else "The deployment that says it.",
        },
        "ce_id": {
            "description": f"`{kind.identity}`, a dot, `version`: with ce_source it is unique.",
            "pattern": r"^.+\.[0-9]+$",
        },
        "ce_time": {"format": "date-time", "description": "Event time, RFC 3339, UTC."},
    }
    properties = {name: {"type": "string", **schema} for name, schema in said.items()}
    return {"type": "object", "required": list(said), "properties": properties}


def error_headers() -> dict[str, Any]:
    """Kafka Streams' names for why a record is dead, behind the record's own headers.

    >>> sorted(error_headers()["properties"])[:2]
    ['__streams.errors.cut_headers', '__streams.errors.cut_key']
    """
    properties: dict[str, Any] = {
        PREFIX + name: {"type": "string", **_plain(schema)} for name, schema in _ERRORS.items()
    }
    for name, meaning in _CUT.items():
        properties[PREFIX + name] = {"type": "string", "description": meaning}
    return {
        "type": "object",
        "description": "The record's own headers come first; of two with one name the last counts.",
        "required": [PREFIX + name for name in _ERRORS],
        "properties": properties,
        "additionalProperties": True,
    }


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Plain strings for plain writers: a member of a StrEnum is more than one."""
    return {
        key: [str(word) for word in value] if key == "enum" else value
        for key, value in schema.items()
    }
