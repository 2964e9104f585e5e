"""What the kinds change beyond cases: purchases, surveys, tiers, what is unknown."""

from typing import Any

import pytest

from streams.domain.journey.stages import STAGE_OF_KIND
from streams.domain.mutators import mutators
from streams.domain.outputs import Measurement
from streams.domain.policy import HOUR_MS
from streams.domain.touchpoints import KINDS, TIERS
from tests.unit.domain.saying import START, Story, asked, touch


def test_purchases_count_and_add_up_and_each_is_measured() -> None:
    story = Story().tell(
        touch("purchase", 20, event_id="p2", amount_minor=250),
        touch("purchase", 10, event_id="p1", amount_minor=1000),
        touch("purchase", 30, event_id="p3"),
    )
    customer = story.state
    assert (customer.purchases, customer.spend_minor) == (3, 1250)
    assert (customer.first_purchase, customer.last_purchase) == (START + 10, START + 30)
    assert story.measured("purchase") == [1000.0, 250.0, None]


def test_an_answer_is_measured_on_its_surveys_own_scale() -> None:
    story = Story().tell(
        touch("survey_answered", 0, survey="csat", score=9.0, scale_min=1, scale_max=10),
        touch("survey_answered", 1, survey="nps", score=9.0),
    )
    assert (story.measured("csat"), story.measured("nps")) == ([4.0], [9.0])


@pytest.mark.parametrize(
    "fields",
    [
        {"survey": "nps", "score": 4.0, "scale_min": 1, "scale_max": 5},
        {"survey": "other", "score": 4.0},
        {"survey": None, "score": 4.0},
        {"survey": "csat", "score": None},
        {"survey": "csat", "score": 6.0},
    ],
    ids=str,
)
def test_what_is_no_answer_is_seen_and_not_measured(fields: dict[str, Any]) -> None:
    story = Story().tell(touch("survey_answered", 0, **fields))
    assert story.state.events == 1
    assert not [said for said in story.said if isinstance(said, Measurement)]


def test_the_latest_tier_counts_whatever_comes_last() -> None:
    story = Story().tell(
        touch("tier_changed", 20, "system", tier="vip"),
        touch("tier_changed", 10, "system", tier="normal"),
        touch("purchase", 30),
    )
    assert TIERS[story.state.tier] == "vip"
    assert story.said[-1].tier == "vip"


def test_kinds_unknown_and_silent_are_only_seen() -> None:
    story = Story().tell(touch("page_viewed", 0))
    silent = [kind for kind in KINDS if kind not in mutators and kind != "erased"]
    said = len(story.said)
    story.tell(*(touch(kind, at) for at, kind in enumerate(silent, 1)))
    assert story.state.events == 1 + len(silent)
    assert story.state.last_seen == START + len(silent)
    assert story.said[said:] == []


def test_no_kind_is_outside_the_list() -> None:
    assert set(mutators) <= set(KINDS)


def test_whatever_leads_into_a_stage_has_a_mutator() -> None:
    assert set(STAGE_OF_KIND) <= set(mutators)


def test_erased_customers_begin_anew() -> None:
    story = Story().tell(touch("purchase", 0), touch("erased", 1), touch("page_viewed", 2))
    assert (story.state.events, story.state.purchases) == (1, 0)


def test_the_erasure_of_nobody_leaves_nobody() -> None:
    story = Story().tell(touch("erased", 0))
    assert story.customer is None
    assert story.said == []


def test_a_touchpoint_far_in_the_future_doesnt_stop_the_present_from_counting() -> None:
    story = Story().tell(asked(0), touch("page_viewed", 10**6 * HOUR_MS))
    story.tell(touch("message", HOUR_MS, "agent", case_id="K1"))
    assert story.measured("first_response") == [3600.0]


@pytest.mark.parametrize(
    ("kind", "fields", "metric", "value"),
    [
        ("complaint", {}, "complaint", 1.0),
        ("returned", {}, "returned", 1.0),
        ("error_met", {}, "error", 1.0),
        ("delivered", {"promised_at": START + 9}, "on_time", 1.0),
        ("delivered", {"promised_at": START + 8}, "on_time", 0.0),
    ],
)
def test_what_rates_are_made_of_is_measured(
    kind: str, fields: dict[str, Any], metric: str, value: float
) -> None:
    story = Story().tell(touch(kind, 9, channel="app", **fields))
    (told,) = [said for said in story.said if isinstance(said, Measurement)]
    assert (told.metric, told.value, told.channel) == (metric, value, "app")


def test_a_delivery_is_held_against_the_latest_promise_of_a_shipping_before_it() -> None:
    story = Story().tell(
        touch("shipped", 0, promised_at=START + 50),
        touch("shipped", 20, promised_at=START + 70),
        touch("delivered", 60, "system"),
    )
    assert story.measured("on_time") == [1.0]
    story.tell(touch("shipped", 30, promised_at=START + 55))
    assert story.measured("on_time") == [0.0]
    assert [said.was.value for said in story.said if said[2] == "on_time" and said.was] == [1.0]  # type: ignore[union-attr]


def test_a_delivery_without_a_promise_is_neither_on_time_nor_late() -> None:
    assert Story().tell(touch("delivered", 0)).measured("on_time") == []
