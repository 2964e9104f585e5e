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

PAGE = "/alertmanager/care"
CUSTOMERS = [f"waiting-{number}" for number in range(40)]


@pytest.fixture
def company(kafka: KafkaCluster, prefix: str, tmp_path: Path) -> Iterator[Company]:
    with Company(kafka, prefix, tmp_path) as running:
        yield running


def test_an_outage_of_the_chat_pages_once_with_its_cause_and_resolves_itself(
    company: Company,
) -> None:
    company.tell_story(days=3.0)
    wait_until(lambda: company.worker.metric("cx_lag_records") == 0, 60.0, lambda: True)
    asked = [question(customer, now_ms()) for customer in CUSTOMERS]
    send(company.kafka.bootstrap, company.topic, asked, PARTITIONS)

    page = company.receivers.await_one(lambda told: is_cause(told, "firing"))
    (cause,) = page.alerts
    assert (cause["labels"]["dimension"], cause["labels"]["value"]) == ("channel", "chat")
    assert "share one cause: channel chat" in cause["annotations"]["summary"]
    runbook = cause["annotations"]["runbook_url"]
    assert runbook == "https://wiki.example.com/runbooks/common-cause.md"
    assert cause["annotations"]["dashboard_url"].startswith("https://grafana.example.com/d/cx-")
    members = missed_by_those_who_wait(company)

    send(company.kafka.bootstrap, company.topic, [answer(it) for it in CUSTOMERS], PARTITIONS)
    over = company.receivers.await_one(lambda told: is_cause(told, "resolved"))
    assert over.alerts[0]["labels"] == cause["labels"]
    told = company.receivers.told[: company.receivers.told.index(over)]
    assert [is_cause(it, "firing") for it in told].count(True) == 1
    named = {
        alert["labels"].get("alert_id") for it in told if it.path == PAGE for alert in it.alerts
    }
    assert not named & members


def test_what_prometheus_counts_and_finds_wrong_reaches_alertmanager(company: Company) -> None:
    assert wait_until(lambda: scraped(company) == {"cx-worker", "cx-pager"}, 60.0, lambda: True)
    asked = [question(customer, now_ms()) for customer in CUSTOMERS]
    send(company.kafka.bootstrap, company.topic, asked, PARTITIONS)
    company.send_garbage()
    missed = {"clock": "first_response", "channel": "chat", "tier": "other"}
    labels = ",".join(f'{name}="{value}"' for name, value in missed.items())
    ratio = f"job_clock_channel_tier:cx_promises_missed_per_promises:ratio5m{{{labels}}} == 1"
    assert wait_until(lambda: company.prometheus.instant(ratio) != [], 90.0, lambda: True)
    assert wait_until(lambda: "CxDeadLetters" in names(company), 90.0, lambda: True)
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


def is_cause(told: Told, status: str) -> bool:
    """Whether somebody on duty was paged for a cause."""
    return (
        told.path == PAGE
        and told.names == {"CxCommonCause"}
        and {alert["status"] for alert in told.alerts} == {status}
    )


def scraped(company: Company) -> set[str]:
    """The jobs that Prometheus has heard of: what comes from then on is news to it."""
    return {it["metric"]["job"] for it in company.prometheus.instant("up == 1")}


def names(company: Company) -> set[str]:
    """The names of the alerts that Alertmanager has."""
    return {alert["labels"]["alertname"] for alert in company.alertmanager.alerts()}


def answer(customer: str) -> Touchpoint:
    """Somebody writes back at last."""
    return Touchpoint(
        *(0, f"reply-{customer}", customer, "message", "chat", "agent", now_ms()),
        case_id=f"case-{customer}",
        agent_id="agent-1",
    )


def now_ms() -> int:
    return time.time_ns() // 1_000_000
