"""The row of a state: documented position by position, and the same after a round trip."""

import json
from pathlib import Path
from typing import Any

import fastavro
import msgspec
import pytest
from fastavro.validation import validate
from hypothesis import given, settings

from streams.domain.customer import Customer, from_row, label, read_label, to_row
from streams.domain.journey.stages import STAGES
from streams.domain.policy import DAY_MS, HOUR_MS
from streams.domain.state import PRODUCTS, RARE_SLOTS, rare
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import MINUTE_MS, Story, answered, asked, case, touch
from tests.unit.domain.test_any_order import arrivals, told

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "schemas" / "customer_state.avsc").read_text(encoding="utf-8")
)


def named(schema: Any, value: Any) -> Any:
    """A row under the names of its positions, and the rows within it alike."""
    if isinstance(schema, list):
        return None if value is None else named(schema[1], value)
    if isinstance(schema, str):
        return value
    if schema["type"] == "array":
        return [named(schema["items"], item) for item in value]
    assert len(value) <= len(schema["fields"])
    value = [*value, *(field["default"] for field in schema["fields"][len(value) :])]
    return {
        field["name"]: named(field["type"], item)
        for field, item in zip(schema["fields"], value, strict=True)
    }


def eventful() -> Customer:
    """A customer with everything a row can hold."""
    story = Story()
    for number in range(8):
        at = number * HOUR_MS
        story.tell(case("opened", at, "customer", f"S{number}"))
        story.tell(case("resolved", at + MINUTE_MS, case_id=f"S{number}"))
    for number in range(70):
        story.tell(answered(20 * HOUR_MS + number, "long"))
    story.tell(
        asked(21 * HOUR_MS),
        touch("tier_changed", 21 * HOUR_MS, tier="normal"),
        touch("tier_changed", 22 * HOUR_MS, tier="vip"),
        touch("purchase", 23 * HOUR_MS, amount_minor=1999),
        touch("subscription_changed", 24 * HOUR_MS, reason="cancelled"),
        touch("complaint", 25 * HOUR_MS, product="kettle"),
        touch("page_viewed", 150 * DAY_MS),
        touch("call_queued", 151 * DAY_MS, channel="phone", case_id="long"),
        touch("call_answered", 151 * DAY_MS + 7, "agent", channel="phone", duration_ms=7),
    )
    return story.state


def test_every_position_is_documented_and_of_its_type() -> None:
    customer = eventful()
    row = named(SCHEMA, to_row(customer))
    assert validate(row, fastavro.parse_schema(SCHEMA), raise_errors=True)
    empty = [name for name, value in row.items() if value in (None, b"", [])]
    assert empty == []
    assert row["churn"] is not None
    assert row["cases"][0]["overdue"] or row["cases"][-1]["overdue"]


@given(arrivals())
@settings(max_examples=30, deadline=None)
def test_any_row_fits_the_schema_and_survives_the_changelog(
    story: tuple[list[Touchpoint], list[tuple[Touchpoint, int | None]]],
) -> None:
    customer, _ = told(story[1])
    assert validate(named(SCHEMA, to_row(customer)), fastavro.parse_schema(SCHEMA))
    packed = msgspec.msgpack.encode(to_row(customer))
    again = from_row(msgspec.msgpack.decode(packed))
    assert again == customer
    assert msgspec.msgpack.encode(to_row(again)) == packed


def test_positions_a_short_row_lacks_take_the_schemas_defaults() -> None:
    row = named(SCHEMA, to_row(from_row([])))
    for field in SCHEMA["fields"]:
        default = field["default"]
        expected = default.encode("latin-1") if field["type"] == "bytes" else default
        assert row[field["name"]] == expected, field["name"]


def test_rare_facts_written_before_a_slot_existed_are_brought_up() -> None:
    row = to_row(eventful())
    row[-1] = row[-1][:4]
    customer = from_row(row)
    assert rare(customer, PRODUCTS) is None
    assert customer.rare is not None
    assert len(customer.rare) == RARE_SLOTS


def test_short_rows_share_nothing() -> None:
    from_row([]).path.append(1)
    assert from_row([]).path == []


def test_positions_a_newer_version_added_are_left_out() -> None:
    row = to_row(eventful())
    assert from_row([*row, "from the future"]) == from_row(row)


@pytest.mark.parametrize("waiting", [False, True])
@pytest.mark.parametrize("stage", range(len(STAGES)))
def test_a_label_reads_back(stage: int, waiting: bool) -> None:
    customer = from_row([])
    customer.stage, customer.waiting = stage, 3 * waiting
    assert read_label(label(customer)) == (stage, waiting)
    assert 0 <= label(customer) < 255


def test_an_idle_customer_is_small() -> None:
    """A dozen events: some pages, a question answered and resolved, a purchase, a survey."""
    story = Story().tell(*(touch("page_viewed", at * MINUTE_MS) for at in range(6)))
    story.tell(asked(HOUR_MS), answered(2 * HOUR_MS), case("resolved", 3 * HOUR_MS))
    story.tell(touch("purchase", DAY_MS, amount_minor=4999), touch("delivered", 3 * DAY_MS))
    story.tell(touch("survey_answered", 4 * DAY_MS, survey="csat", score=5.0))
    assert len(msgspec.msgpack.encode(to_row(story.state))) <= 220
