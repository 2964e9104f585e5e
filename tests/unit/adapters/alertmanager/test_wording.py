"""An alert in Alertmanager's terms: how it is named, routed and told, and what is kept from it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.alertmanager import Wording
from streams.adapters.alertmanager.wording import NAMES, labels, runbook
from streams.domain.causes.facts import DIMENSIONS
from streams.domain.outputs import Alert, Reason

MISSED = Alert(
    alert_id="11111111-2222-5333-8444-555555555555",
    version=2,
    rule="sla.missed",
    status="updated",
    customer_id="customer-zoe",
    case_id="case-zoe-7",
    raised_at=1_735_689_600_000,
    updated_at=1_735_689_700_000,
    band="critical",
    score=80,
    reasons=(Reason("first_response", 80, 302_400.0),),
    channel="chat",
    tier="vip",
    policy="2026-11",
    promise_rule="gold",
    clock="first_response",
    due_at=1_735_689_600_000,
    stage="support",
    product="kettle",
)
CHURN = MISSED._replace(
    rule="churn_risk",
    clock=None,
    due_at=None,
    promise_rule=None,
    policy=None,
    band="high",
    reasons=(Reason("unanswered", 35, 3e5), Reason("complaint", 25, 1.0)),
)
STALLED = MISSED._replace(
    rule="feed.stalled",
    customer_id="",
    case_id=None,
    tier="other",
    band="high",
    reasons=(Reason("silent_feed", 60, 720.0),),
    clock=None,
    due_at=None,
    promise_rule=None,
    stage=None,
    product=None,
)
CAUSE = STALLED._replace(
    rule="cx.common_cause",
    channel="other",
    reasons=(),
    affected=1_204,
    share=0.824,
    shared=(("tier", "vip"), ("channel", "chat")),
    members=tuple(f"m-{number}" for number in range(12)),
)
TIMES = {"starts_at_ms": 0, "ends_at_ms": 9}
EVERY = {"missed": MISSED, "churn": CHURN, "stalled": STALLED, "cause": CAUSE}


def test_a_missed_promise_is_known_by_whom_it_was_made_to_and_when() -> None:
    assert labels(MISSED) == {
        "alertname": "CxPromiseMissed",
        "alert_id": MISSED.alert_id,
        "rule": "sla.missed",
        "severity": "critical",
        "source": "cx-pager",
        "policy": "2026-11",
        "clock": "first_response",
        "channel": "chat",
        "tier": "vip",
        "stage": "support",
        "product": "kettle",
        "reason": "first_response",
    }


def test_what_has_changed_since_it_began_to_stand_is_told_under_the_labels_it_began_with() -> None:
    moved = CHURN._replace(version=3, channel="email", tier="normal", reasons=CHURN.reasons[1:])
    notice = Wording().notice(moved, CHURN, **TIMES)
    assert notice.labels == labels(CHURN)
    assert notice.annotations["summary"].endswith("last on email, tier normal.")
    assert "unanswered" not in notice.annotations["description"]


def test_a_feed_is_of_a_channel_and_of_no_tier() -> None:
    known = labels(STALLED)
    assert (known["alertname"], known["channel"]) == ("CxFeedStalled", "chat")
    assert not {"tier", "stage", "product", "reason", "clock"} & known.keys()


def test_a_common_cause_is_known_by_its_fact_alone_whatever_else_its_members_come_to_share() -> (
    None
):
    known = labels(CAUSE)
    dimension, value = (CAUSE.shared or ())[0]
    assert (known["dimension"], known["value"]) == (dimension, value)
    assert {name: known[name] for name in DIMENSIONS if name in known} == {dimension: value}
    assert known == labels(CAUSE._replace(shared=((dimension, value),)))


@pytest.mark.parametrize(
    ("alert", "summary", "description"),
    [
        (
            MISSED,
            "First response is overdue on chat, tier vip.",
            (
                "Raised at 2025-01-01 00:00 UTC. It was due at 2025-01-01 00:00 UTC. "
                "Promised by rule gold of policy 2026-11. Reasons: first response 3.5 d +80."
            ),
        ),
        (
            MISSED._replace(rule="sla.warned"),
            "First response is at risk on chat, tier vip.",
            (
                "Raised at 2025-01-01 00:00 UTC. It is due at 2025-01-01 00:00 UTC. "
                "Promised by rule gold of policy 2026-11. Reasons: first response 3.5 d +80."
            ),
        ),
        (
            CHURN,
            "A customer may leave: risk 80 of 100, last on chat, tier vip.",
            "Raised at 2025-01-01 00:00 UTC. Reasons: unanswered 3.5 d +35, complaint +25.",
        ),
        (
            STALLED,
            "Nothing has been heard from chat for 12 min.",
            (
                "Raised at 2025-01-01 00:00 UTC. "
                "Until it speaks again nobody can tell which promises on it are missed. "
                "Reasons: silent feed +60."
            ),
        ),
        (
            CAUSE,
            "1,204 customers share one cause: tier vip, channel chat.",
            (
                "Raised at 2025-01-01 00:00 UTC. They are 82 % of the alerts of that time. "
                "Among them: m-0 m-1 m-2 m-3 m-4 m-5 m-6 m-7 m-8 m-9."
            ),
        ),
        (
            CHURN._replace(rule="loop.late", reasons=()),
            "The rule loop.late has something to say about chat, tier vip.",
            "Raised at 2025-01-01 00:00 UTC.",
        ),
    ],
    ids=["missed", "warned", "churn", "stalled", "cause", "unknown"],
)
def test_people_read_plain_sentences(alert: Alert, summary: str, description: str) -> None:
    said = Wording().notice(alert, **TIMES).annotations
    assert (said["summary"], said["description"]) == (summary, description)


@pytest.mark.parametrize(
    ("band", "severity"),
    [
        ("critical", "critical"),
        ("high", "warning"),
        ("elevated", "info"),
        ("low", "info"),
        ("unknown", "warning"),
    ],
)
def test_severity_follows_the_band_and_one_not_known_is_not_overlooked(
    band: str, severity: str
) -> None:
    assert labels(MISSED._replace(band=band))["severity"] == severity


def test_a_rule_of_a_newer_release_is_told_too() -> None:
    notice = Wording().notice(MISSED._replace(rule="sla.doubled"), **TIMES)
    assert notice.labels["alertname"] == "CxAlert"
    assert notice.annotations["runbook_url"] == "docs/runbooks/alert.md"


@pytest.mark.parametrize("alert", [MISSED, CHURN], ids=["missed", "churn"])
def test_who_the_customer_is_stays_with_us_unless_allowed(alert: Alert) -> None:
    assert "zoe" not in str(Wording(dashboards="https://grafana").notice(alert, **TIMES))


def test_where_it_is_allowed_customer_and_case_are_annotations_and_never_labels() -> None:
    notice = Wording(customers=True).notice(MISSED, **TIMES)
    assert notice.annotations["customer"] == "customer-zoe"
    assert notice.annotations["case"] == "case-zoe-7"
    assert "zoe" not in str(notice.labels)
    assert "customer" not in Wording(customers=True).notice(CAUSE, **TIMES).annotations


def test_links_lead_to_the_runbook_and_to_the_dashboard_of_that_time() -> None:
    wording = Wording("https://wiki/runbooks/", "https://grafana.example.com/")
    notice = wording.notice(MISSED, **TIMES)
    assert notice.annotations["runbook_url"] == "https://wiki/runbooks/promise-missed.md"
    assert notice.annotations["dashboard_url"] == (
        "https://grafana.example.com/d/cx-response"
        "?from=1735686000000&to=now&var-channel=chat&var-tier=vip"
    )
    assert notice.generator_url == notice.annotations["dashboard_url"]
    assert "dashboard_url" not in Wording().notice(MISSED, **TIMES).annotations


def test_odd_values_stay_inside_their_link() -> None:
    odd = MISSED._replace(channel='a"&b=c 早|>')
    url = Wording(dashboards="https://grafana").notice(odd, **TIMES).annotations["dashboard_url"]
    assert re.fullmatch(r"[\w:/.?&=%-]+", url, re.ASCII)
    assert url.count("&") == 3


@given(
    st.builds(
        Alert,
        **{name: st.text() for name in ("alert_id", "rule", "customer_id", "band", "channel")},
        **{name: st.none() | st.text() for name in ("case_id", "policy", "clock", "stage")},
        status=st.sampled_from(["raised", "updated", "resolved"]),
        reasons=st.lists(
            st.builds(Reason, st.text(), st.integers(), st.none() | st.floats(allow_nan=False))
        ).map(tuple),
        raised_at=st.integers(0, 10**13),
        due_at=st.none() | st.integers(0, 10**13),
        shared=st.none() | st.lists(st.tuples(st.text(), st.text())).map(tuple),
        share=st.none() | st.floats(0, 1),
        tier=st.text(),
    )
)
def test_any_alert_can_be_worded_with_labels_that_alertmanager_takes(alert: Any) -> None:
    notice = Wording().notice(alert, **TIMES)
    for name, value in notice.labels.items():
        assert re.fullmatch("[a-z_]+", name)
        assert value


def test_runbooks_are_named_as_their_alerts() -> None:
    assert [runbook(name) for name in NAMES.values()] == [
        "promise-missed.md",
        "promise-at-risk.md",
        "churn-risk.md",
        "feed-stalled.md",
        "common-cause.md",
    ]
