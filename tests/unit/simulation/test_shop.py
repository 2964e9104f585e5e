"""The simulated shop: the same seed tells the same, orderly and believable story."""

from collections import Counter
from itertools import islice, pairwise
from statistics import mean

import pytest

from streams.domain.touchpoints import ACTORS, CHANNELS, KINDS, SURVEYS, TIERS, Touchpoint
from streams.simulation.opinions import SCALES
from streams.simulation.plan import DAY, HOUR, Plan
from streams.simulation.shop import Shop
from streams.simulation.truth import Truth

START = 1_735_689_600_000
PLAN = Plan(customers=1_200, days=75.0, seed=11, start_ms=START)
NOT_THIS_SHOP = {"unknown", "merged"}


@pytest.fixture(scope="module")
def told() -> tuple[list[Touchpoint], list[Truth]]:
    shop = Shop(PLAN)
    return list(shop.events()), shop.truth()


@pytest.fixture(scope="module")
def events(told: tuple[list[Touchpoint], list[Truth]]) -> list[Touchpoint]:
    return told[0]


@pytest.fixture(scope="module")
def truth(told: tuple[list[Touchpoint], list[Truth]]) -> list[Truth]:
    return told[1]


def test_the_same_seed_tells_the_same_story() -> None:
    plan = Plan(customers=80, days=20.0, seed=5, start_ms=START)
    first, second = Shop(plan), Shop(plan)
    assert list(first.events()) == list(second.events())
    assert first.truth() == second.truth()


def test_another_seed_tells_another_story_under_other_ids() -> None:
    plan = Plan(customers=80, days=5.0, seed=5, start_ms=START)
    ids = {event.event_id for event in Shop(plan).events()}
    others = list(Shop(plan._replace(seed=6)).events())
    assert others
    assert not ids & {event.event_id for event in others}


def test_there_are_no_more_customers_than_planned() -> None:
    plan = Plan(customers=50, days=1.0, seed=3, start_ms=START)
    assert len({event.customer_id for event in Shop(plan).events()}) <= 50


def test_time_never_goes_back_and_stays_within_the_plan(events: list[Touchpoint]) -> None:
    assert all(a.occurred_at <= b.occurred_at for a, b in pairwise(events))
    assert events[0].occurred_at >= PLAN.start_ms
    assert events[-1].occurred_at < PLAN.end_ms


def test_every_event_has_its_own_id(events: list[Touchpoint]) -> None:
    assert len({event.event_id for event in events}) == len(events)
    assert len({event.fingerprint for event in events}) == len(events)


def test_every_kind_the_shop_can_make_occurs(events: list[Touchpoint]) -> None:
    assert {event.kind for event in events} == set(KINDS) - NOT_THIS_SHOP


def test_words_and_scores_are_the_schemas(events: list[Touchpoint]) -> None:
    for event in events:
        assert event.channel in CHANNELS
        assert event.actor in ACTORS
        assert event.tier in TIERS
        assert event.amount_minor is None or event.amount_minor >= 0
        if event.survey is not None:
            low, high = SCALES[event.survey]
            assert event.survey in SURVEYS
            assert event.score is not None
            assert low <= event.score <= high


def test_the_mix_is_that_of_a_shop(events: list[Touchpoint]) -> None:
    share = {kind: n / len(events) for kind, n in Counter(e.kind for e in events).items()}
    assert 0.4 < share["page_viewed"] < 0.65
    assert 0.02 < share["purchase"] < 0.08
    assert 0.03 < share["message"] < 0.12
    assert 0.003 < share["survey_answered"] < 0.03
    assert share["delivered"] <= share["shipped"] <= share["purchase"]
    assert share["refunded"] <= share["returned"] < 0.2 * share["purchase"]
    assert share["call_answered"] + share["call_abandoned"] <= share["call_queued"]


def test_customers_wait_and_some_of_them_for_more_than_a_day(events: list[Touchpoint]) -> None:
    asked: dict[str, int] = {}
    waits: list[int] = []
    for event in events:
        if event.kind != "message" or event.case_id is None:
            continue
        if event.actor == "customer":
            asked.setdefault(event.case_id, event.occurred_at)
        elif event.actor == "agent" and event.public and event.case_id in asked:
            waits.append(event.occurred_at - asked.pop(event.case_id))
    waits.sort()
    assert waits[len(waits) // 2] < 2 * HOUR
    assert HOUR < waits[len(waits) * 9 // 10] < 3 * DAY
    assert waits[-1] > DAY
    assert asked, "nobody was overlooked"


def test_leavers_were_less_satisfied_and_have_a_reason(truth: list[Truth]) -> None:
    left = [person for person in truth if person.left_at is not None]
    stayed = [person for person in truth if person.left_at is None]
    assert 0.02 * len(truth) < len(left) < 0.25 * len(truth)
    assert mean(p.satisfaction_at_end for p in left) < 0.8 * mean(
        p.satisfaction_at_end for p in stayed
    )
    assert {"waiting", "late_delivery", "competitor"} <= {person.why for person in left}
    assert all(person.why is None for person in stayed)


def test_who_has_left_does_not_come_back(events: list[Touchpoint], truth: list[Truth]) -> None:
    left_at = {person.customer_id: person.left_at for person in truth if person.left_at}
    visits = {"page_viewed", "searched", "logged_in", "purchase", "self_served"}
    late = [
        e for e in events if e.kind in visits and e.occurred_at > left_at.get(e.customer_id, 2**60)
    ]
    assert late == []


def test_the_first_word_on_a_customer_is_their_tier(events: list[Touchpoint]) -> None:
    first: dict[str, Touchpoint] = {}
    for event in events:
        first.setdefault(event.customer_id, event)
    assert {event.kind for event in first.values()} == {"tier_changed"}
    assert {event.tier for event in first.values()} == {"prospect", "normal", "vip"}


def test_parcels_keep_their_promise_mostly(events: list[Touchpoint]) -> None:
    delivered = [event for event in events if event.kind == "delivered"]
    in_time = [e for e in delivered if e.promised_at is not None and e.occurred_at <= e.promised_at]
    assert 0.6 < len(in_time) / len(delivered) < 0.95


def test_the_story_is_told_while_it_happens() -> None:
    """A million customers for ten years is no reason to wait for the first hundred events."""
    plan = Plan(customers=2_000, days=3_650.0, seed=1, start_ms=START)
    shop = Shop(plan)
    assert len(list(islice(shop.events(), 100))) == 100
    assert len(shop._world.agenda) < 10 * plan.customers
