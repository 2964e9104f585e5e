"""An outage of the chat, from the customers' words to the page of whoever is on duty, and back."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.domain.touchpoints import Touchpoint
from tests.cluster.kafka import KafkaCluster
from tests.cluster.readiness import wait_until
from tests.integration.alertmanager.receivers import Told
from tests.integration.chain.company import PARTITIONS, Company
from tests.integration.sla_topic import question, send

PAGE, OPERATORS = "/alertmanager/care", "/alertmanager/operators"
CAUSE, BURN = "CxCommonCause", "CxPromisesBurnFast"
ALL_MISSED = (
    "job_clock_channel_tier:cx_promises_missed_per_promises:ratio5m"
    '{clock="first_response", channel="chat", tier="vip"} == 1'
)
CUSTOMERS = [f"waiting-{number}" for number in range(40)]


@pytest.fixture
def company(kafka: KafkaCluster, prefix: str, tmp_path: Path) -> Iterator[Company]:
    with Company(kafka, prefix, tmp_path) as running:
        yield running


def test_an_outage_of_the_chat_pages_with_its_cause_alone_and_resolves_itself(
    company: Company,
) -> None:
    assert wait_until(lambda: scraped(company) == {"cx-worker", "cx-pager"}, 60.0, lambda: True)
    company.open_shop()
    vips = [a_vip(customer) for customer in CUSTOMERS]
    asked = [question(customer, now_ms()) for customer in CUSTOMERS]
    send(company.kafka.bootstrap, company.topic, [*vips, *asked], PARTITIONS)

    page = company.receivers.await_one(lambda told: is_cause(told, "firing", "warning"))
    (cause,) = page.alerts
    assert (cause["labels"]["dimension"], cause["labels"]["value"]) == ("channel", "chat")
    assert "share one cause: channel chat" in cause["annotations"]["summary"]
    runbook = cause["annotations"]["runbook_url"]
    assert runbook == "https://wiki.example.com/runbooks/common-cause.md"
    assert cause["annotations"]["dashboard_url"].startswith("https://grafana.example.com/d/cx-")
    members = missed_by_those_who_wait(company)
    company.receivers.await_one(lambda told: is_cause(told, "firing", "critical"))
    assert wait_until(lambda: company.prometheus.instant(ALL_MISSED) != [], 90.0, lambda: True)
    paged = [told for told in company.receivers.told if told.path == PAGE]
    assert {name for told in paged for name in told.names} == {CAUSE}
    assert rings(paged) == ["warning", "critical"]
    assert len(members & standing(company)) < 10  # told before it was certain

    send(company.kafka.bootstrap, company.topic, [answer(it) for it in CUSTOMERS], PARTITIONS)
    over = company.receivers.await_one(lambda told: is_cause(told, "resolved", "critical"))
    assert over.alerts[0]["labels"]["alert_id"] == cause["labels"]["alert_id"]
    told = list(company.receivers.told)
    paged = [it for it in told if it.path == PAGE]
    assert {name for it in paged for name in it.names} == {CAUSE}
    assert rings(paged) == ["warning", "critical"]
    assert BURN not in names(company)  # what Prometheus counts was in the cause's hands
    assert company.worker.metric("cx_touchpoints_total") > 3 * len(CUSTOMERS)  # the shop's, too
    assert not [it for it in told if is_about_one_of(members, it)]


def test_what_prometheus_counts_and_finds_wrong_reaches_whoever_is_on_duty(
    company: Company,
) -> None:
    assert wait_until(lambda: scraped(company) == {"cx-worker", "cx-pager"}, 60.0, lambda: True)
    asked = [question(customer, now_ms()) for customer in CUSTOMERS]
    send(company.kafka.bootstrap, company.topic, asked, PARTITIONS)
    company.send_garbage()
    few = ALL_MISSED.replace("vip", "other")
    assert wait_until(lambda: company.prometheus.instant(few) != [], 90.0, lambda: True)
    assert wait_until(lambda: "CxDeadLetters" in names(company), 90.0, lambda: True)
    company.worker.kill()
    down = company.receivers.await_one(
        lambda told: told.path == OPERATORS and "CxWorkerDown" in told.names
    )
    assert down.alerts[0]["annotations"]["runbook_url"].endswith("/worker-down.md")
    groups = company.prometheus.get("/api/v1/rules")["data"]["groups"]
    assert {rule["health"] for group in groups for rule in group["rules"]} <= {"ok", "unknown"}


def missed_by_those_who_wait(company: Company) -> set[str]:
    """The ids of their alerts, one each."""
    company.sla.listen(lambda heard: len(ours(heard)) == len(CUSTOMERS))
    return ours(company.sla.heard)


def ours(heard: list[Any]) -> set[str]:
    return {
        it.alert.alert_id
        for it in heard
        if it.alert.customer_id in CUSTOMERS and it.alert.rule == "sla.missed"
    }


def is_cause(told: Told, status: str, severity: str) -> bool:
    """Whether somebody on duty was paged for a cause."""
    return (
        told.path == PAGE
        and told.names == {CAUSE}
        and (status, severity)
        in {(alert["status"], alert["labels"]["severity"]) for alert in told.alerts}
    )


def is_about_one_of(members: set[str], told: Told) -> bool:
    """Whether a post, of a webhook or to Slack, tells of one by itself, not among its cause's."""
    body = str(told.body)
    return any(f"'alert_id': '{it}'" in body or f"alert {it}" in body for it in members)


def rings(posts: list[Told]) -> list[str]:
    """Severities of what was new with each post: what began to fire."""
    rung, firing = list[str](), set[str]()
    for told in posts:
        now = {it["labels"]["severity"] for it in told.alerts if it["status"] == "firing"}
        rung += sorted(now - firing)
        firing = now
    return rung


def scraped(company: Company) -> set[str]:
    """The jobs that Prometheus has heard of: what comes from then on is news to it."""
    return {it["metric"]["job"] for it in company.prometheus.instant("up == 1")}


def standing(company: Company) -> set[str | None]:
    """The ids of the alerts that Alertmanager has."""
    return {alert["labels"].get("alert_id") for alert in company.alertmanager.alerts()}


def names(company: Company) -> set[str]:
    """The names of the alerts that Alertmanager has."""
    return {alert["labels"]["alertname"] for alert in company.alertmanager.alerts()}


def a_vip(customer: str) -> Touchpoint:
    """Single alerts of such a one would page."""
    who = (0, f"vip-{customer}", customer, "tier_changed", "other", "system", now_ms())
    return Touchpoint(*who, tier="vip")


def answer(customer: str) -> Touchpoint:
    """Somebody writes back at last."""
    return Touchpoint(
        *(0, f"reply-{customer}", customer, "message", "chat", "agent", now_ms()),
        case_id=f"case-{customer}",
        agent_id="agent-1",
    )


def now_ms() -> int:
    return time.time_ns() // 1_000_000
