"""Touchpoints to test with, chunks of them, and the `avro` package as the oracle."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any

import avro.io
import avro.schema
from hypothesis import strategies as st

from streams.adapters import schemas
from streams.adapters.schemas import Schema
from streams.domain.surveys.scale import DEFAULT_SCALES
from streams.domain.touchpoints import ACTORS, CHANNELS, KINDS, TIERS, Touchpoint
from streams.engine.chunk import Chunk

NOW = 1_700_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = ("occurred_at", "promised_at")

_names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
_longs = st.integers(0, 2**62)


@st.composite
def touchpoints(draw: st.DrawFn) -> Touchpoint:
    """Any sound touchpoint; its fingerprint is 0."""
    kind = draw(st.sampled_from(KINDS))
    survey = draw(st.sampled_from([*DEFAULT_SCALES, "other"]))
    low, high = DEFAULT_SCALES.get(survey, (-5, 200))
    score = draw(st.floats(low, high))
    answered = kind == "survey_answered" or draw(st.booleans())
    own_scale = draw(st.booleans())
    return Touchpoint(
        fingerprint=0,
        event_id=draw(_names),
        customer_id=draw(_names),
        kind=kind,
        channel=draw(st.sampled_from(CHANNELS)),
        actor=draw(st.sampled_from(ACTORS)),
        occurred_at=draw(st.integers(946_684_800_000, NOW)),
        case_id=draw(st.none() | _names),
        agent_id=draw(st.none() | _names),
        public=draw(st.booleans()),
        survey=survey if answered else None,
        score=score if answered else None,
        scale_min=low if own_scale else None,
        scale_max=high if own_scale else None,
        text=draw(st.none() | st.text(max_size=200)),
        language=draw(st.none() | st.sampled_from(["en", "zh-Hans"])),
        amount_minor=draw(st.none() | st.integers(0, 10**15)),
        currency=draw(st.none() | st.sampled_from(["EUR", "CNY"])),
        product=draw(st.none() | st.text()),
        promised_at=draw(st.none() | st.integers(0, 4_000_000_000_000)),
        duration_ms=draw(st.none() | _longs),
        reason=draw(st.none() | st.text()),
        tier=draw(st.none() | st.sampled_from(TIERS)),
        attributes=draw(st.none() | st.dictionaries(st.text(), st.text(), min_size=1)),
    )


def point(number: int = 1, **changes: Any) -> Touchpoint:
    """One plain message of customer `c-…`."""
    plain = Touchpoint(0, f"e-{number}", f"c-{number}", "message", "chat", "customer", NOW)
    return plain._replace(**changes)


def chunk_of(values: Sequence[bytes | None], keys: Sequence[bytes | None]) -> Chunk:
    """A chunk that begins at offset 100, every other offset missing (compacted away)."""
    chunk = Chunk("cx.touchpoints.v1", 0, 100)
    for position, (key, value) in enumerate(zip(keys, values, strict=True)):
        chunk.append(100 + 2 * position, key, value, NOW)
    return chunk


@cache
def _touchpoint_schema() -> Any:
    return oracle_schema(schemas.current("touchpoint"))


def oracle_schema(schema: Schema) -> Any:
    """The schema as the `avro` package sees it."""
    return avro.schema.parse(json.dumps(schema))


def oracle_bytes(touchpoint: Touchpoint) -> bytes:
    """The touchpoint's Avro binary, by the `avro` package."""
    datum = touchpoint._asdict() | {"attributes": touchpoint.attributes or {}}
    del datum["fingerprint"]
    for name in INSTANTS:
        if datum[name] is not None:
            datum[name] = EPOCH + timedelta(milliseconds=datum[name])
    buffer = BytesIO()
    writer = avro.io.DatumWriter(_touchpoint_schema())
    writer.write(datum, avro.io.BinaryEncoder(buffer))
    return buffer.getvalue()


def oracle_touchpoint(payload: bytes) -> Touchpoint:
    """The touchpoint in Avro binary, by the `avro` package."""
    reader = avro.io.DatumReader(_touchpoint_schema())
    datum: Any = reader.read(avro.io.BinaryDecoder(BytesIO(payload)))
    for name in INSTANTS:
        if datum[name] is not None:
            datum[name] = (datum[name] - EPOCH) // timedelta(milliseconds=1)
    return Touchpoint(fingerprint=0, **datum | {"attributes": datum["attributes"] or None})
