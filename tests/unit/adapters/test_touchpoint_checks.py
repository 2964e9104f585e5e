"""The check of a whole chunk and the check of one touchpoint never disagree."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters.touchpoint_checks import Bounds, all_sound, fault_of
from streams.domain.touchpoints import Touchpoint
from tests.unit.adapters.examples import NOW, touchpoints

BOUNDS = Bounds(946_684_800_000, NOW)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[Touchpoint, bytes | None]:
    """A touchpoint with one or no field changed to anything its type allows, and its key."""
    touchpoint = draw(touchpoints())
    key = draw(st.sampled_from([touchpoint.customer_id.encode()] * 9 + [None]))
    changes: list[dict[str, Any]] = [
        {},
        {"event_id": ""},
        {"customer_id": draw(st.text(max_size=1))},
        {"occurred_at": draw(st.integers(-(2**62), 2**62))},
        {"amount_minor": draw(st.integers(-2, 2) | st.just(10**15 + 1))},
        {draw(st.sampled_from(["event_id", "case_id", "agent_id"])): draw(st.text(max_size=2))},
        {"case_id": "c" * draw(st.integers(511, 514))},
        {"duration_ms": draw(st.integers(-2, 2))},
        {"score": draw(st.floats(-1, 12) | st.just(float("nan")))},
        {"scale_max": draw(st.integers(0, 3))},
        {"kind": "survey_answered"},
    ]
    return touchpoint._replace(**draw(st.sampled_from(changes))), key


@settings(deadline=None, max_examples=60)
@given(st.lists(spoilt(), min_size=1, max_size=3))
def test_a_chunk_is_sound_when_each_of_its_touchpoints_is(
    chunk: list[tuple[Touchpoint, bytes | None]],
) -> None:
    rows, keys = [row for row, _ in chunk], [key for _, key in chunk]
    columns = dict(zip(Touchpoint._fields, map(list, zip(*rows, strict=True)), strict=True))
    faults = [fault_of(row, key, BOUNDS) for row, key in chunk]
    assert all_sound(columns, keys, BOUNDS) == (not any(faults))
