"""The kinds of records as AsyncAPI messages: value, key, headers, an example."""

from typing import Any

from streams.adapters import schemas
from streams.contracts.examples import example
from streams.contracts.headers import cloud_events, error_headers
from streams.contracts.kinds import Kind
from streams.contracts.servers import BINDING
from streams.contracts.site import Site

AVRO = "application/vnd.apache.avro"
FORMAT = f"{AVRO};version=1.9.0"
"""What the document calls Avro's schema language; 1.9.0 is the newest that AsyncAPI names."""

BYTES = "application/octet-stream"


def message(kind: Kind, site: Site) -> dict[str, Any]:
    """One kind of record, wherever it lies.

    >>> from streams.contracts.kinds import ALERT
    >>> message(ALERT, Site())["payload"]["schema"]["name"]
    'Alert'
    """
    made: dict[str, Any] = {
        "name": kind.name,
        "title": kind.title,
        "summary": f"{kind.title}.",
        "description": _description(kind),
        "contentType": AVRO if kind.schema else BYTES,
        "correlationId": _correlation(kind),
        "payload": _payload(kind),
    }
    headers = _headers(kind, site)
    if headers:
        made["headers"] = headers
    made["bindings"] = {"kafka": _binding(kind, site)}
    shown = example(kind, site)
    made["examples"] = [
        {
            "name": kind.name[:1].lower() + kind.name[1:],
            **({"headers": shown.headers} if shown.headers else {}),
            "payload": shown.payload,
        }
    ]
    return made


def _description(kind: Kind) -> str:
    if not kind.schema:
        return (
            "The record's own bytes, key and headers, as they were; headers of ours behind them "
            "say where it lay and what is wrong with it."
        )
    return str(schemas.current(kind.schema)["doc"])


def _payload(kind: Kind) -> dict[str, Any]:
    if kind.schema:
        return {"schemaFormat": FORMAT, "schema": schemas.current(kind.schema)}
    return {"type": "string", "format": "binary", "description": "Whatever it was."}


def _headers(kind: Kind, site: Site) -> dict[str, Any]:
    if kind.ce_types:
        return cloud_events(kind, site)
    return {} if kind.schema else error_headers()


def _correlation(kind: Kind) -> dict[str, str]:
    if not kind.schema:
        return {
            "description": "With topic and partition beside it, it names the record.",
            "location": f"$message.header#/{kind.identity}",
        }
    about = {
        "outcome": "The alert that it answers.",
        "touchpoint": "The event: sent again it has the same.",
    }
    return {
        "description": about.get(
            kind.schema, "What it is about: all versions of one thing have it in common."
        ),
        "location": f"$message.payload#/{kind.identity}",
    }


def _binding(kind: Kind, site: Site) -> dict[str, Any]:
    """How the record is written to Kafka; about a registry only where there is one."""
    key = {"type": "string", "description": f"{kind.key[:1].upper()}{kind.key[1:]}, in UTF-8."}
    if not kind.schema:
        key = {"type": "string", "format": "binary", "description": "The record's own."}
    made: dict[str, Any] = {"key": key}
    if site.registry and kind.schema:
        made |= {
            "schemaIdLocation": "payload",
            "schemaIdPayloadEncoding": "4",
            "schemaLookupStrategy": "TopicRecordNameStrategy"
            if kind.schema == "metric_window"
            else "TopicNameStrategy",
        }
    return made | {"bindingVersion": BINDING}
