"""Schema ids without a registry: the fingerprint of the schema itself, the same everywhere."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from fastavro.schema import to_parsing_canonical_form

from streams.adapters import schemas
from streams.adapters.faults import Fault
from streams.adapters.schemas import Schema

_TOP_BIT_CLEARED = 0x7FFF_FFFF
"""Ids stay positive as the signed 32-bit numbers some clients read them as."""


class Absent(NamedTuple):
    """Why there is no schema for an id: the reason to count, and words for people."""

    fault: Fault
    detail: str


class SchemaIds(Protocol):
    """Who knows schemas by id, and ids by schema: fingerprints, or a registry."""

    def at_hand(self, schema_id: int) -> Schema | Absent | None:
        """The schema with this id, or why there is none; None: `fetch` it first. Never waits."""

    async def fetch(self, schema_ids: Sequence[int]) -> None:
        """See that `at_hand` has a word on each of these ids, or on some of a great many."""

    def writer(self, schema_id: int) -> Schema | None:
        """The schema with this id; None: nobody knows it. May block, for commands.

        Raises RegistryUnreachable when it can't be found out now: no record is to blame for that.
        """

    def id_of(self, subject: str, schema: Schema) -> int:
        """The id to write records of this schema with, on a subject such as `TOPIC-value`."""


def fingerprint_id(schema: Schema) -> int:
    """First 4 bytes of SHA-256 of the parsing canonical form, top bit cleared.

    Docs, defaults and logical types are no part of the canonical form: they don't change the id.

    >>> point = {"type": "record", "name": "P", "fields": [{"name": "x", "type": "int"}]}
    >>> fingerprint_id(point) == fingerprint_id(point | {"doc": "A point."})
    True
    """
    canonical = to_parsing_canonical_form(schema).encode()
    return int.from_bytes(hashlib.sha256(canonical).digest()[:4], "big") & _TOP_BIT_CLEARED


def window_subject(topic: str) -> str:
    """The subject of the windows on a topic of measurements.

    `TOPIC-value` is the measurements': versions of one subject must read each other.

    >>> window_subject("cx.metrics.v1")
    'cx.metrics.v1-cx.MetricWindow'
    """
    return f"{topic}-cx.MetricWindow"


class Fingerprints:
    """Ids of the given schemas by their fingerprints.

    >>> ids = Fingerprints.of("touchpoint")
    >>> ids.writer(ids.id_of("any", schemas.current("touchpoint")))["name"]
    'Touchpoint'
    >>> ids.writer(1) is None
    True
    """

    def __init__(self, known: Iterable[Schema]) -> None:
        self._known = {fingerprint_id(schema): schema for schema in known}

    @classmethod
    def of(cls, *names: str) -> "Fingerprints":
        """Today's and every released version of the named schemas; of all on topics, if none is."""
        return cls(
            schema
            for name in names or schemas.ON_TOPICS
            for schema in (*schemas.released(name).values(), schemas.current(name))
        )

    def at_hand(self, schema_id: int) -> Schema | Absent:
        """The schema with this fingerprint, if it is one of ours."""
        known = self._known.get(schema_id)
        return known or Absent(Fault.UNKNOWN_SCHEMA, f"nobody knows schema id {schema_id}")

    async def fetch(self, schema_ids: Sequence[int]) -> None:
        """Nothing to fetch: all are at hand."""

    def writer(self, schema_id: int) -> Schema | None:
        """The schema with this fingerprint, if it is one of ours."""
        return self._known.get(schema_id)

    def id_of(self, subject: str, schema: Schema) -> int:  # noqa: ARG002  (a registry needs it)
        """The schema's fingerprint."""
        return fingerprint_id(schema)
