"""`churn_risk`: raised from 60 points on, updated when it changes, resolved below 40."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain import customer as fold
from streams.domain.alerts import churn
from streams.domain.outputs import Alert, Output
from streams.domain.policy import DAY_MS, HOUR_MS, Policy
from streams.domain.risk.score import assess
from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import START, Story, answered, asked, case, touch

RULE = "churn_risk"


def test_one_irritation_warns_nobody() -> None:
    for single in ("complaint", "returned", "payment_failed"):
        assert Story().tell(touch(single, 0)).alerts(RULE) == []


def test_grave_ones_together_do_with_their_reasons_and_points() -> None:
    story = Story().tell(
        touch("subscription_changed", 0, reason="cancelled"), touch("complaint", HOUR_MS)
    )
    (alert,) = story.alerts(RULE)
    assert (alert.version, alert.status, alert.band, alert.score) == (1, "raised", "high", 75)
    assert [(reason.code, reason.points) for reason in alert.reasons] == [
        ("cancelled", 50),
        ("complaint", 25),
    ]
    assert alert.raised_at == alert.updated_at == START + HOUR_MS


def test_a_new_reason_a_new_band_and_a_moved_score_are_updates() -> None:
    story = Story().tell(
        touch("subscription_changed", 0, reason="cancelled"), touch("complaint", 1)
    )
    story.tell(touch("payment_failed", 2), touch("complaint", 3), touch("complaint", 4))
    assert [(it.version, it.status, it.band, it.score) for it in story.alerts(RULE)] == [
        (1, "raised", "high", 75),
        (2, "updated", "critical", 85),
        (3, "updated", "critical", 100),
    ]


def test_what_changes_nothing_is_not_said() -> None:
    story = Story().tell(
        touch("subscription_changed", 0, reason="cancelled"), touch("complaint", 1)
    )
    story.tell(touch("page_viewed", 2), touch("searched", 3), touch("purchase", 4))
    assert len(story.alerts(RULE)) == 1


def test_it_is_over_when_the_reasons_have_aged_and_a_new_one_is_a_new_alert() -> None:
    story = Story().tell(
        touch("subscription_changed", 0, reason="cancelled"), touch("complaint", DAY_MS)
    )
    story.wait_until(30 * DAY_MS - 1)
    assert len(story.alerts(RULE)) == 1
    story.wait_until(40 * DAY_MS)
    raised, resolved = story.alerts(RULE)
    assert (resolved.version, resolved.status, resolved.score) == (2, "resolved", 25)
    assert resolved.updated_at == START + 30 * DAY_MS
    assert resolved.alert_id == raised.alert_id
    story.tell(
        touch("subscription_changed", 50 * DAY_MS, reason="cancel"),
        touch("complaint", 50 * DAY_MS + 1),
    )
    again = story.alerts(RULE)[-1]
    assert (again.version, again.status) == (1, "raised")
    assert again.alert_id != raised.alert_id


def test_between_40_and_60_an_alert_stays_but_none_is_raised() -> None:
    story = Story().tell(touch("subscription_changed", 0, reason="cancelled"))
    assert story.alerts(RULE) == []
    story = Story().tell(
        touch("complaint", 0), touch("subscription_changed", DAY_MS, reason="cancelled")
    )
    story.wait_until(30 * DAY_MS + 1)
    assert [alert.status for alert in story.alerts(RULE)] == ["raised", "updated"]
    assert story.alerts(RULE)[-1].score == 50
    story.tell(touch("case_transferred", 30 * DAY_MS + 2))
    assert story.alerts(RULE)[-1].score == 55


def test_an_unanswered_wait_counts_when_its_target_passes() -> None:
    story = Story().tell(touch("complaint", 0), touch("complaint", 1), asked(2))
    story.wait_until(25 * HOUR_MS)
    (alert,) = story.alerts(RULE)
    assert alert.score == 60
    assert [reason.code for reason in alert.reasons] == ["complaint", "unanswered"]
    story.tell(answered(26 * HOUR_MS), touch("page_viewed", 27 * HOUR_MS))
    assert [it.status for it in story.alerts(RULE)] == ["raised", "updated"]


def test_silence_counts_against_the_customers_own_rhythm() -> None:
    story = Story().tell(*(touch("purchase", week * 10 * DAY_MS) for week in range(5)))
    story.tell(touch("subscription_changed", 41 * DAY_MS, reason="cancelled"))
    story.tell(asked(42 * DAY_MS), answered(43 * DAY_MS - 1))
    story.wait_until(59 * DAY_MS)
    assert story.alerts(RULE) == []
    story.wait_until(60 * DAY_MS)
    (alert,) = story.alerts(RULE)
    assert (alert.score, alert.updated_at) == (70, START + 60 * DAY_MS)
    assert alert.reasons[1]._asdict() == {"code": "silence", "points": 20, "value": 2.0}
    story.tell(touch("purchase", 61 * DAY_MS))
    assert story.alerts(RULE)[-1].score == 50


def test_a_rhythm_that_quickens_brings_silence_sooner() -> None:
    story = Story().tell(*(touch("purchase", day * DAY_MS) for day in (0, 100, 200, 201)))
    story.tell(touch("subscription_changed", 320 * DAY_MS, reason="cancelled"))
    story.wait_until(340 * DAY_MS)
    assert [it.updated_at - START for it in story.alerts(RULE)] == [(201 + 134) * DAY_MS]


def test_a_reason_more_is_said_though_it_weighs_little() -> None:
    story = Story().tell(
        touch("subscription_changed", 0, reason="cancelled"), touch("complaint", 1)
    )
    story.tell(touch("case_transferred", 2), touch("case_transferred", 3))
    assert [it.score for it in story.alerts(RULE)] == [75, 80]
    assert len(story.alerts(RULE)[-1].reasons) == 3


def test_the_latest_answer_of_a_survey_counts() -> None:
    story = Story().tell(touch("subscription_changed", 0, reason="cancelled"))
    story.tell(touch("survey_answered", 1, survey="csat", score=1.0))
    story.tell(touch("survey_answered", 2, survey="csat", score=5.0))
    assert [(it.status, it.score) for it in story.alerts(RULE)] == [("raised", 70), ("updated", 50)]


def test_cases_reopened_repeated_and_transferred_add_up() -> None:
    story = Story().tell(asked(0), case("resolved", 1), case("reopened", 2), asked(3, "K2"))
    story.tell(case("transferred", 4), touch("returned", 5), touch("complaint", 6))
    (alert,) = story.alerts(RULE)
    assert {reason.code: reason.points for reason in alert.reasons} == {
        "reopened": 15,
        "repeat_contact": 10,
        "transferred": 5,
        "returned": 8,
        "complaint": 25,
    }


def test_an_erased_customer_leaves_no_alert_open() -> None:
    story = Story().tell(
        touch("subscription_changed", 0, reason="cancelled"), touch("complaint", 1)
    )
    said = len(story.said)
    assert story.tell(touch("erased", 2, "system")).customer is None
    (last,) = story.said[said:]
    assert isinstance(last, Alert)
    assert (last.rule, last.status, last.band, last.score) == ("churn_risk", "resolved", "low", 0)
    assert (last.alert_id, last.version) == (story.alerts("churn_risk")[0].alert_id, 2)


def test_an_erased_customer_waits_no_more() -> None:
    story = Story().tell(asked(0, "K1"), touch("page_viewed", 25 * HOUR_MS))
    story.tell(touch("erased", 26 * HOUR_MS, "system"))
    assert [alert.status for alert in story.alerts("sla.missed")] == ["updated", "resolved"]


def test_whoever_comes_back_after_an_erasure_gets_alerts_of_new_names() -> None:
    grave = [("subscription_changed", "cancelled"), ("complaint", None)]
    story = Story()
    for start in (0, 10):
        story.tell(*(touch(k, start + n, reason=r) for n, (k, r) in enumerate(grave)))
        story.tell(touch("erased", start + 5, "system"))
    raised = [alert for alert in story.alerts("churn_risk") if alert.status == "raised"]
    assert len({alert.alert_id for alert in raised}) == len(raised) == 2


KINDS = ["complaint", "returned", "payment_failed", "case_reopened", "case_transferred", "purchase"]
STEP = st.tuples(
    st.sampled_from(
        [
            *(touch(kind, 0, case_id="K1") for kind in KINDS),
            *(asked(0, case_id) for case_id in ("K1", "K2", "K3")),
            *(answered(0, case_id) for case_id in ("K1", "K2", "K3")),
            *(touch("survey_answered", 0, survey="nps", score=score) for score in (0.0, 9.0)),
            *(
                touch("subscription_changed", 0, reason=reason)
                for reason in ("cancelled", "upgraded")
            ),
        ]
    ),
    st.integers(1, 20 * DAY_MS),
)


def in_time(steps: list[tuple[Touchpoint, int]]) -> list[Touchpoint]:
    at, events = START, []
    for number, (event, later) in enumerate(steps):
        at += later
        events.append(event._replace(occurred_at=at, fingerprint=number, event_id=str(number)))
    return events


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=25))
def test_sparing_the_scoring_below_the_high_band_hides_nothing(
    steps: list[tuple[Touchpoint, int]],
) -> None:
    """The alerts are those of a customer scored at every event and every passing hour."""
    policy = Policy(high=40, high_exit=25, critical=60, critical_exit=50)
    events = in_time(steps)

    def run(watch: Any) -> list[Output]:
        said: list[Output] = []
        customer: Customer | None = None
        for event in events:
            customer = fold.advance(customer, event, policy, said.append)
            watch(customer, said)
        assert customer is not None
        fold.expire(customer, "C1", events[-1].occurred_at + 100 * DAY_MS, policy, said.append)
        return said

    def always(customer: Customer, said: list[Output]) -> None:
        churn.consider(customer, "C1", customer.clock, policy, said.append)
        score, _, _, _ = assess(customer, customer.clock, policy)
        assert customer.risk_most == score

    def never(customer: Customer, said: list[Output]) -> None:
        score, _, _, _ = assess(customer, customer.clock, policy)
        assert min(100, customer.risk_most) >= score

    assert run(always) == run(never)


@pytest.mark.parametrize("hours", [1, 24 * 7])
@settings(deadline=None)
@given(st.lists(STEP, min_size=1, max_size=20))
def test_what_is_said_does_not_depend_on_how_often_timers_run(
    hours: int, steps: list[tuple[Touchpoint, int]]
) -> None:
    events = in_time(steps)
    policy = Policy(lapse_after_ms=15 * DAY_MS, high=40, high_exit=25)
    end = events[-1].occurred_at + 60 * DAY_MS
    rare: list[Output] = []
    often: list[Output] = []
    one: Customer | None = None
    two: Customer | None = None
    for event in events:
        one = fold.advance(one, event, policy, rare.append)
        if two is not None:
            for now in range(two.clock, event.occurred_at, hours * HOUR_MS):
                fold.expire(two, "C1", now, policy, often.append)
        two = fold.advance(two, event, policy, often.append)
    assert one is not None
    assert two is not None
    fold.expire(one, "C1", end, policy, rare.append)
    fold.expire(two, "C1", end, policy, often.append)
    assert rare == often
    assert one == two
