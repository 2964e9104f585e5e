"""What the fuzz begins with: a simulated shop's touchpoints, as several writers put them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from streams.adapters import schemas, wire
from streams.adapters.avro_writing import Writing
from streams.adapters.schema_ids import Absent, Fingerprints, fingerprint_id
from streams.adapters.schemas import Schema
from streams.domain.touchpoints import Touchpoint
from streams.simulation.plan import DAY, Plan
from streams.simulation.shop import Shop

START = 1_700_000_000_000
NOW = START + 30 * DAY
"""What the decoder takes for the present: the shop's ten days are past."""


class Writers:
    """Schema ids as a registry would know them: ours, released and foreign ones."""

    def __init__(self) -> None:
        self._ours = Fingerprints.of()
        self.touchpoint_writers: dict[int, Schema] = {
            fingerprint_id(schema): schema
            for schema in (*schemas.released("touchpoint").values(), schemas.current("touchpoint"))
        }
        self.touchpoint_writers |= {900 + n: schema for n, schema in enumerate(_foreign())}
        self.others = [fingerprint_id(schemas.current(name)) for name in ("alert", "measurement")]
        self.others.append(999)  # a Touchpoint by name that can't be read as ours
        self._unreadable = _changed(lambda by_name, _: by_name["event_id"].update(type="double"))

    def writer(self, schema_id: int) -> Schema | None:
        """The schema of an id, None: nobody knows it."""
        if schema_id == 999:
            return self._unreadable
        return self.touchpoint_writers.get(schema_id) or self._ours.writer(schema_id)

    def at_hand(self, schema_id: int) -> Schema | Absent:
        """The schema of an id, or a word that nobody knows it."""
        return self.writer(schema_id) or self._ours.at_hand(schema_id)

    async def fetch(self, schema_ids: Sequence[int]) -> None:
        """Nothing to fetch: all are at hand."""

    def id_of(self, subject: str, schema: Schema) -> int:
        """The id our own outputs are written with."""
        return self._ours.id_of(subject, schema)


class Seed(NamedTuple):
    """A touchpoint, its writer, and the value that writer puts on the topic."""

    point: Touchpoint
    schema_id: int
    value: bytes


@cache
def writers() -> Writers:
    """The one set of writers."""
    return Writers()


@cache
def seeds() -> list[Seed]:
    """Some thousand sound touchpoints of a shop, each by every writer; the same on each run."""
    story = list(Shop(Plan(customers=120, days=10.0, seed=7, start_ms=START)).events())
    return [
        Seed(point, schema_id, wire.frame(schema_id, payload))
        for schema_id, schema in writers().touchpoint_writers.items()
        for point, payload in zip(story, _written(schema, story), strict=True)
    ]


def row_of(schema: Schema, point: Touchpoint) -> list[Any]:
    """A touchpoint's values in the order of a writer's fields."""
    values = point._asdict() | {"attributes": point.attributes or {}} | _FOREIGN_VALUES
    row = [values[field["name"]] for field in schema["fields"]]
    for place, field in enumerate(schema["fields"]):
        if isinstance(row[place], str) and "bytes" in field["type"]:
            row[place] = row[place].encode()
    return row


def _written(schema: Schema, story: list[Touchpoint]) -> list[bytes]:
    return Writing(schema).records([row_of(schema, point) for point in story])


_FOREIGN_VALUES = {"mood": "sunny", "checksum": b"ab", "tags": ["a", "b"]}
"""Of fields that our schema doesn't have."""


def _foreign() -> list[Schema]:
    """Touchpoints as another version of us, or somebody else, may write them."""

    def later(by_name: Any, fields: Any) -> None:
        by_name["kind"]["type"]["symbols"].append("levitated")
        fields.insert(2, {"name": "mood", "type": ["null", "string"], "default": None})

    def slow(by_name: Any, fields: Any) -> None:
        fields.insert(0, {"name": "checksum", "type": {"type": "fixed", "name": "Sum", "size": 2}})
        fields.append({"name": "tags", "type": {"type": "array", "items": "string"}})
        by_name["product"]["type"] = ["bytes", "null"]

    def leaner(by_name: Any, fields: Any) -> None:
        for name in ("public", "attributes", "channel", "tier"):
            fields.remove(by_name[name])
        by_name["score"]["type"] = ["null", "float"]

    return [_changed(change) for change in (later, slow, leaner)]


def _changed(change: Any) -> Schema:
    schema = copy.deepcopy(schemas.current("touchpoint"))
    change({field["name"]: field for field in schema["fields"]}, schema["fields"])
    return schema
