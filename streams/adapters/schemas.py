"""The Avro schemas of the topics, as they lie in `schemas/`: today's, and every released one."""

import json
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from streams.errors import SchemaError

Schema: TypeAlias = dict[str, Any]
"""A record schema as JSON says it; treat it as read-only, it is shared."""

ON_TOPICS = (
    "touchpoint",
    "alert",
    "journey_transition",
    "measurement",
    "metric_window",
    "outcome",
)
"""Schemas of records on topics, by the names of their files."""

NAMES = (*ON_TOPICS, "customer_state")
"""Every schema; the customer's state is a row in the changelog, described by Avro's words."""


def folder() -> Path:
    """Where the schemas lie: inside the installed package, or at the top of the source tree."""
    installed = Path(__file__).parents[1] / "_schemas"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "schemas"


@cache
def current(name: str) -> Schema:
    """Today's schema.

    >>> current("touchpoint")["name"]
    'Touchpoint'
    >>> current("tuchpoint")
    Traceback (most recent call last):
    ...
    streams.errors.SchemaError: no schema named tuchpoint: it is one of touchpoint, alert, \
journey_transition, measurement, metric_window, outcome, customer_state
    """
    if name not in NAMES:
        raise SchemaError(f"no schema named {name}: it is one of {', '.join(NAMES)}")
    return _read(folder() / f"{name}.avsc")


@cache
def released(name: str) -> dict[int, Schema]:
    """Every version ever released, by its number: what may still lie on a topic.

    >>> min(released("touchpoint"))
    1
    """
    files = (folder() / "released" / name).glob("v*.avsc")
    return dict(sorted((int(file.stem[1:]), _read(file)) for file in files))


def _read(file: Path) -> Schema:
    try:
        schema = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SchemaError(f"cannot read schema {file}; install the package anew") from error
    if not isinstance(schema, dict) or schema.get("type") != "record":
        raise SchemaError(f"schema {file} is not an Avro record")
    return schema
