"""The decoder gives back what was written, and rejects the rest by reason, record by record."""

import copy
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xxhash import xxh3_64_intdigest

from streams.adapters import schemas, wire
from streams.adapters.avro_decode import FUTURE_MS, SchemasMissing, TouchpointDecoder
from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.avro_reading import END, Reading
from streams.adapters.avro_writing import Writing
from streams.adapters.schema_ids import Absent, Fingerprints, fingerprint_id
from streams.adapters.schemas import Schema
from streams.domain.touchpoints import Touchpoint
from streams.engine.chunk import Chunk
from streams.engine.job import Decoded
from tests.unit.adapters.examples import NOW, chunk_of, oracle_bytes, point, touchpoints

IDS = Fingerprints.of("touchpoint")
ENCODER = TouchpointEncoder(IDS, "cx.touchpoints.v1")
TOUCHPOINT_ID = fingerprint_id(schemas.current("touchpoint"))


def chunk_with(points: Sequence[Touchpoint]) -> Chunk:
    return chunk_of(ENCODER.encode_all(points), [p.customer_id.encode() for p in points])


def decode(chunk: Chunk, ids: Any = IDS) -> Decoded[Touchpoint]:
    return TouchpointDecoder(ids).decode(chunk, NOW)


def without_fingerprints(rows: Sequence[Touchpoint]) -> list[Touchpoint]:
    return [row._replace(fingerprint=0) for row in rows]


@settings(deadline=None, max_examples=30)
@given(st.lists(touchpoints(), min_size=1, max_size=15))
def test_what_the_avro_package_writes_is_read_back(points: list[Touchpoint]) -> None:
    values = [wire.frame(TOUCHPOINT_ID, oracle_bytes(p)) for p in points]
    decoded = decode(chunk_of(values, [p.customer_id.encode() for p in points]))
    assert decoded.rejected == []
    assert without_fingerprints(decoded.rows) == points


def test_rows_keys_times_and_offsets_are_parallel() -> None:
    points = [point(n, occurred_at=NOW - n) for n in range(50)]
    decoded = decode(chunk_with(points))
    assert list(decoded.offsets) == [100 + 2 * n for n in range(50)]
    assert list(decoded.keys) == [f"c-{n}" for n in range(50)]
    assert list(decoded.times) == [NOW - n for n in range(50)]
    assert [row.event_id for row in decoded.rows] == [f"e-{n}" for n in range(50)]


def test_an_empty_chunk_gives_nothing() -> None:
    decoded = decode(chunk_of([], []))
    assert (list(decoded.rows), list(decoded.rejected)) == ([], [])


def test_the_fingerprint_is_the_signed_xxh3_of_the_event_id() -> None:
    rows = decode(chunk_with([point(n) for n in range(20)])).rows
    digests = [xxh3_64_intdigest(row.event_id.encode()) for row in rows]
    assert [row.fingerprint % 2**64 for row in rows] == digests
    assert all(-(2**63) <= row.fingerprint < 2**63 for row in rows)
    assert any(row.fingerprint < 0 for row in rows)


def test_equal_symbols_are_one_object_so_that_comparing_them_is_cheap() -> None:
    rows = decode(chunk_with([point(n) for n in range(20)])).rows
    assert len({id(row.kind) for row in rows}) == 1


GOOD = ENCODER.encode(point())
OTHERS_ID = wire.frame(77, GOOD[5:])
KIND_AT = 5 + 4 + 4  # behind header, event id and customer id

UNREADABLE = [
    pytest.param(None, "no_value", id="a tombstone"),
    pytest.param(b"", "not_wire_format", id="nothing"),
    pytest.param(b"\x00\x01", "not_wire_format", id="half a header"),
    pytest.param(b'{"event_id": "e-1"}', "not_wire_format", id="JSON"),
    pytest.param(OTHERS_ID, "unknown_schema", id="an unknown schema id"),
    pytest.param(GOOD[:5], "undecodable", id="a header alone"),
    pytest.param(GOOD[:-1], "undecodable", id="cut by one byte"),
    pytest.param(GOOD[:20], "undecodable", id="cut in the middle"),
    pytest.param(GOOD + b"\x00", "undecodable", id="a byte too many"),
    pytest.param(GOOD + GOOD[5:], "undecodable", id="a second record behind"),
    pytest.param(GOOD[:5] + b"\xff" * 40, "undecodable", id="noise"),
    pytest.param(GOOD.replace(b"e-1", b"\xff\xfe1"), "undecodable", id="no UTF-8"),
    pytest.param(
        GOOD[:KIND_AT] + b"\xfc\x01" + GOOD[KIND_AT + 1 :],
        "undecodable",
        id="an enum index too high",
    ),
    pytest.param(
        GOOD[:KIND_AT] + b"\x01" + GOOD[KIND_AT + 1 :],
        "undecodable",
        id="an enum index below zero",
    ),
]


@pytest.mark.parametrize(("value", "reason"), UNREADABLE)
@pytest.mark.parametrize("neighbours", [0, 6, 100])
def test_an_unreadable_record_is_rejected_and_its_neighbours_go_on(
    value: bytes | None, reason: str, neighbours: int
) -> None:
    points = [point(n) for n in range(neighbours)]
    chunk = chunk_with(points)
    middle = neighbours // 2
    chunk.values.insert(middle, value)
    chunk.keys.insert(middle, b"c-1")
    chunk.offsets = list(range(neighbours + 1))
    decoded = decode(chunk)
    assert [(r.position, r.stage, str(r.reason)) for r in decoded.rejected] == [
        (middle, "decode", reason)
    ]
    assert without_fingerprints(decoded.rows) == points
    assert list(decoded.offsets) == [n for n in range(neighbours + 1) if n != middle]


UNSOUND = [
    (point(event_id=""), "no_event_id"),
    (point(customer_id=""), "no_customer"),
    (point(occurred_at=NOW + FUTURE_MS + 1), "far_future"),
    (point(occurred_at=946_684_799_999), "far_past"),
    (point(customer_id="\x00fence"), "bad_id"),
    (point(case_id="a\nb"), "bad_id"),
    (point(event_id="e" * 513), "bad_id"),
    (point(amount_minor=-1), "negative_amount"),
    (point(amount_minor=10**15 + 1), "amount_too_large"),
    (point(duration_ms=-1), "negative_duration"),
    (point(survey="ces2", score=8.0), "score_off_scale"),
    (point(survey="ces2", score=0.5), "score_off_scale"),
    (point(survey="nps", score=float("nan")), "score_off_scale"),
    (point(kind="review", score=float("inf")), "score_off_scale"),
    (point(kind="review", score=6.0, scale_min=1, scale_max=5), "score_off_scale"),
    (point(kind="survey_answered", survey="nps"), "survey_incomplete"),
    (point(kind="survey_answered", score=3.0), "survey_incomplete"),
    (point(text="x" * 1_000_001), "text_too_long"),
]


@pytest.mark.parametrize(("bad", "reason"), UNSOUND, ids=[reason for _, reason in UNSOUND])
@pytest.mark.parametrize("neighbours", [0, 40])
def test_an_unsound_touchpoint_is_rejected_and_its_neighbours_go_on(
    bad: Touchpoint, reason: str, neighbours: int
) -> None:
    points = [point(n) for n in range(neighbours)]
    decoded = decode(chunk_with([*points, bad]))
    assert [(r.position, r.stage, str(r.reason)) for r in decoded.rejected] == [
        (neighbours, "validate", reason)
    ]
    assert without_fingerprints(decoded.rows) == points


SOUND = [
    point(kind="unknown", channel="other"),
    point(occurred_at=NOW + FUTURE_MS),
    point(occurred_at=946_684_800_000),
    point(amount_minor=0),
    point(text="x" * 1_000_000),
    point(text="价" * 1_000_000),
    point(kind="survey_answered", survey="other", score=1000.0),
    point(kind="survey_answered", survey="csat", score=9.0, scale_min=1, scale_max=10),
    point(kind="review", score=4.5),
]


@pytest.mark.parametrize("good", SOUND, ids=range(len(SOUND)))
def test_what_is_odd_but_sound_passes(good: Touchpoint) -> None:
    decoded = decode(chunk_with([good]))
    assert decoded.rejected == []
    assert without_fingerprints(decoded.rows) == [good]


@pytest.mark.parametrize(
    ("key", "reason"), [(None, "no_key"), (b"c-2", "key_mismatch"), (b"\xff", "key_mismatch")]
)
def test_the_key_must_be_the_customer(key: bytes | None, reason: str) -> None:
    chunk = chunk_with([point(1), point(2)])
    chunk.keys[0] = key
    decoded = decode(chunk)
    assert [(r.position, str(r.reason)) for r in decoded.rejected] == [(0, reason)]
    assert list(decoded.keys) == ["c-2"]


def test_how_far_ahead_a_clock_may_be_is_a_setting() -> None:
    chunk = chunk_with([point(occurred_at=NOW + 2_000)])
    assert TouchpointDecoder(IDS, future_ms=2_000).decode(chunk, NOW).rejected == []
    assert len(TouchpointDecoder(IDS, future_ms=1_999).decode(chunk, NOW).rejected) == 1


@settings(deadline=None, max_examples=30)
@given(
    st.lists(touchpoints(), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.binary(max_size=60)), max_size=8),
)
def test_noise_never_touches_its_neighbours(
    points: list[Touchpoint], noise: list[tuple[int, bytes]]
) -> None:
    chunk = chunk_with(points)
    spoilt = {at % len(points): wire.frame(TOUCHPOINT_ID, bad) for at, bad in noise}
    for at, value in spoilt.items():
        chunk.values[at] = value
    decoded = decode(chunk)
    kept = dict(zip(decoded.offsets, decoded.rows, strict=True))
    for at, expected in enumerate(points):
        if at not in spoilt:
            assert kept[100 + 2 * at]._replace(fingerprint=0) == expected
    assert len(decoded.rows) + len(decoded.rejected) == len(points)


def test_five_thousand_records_of_noise_are_each_rejected() -> None:
    values = [wire.frame(TOUCHPOINT_ID, bytes([n % 256]) * 30) for n in range(5_000)]
    decoded = decode(chunk_of(values, [b"c"] * 5_000))
    assert [r.position for r in decoded.rejected] == list(range(5_000))


SECRET = "ann.smith@example.org hates the blue sofa"


def test_no_detail_repeats_what_a_customer_said_or_is_called() -> None:
    bad = [changed for changed, _ in UNSOUND] + [point(customer_id=SECRET, amount_minor=-3)]
    spoken = [p._replace(text=p.text or SECRET, product=SECRET) for p in bad]
    chunk = chunk_with(spoken)
    chunk.keys[0] = SECRET.encode()
    chunk.values += [value[:-2] for value in ENCODER.encode_all(spoken)]
    chunk.keys += chunk.keys
    chunk.offsets = list(range(len(chunk.values)))
    rejected = decode(chunk).rejected
    assert len(rejected) == len(chunk.values)
    assert not any(SECRET in r.detail or "sofa" in r.detail for r in rejected)


class Known(Fingerprints):
    """Schemas by any id."""

    def __init__(self, known: dict[int, Schema]) -> None:
        self._known = known

    def id_of(self, subject: str, schema: Schema) -> int:
        raise AssertionError(subject, schema)


def changed(change: Any) -> Schema:
    """Today's touchpoint schema as another version of us might have it."""
    schema = copy.deepcopy(schemas.current("touchpoint"))
    change({field["name"]: field for field in schema["fields"]}, schema["fields"])
    return schema


def written(schema: Schema, schema_id: int, **values: Any) -> bytes:
    row = dict.fromkeys((field["name"] for field in schema["fields"]), None)
    row |= point()._asdict() | {"attributes": {}} | values
    return wire.frame(
        schema_id, Writing(schema).records([[row[f["name"]] for f in schema["fields"]]])[0]
    )


def test_a_kind_of_a_later_version_is_read_as_unknown_and_its_new_fields_are_left_alone() -> None:
    def later(by_name: Any, fields: Any) -> None:
        by_name["kind"]["type"]["symbols"].append("levitated")
        fields.insert(2, {"name": "mood", "type": ["null", "string"], "default": None})

    value = written(changed(later), 9, kind="levitated", mood="sunny")
    for count in (1, 30):
        decoded = decode(chunk_of([value] * count, [b"c-1"] * count), Known({9: changed(later)}))
        assert decoded.rejected == []
        assert without_fingerprints(decoded.rows) == [point(kind="unknown")] * count


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ({"type": "fixed", "name": "Hash", "size": 2}, b"ab"),
        ("bytes", b"ab"),
        ({"type": "array", "items": "string"}, ["a"]),
        ({"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}, b"ab"),
    ],
)
def test_a_new_field_of_a_type_the_fast_path_cannot_read_is_left_alone_too(
    type_: Any, value: Any
) -> None:
    schema = changed(lambda _, fields: fields.insert(0, {"name": "new", "type": type_}))
    record = written(schema, 9, new=value)
    decoded = decode(chunk_of([record] * 30, [b"c-1"] * 30), Known({9: schema}))
    assert without_fingerprints(decoded.rows) == [point()] * 30


def test_fields_an_earlier_version_lacked_take_their_defaults() -> None:
    def earlier(by_name: Any, fields: Any) -> None:
        for name in ("public", "attributes", "channel", "case_id"):
            fields.remove(by_name[name])

    schema = changed(earlier)
    decoded = decode(chunk_of([written(schema, 9)] * 12, [b"c-1"] * 12), Known({9: schema}))
    assert without_fingerprints(decoded.rows) == [point(channel="other")] * 12


def test_numbers_a_writer_holds_in_a_smaller_type_are_read() -> None:
    def smaller(by_name: Any, _: Any) -> None:
        by_name["amount_minor"]["type"] = ["null", "int"]
        by_name["score"]["type"] = ["null", "int"]
        by_name["product"]["type"] = ["bytes", "null"]

    schema = changed(smaller)
    value = written(schema, 9, amount_minor=5, score=3, product=b"sofa")
    decoded = decode(chunk_of([value] * 12, [b"c-1"] * 12), Known({9: schema}))
    assert decoded.rows[0].score == 3.0
    assert isinstance(decoded.rows[0].score, float)
    assert (decoded.rows[0].amount_minor, decoded.rows[0].product) == (5, "sofa")


def test_a_field_that_was_renamed_is_found_by_its_alias() -> None:
    older = changed(lambda by_name, _: by_name["product"].update(name="article"))
    reader = changed(lambda by_name, _: by_name["product"].update(aliases=["article"]))
    value = written(older, 9, article="sofa")
    columns, bad = Reading(older, reader).columns([value[5:] + END])
    assert (columns["product"], bad) == (["sofa"], [])


def test_versions_in_one_chunk_are_read_each_by_its_own_schema_in_order() -> None:
    older = changed(lambda by_name, fields: fields.remove(by_name["tier"]))
    values = []
    for number in range(30):
        own = number % 3 == 0
        schema, schema_id = (older, 9) if own else (schemas.current("touchpoint"), 10)
        row = {"event_id": f"e-{number}", "occurred_at": NOW - number}
        values.append(written(schema, schema_id, **row))
    values[7] = b"noise"
    known = Known({9: older, 10: schemas.current("touchpoint")})
    decoded = decode(chunk_of(values, [b"c-1"] * 30), known)
    assert [row.event_id for row in decoded.rows] == [f"e-{n}" for n in range(30) if n != 7]
    assert list(decoded.offsets) == [100 + 2 * n for n in range(30) if n != 7]


@pytest.mark.parametrize(
    "schema",
    [
        schemas.current("alert"),
        changed(lambda by_name, fields: fields.remove(by_name["customer_id"])),
        changed(lambda by_name, _: by_name["occurred_at"].update(type="string")),
        changed(lambda by_name, _: by_name["event_id"].update(type=["null", "string"])),
        {"type": "record", "name": "Touchpoint", "fields": [{"name": "a", "type": "Nobody"}]},
    ],
    ids=["another record", "no customer", "time as text", "a null event id", "no schema at all"],
)
def test_a_schema_that_cannot_be_read_as_ours_is_told_of(schema: Schema) -> None:
    decoded = decode(chunk_of([wire.frame(9, b"any")], [b"c"]), Known({9: schema}))
    assert [str(r.reason) for r in decoded.rejected] == ["unknown_schema"]
    assert "schema id 9" in decoded.rejected[0].detail


class Fetched(Known):
    """Knows an id once it was fetched, then as today's schema."""

    def __init__(self) -> None:
        super().__init__({})
        self.asked: list[int] = []

    def at_hand(self, schema_id: int) -> Schema | Absent | None:  # type: ignore[override]
        return self._known.get(schema_id)

    async def fetch(self, schema_ids: Sequence[int]) -> None:
        self.asked += schema_ids
        self._known |= dict.fromkeys(schema_ids, schemas.current("touchpoint"))


async def test_ids_that_are_new_are_asked_for_together_and_then_read() -> None:
    ids, schema = Fetched(), schemas.current("touchpoint")
    values = [written(schema, 7 + number % 2, event_id=f"e-{number}") for number in range(4)]
    chunk = chunk_of(values, [b"c-1"] * 4)
    decoder = TouchpointDecoder(ids)
    with pytest.raises(SchemasMissing) as missing:
        decoder.decode(chunk, NOW)
    await missing.value.prepare()
    assert sorted(ids.asked) == [7, 8]
    decoded = decoder.decode(chunk, NOW)
    assert [row.event_id for row in decoded.rows] == ["e-0", "e-1", "e-2", "e-3"]
