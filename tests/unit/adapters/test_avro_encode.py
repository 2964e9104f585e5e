"""What the encoders write, the `avro` package reads."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters import schemas, wire
from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.avro_writing import Writing
from streams.adapters.schema_ids import Fingerprints
from streams.domain.touchpoints import Touchpoint
from streams.errors import SchemaError
from tests.unit.adapters.examples import oracle_bytes, oracle_touchpoint, point, touchpoints

IDS = Fingerprints.of("touchpoint")
ENCODER = TouchpointEncoder(IDS, "cx.touchpoints.v1")


@settings(deadline=None, max_examples=20)
@given(st.lists(touchpoints(), min_size=1, max_size=5))
def test_the_avro_package_reads_what_is_written(points: list[Touchpoint]) -> None:
    values = ENCODER.encode_all(points)
    assert [oracle_touchpoint(value[5:]) for value in values] == points


@settings(deadline=None, max_examples=50)
@given(touchpoints())
def test_few_and_many_are_written_alike(touchpoint: Touchpoint) -> None:
    value = ENCODER.encode(touchpoint)
    assert ENCODER.encode_all([touchpoint] * 40) == [value] * 40
    if len(touchpoint.attributes or {}) < 2:  # the block of a longer map may be cut in two ways
        assert value[5:] == oracle_bytes(touchpoint)


def test_the_header_names_todays_schema() -> None:
    schema_id = wire.schema_id(ENCODER.encode(point()))
    assert schema_id is not None
    assert IDS.writer(schema_id) == schemas.current("touchpoint")


UNFIT: Sequence[Touchpoint] = [
    point(kind="levitated"),
    point(tier="royal"),
    point(event_id=None),
    point(amount_minor=2**63),
    point(occurred_at="yesterday"),
    point(text="\ud800"),
]


@pytest.mark.parametrize("unfit", UNFIT, ids=range(len(UNFIT)))
@pytest.mark.parametrize("count", [1, 40])
def test_what_the_schema_cannot_hold_is_refused(unfit: Touchpoint, count: int) -> None:
    with pytest.raises(SchemaError, match="Touchpoint"):
        ENCODER.encode_all([unfit] * count)


def test_no_rows_are_no_records() -> None:
    assert Writing(schemas.current("measurement")).records([]) == []
