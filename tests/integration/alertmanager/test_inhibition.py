"""What stands for what: one page where one thing has gone wrong, by the real Alertmanager."""

from typing import Any

from tests.cluster.watchers import Alertmanager
from tests.integration.alertmanager.notices import notice, now_ms, of_pager, post
from tests.integration.alertmanager.receivers import Receivers, Told
from tests.integration.alertmanager.shipped import TOKEN
from tests.integration.rules.promtool import DEPLOYED, Key, alerts, load

CARE, OPERATORS = "/alertmanager/care", "/alertmanager/operators"


def burn(speed: str, severity: str, clock: str = "first_response", **labels: str) -> Any:
    """An objective of promises, with the labels that the shipped rules give it."""
    name = f"CxPromisesBurn{speed}"
    rules = alerts(load(DEPLOYED / "rules" / "slo.yml"))
    given = rules[Key(name, clock)]["labels"] | {"severity": severity, "deployment": "cx-streams"}
    return notice(name, **given | labels)


def single(alert_id: str, **labels: str) -> Any:
    """A critical miss of a customer's promise, with every label such a one has."""
    every = {"channel": "chat", "tier": "vip", "stage": "support", "product": "kettle"}
    every |= {"reason": "first_response", "policy": "v1", "clock": "first_response"}
    return of_pager("CxPromiseMissed", "critical", alert_id=alert_id, **every | labels)


async def test_a_stalled_feed_is_one_page_and_its_misses_are_told_once_it_is_back(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    stalled = of_pager("CxFeedStalled", alert_id="f-1", channel="chat")
    await post(
        alertmanager,
        stalled,
        of_pager("CxFeedStalled", alert_id="f-2", channel="chat"),  # of another partition
        single("m-chat", channel="chat"),
        single("m-email", channel="email"),
    )
    page = receivers.await_one(lambda told: told.path == OPERATORS)
    assert {alert["labels"]["alert_id"] for alert in page.alerts} == {"f-1", "f-2"}
    assert page.login == f"Bearer {TOKEN}"
    receivers.await_one(lambda told: told.path == CARE and _id(told) == "m-email")
    assert _state(alertmanager, "m-chat") == "suppressed"
    assert not any(told.path == CARE and _id(told) == "m-chat" for told in receivers.told)

    back = [stalled, of_pager("CxFeedStalled", alert_id="f-2", channel="chat")]
    await post(alertmanager, *(it.ended(now_ms()) for it in back))
    receivers.await_one(lambda told: told.path == CARE and _id(told) == "m-chat")


async def test_a_common_cause_is_one_page_that_tells_when_it_is_over(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    cause = of_pager(
        "CxCommonCause",
        "critical",
        alert_id="c-1",
        dimension="channel",
        value="chat",
        channel="chat",
    )
    await post(
        alertmanager,
        cause,
        *(single(f"m-{number}") for number in range(100)),
        burn("Fast", "critical", channel="chat", tier="vip"),
        single("other", channel="email"),
    )
    page = receivers.await_one(lambda told: told.path == CARE and "CxCommonCause" in told.names)
    assert (page.body["status"], len(page.alerts)) == ("firing", 1)
    receivers.await_one(lambda told: told.path == CARE and _id(told) == "other")
    await post(alertmanager, cause.ended(now_ms()))
    receivers.await_one(
        lambda told: (
            "CxCommonCause" in told.names and told.body["status"] == "resolved"
            if told.path == CARE
            else False
        )
    )


async def test_a_cause_silences_who_shares_its_values_and_nobody_else(
    alertmanager: Alertmanager,
) -> None:
    values = {"channel": "chat", "stage": "support", "tier": "vip"}
    values |= {"product": "kettle", "reason": "first_response"}
    for name, value in values.items():
        about = {"dimension": name, "value": value, name: value}
        cause = of_pager("CxCommonCause", alert_id="cause", **about)
        other = single("other", **{name: "other"})
        await post(alertmanager, cause, single("member"), other)
        assert _state(alertmanager, "member") == "suppressed", name
        assert _state(alertmanager, "other") == "active", name
        over = [cause, single("member"), other]
        await post(alertmanager, *(it.ended(now_ms()) for it in over))


async def test_a_cause_of_a_channel_a_tier_or_a_reason_silences_the_objectives_there(
    alertmanager: Alertmanager,
) -> None:
    there = burn("Fast", "critical", channel="chat", tier="vip")
    elsewhere = burn("Fast", "critical", "next_response", channel="email", tier="normal")
    values = {"channel": "chat", "tier": "vip", "reason": "first_response"}
    for name, value in values.items():
        about = {"dimension": name, "value": value, name: value}
        cause = of_pager("CxCommonCause", alert_id="cause", **about)
        await post(alertmanager, cause, there, elsewhere)
        assert _states(alertmanager) == {
            ("CxCommonCause", "cause"): "active",
            ("CxPromisesBurnFast", "vip"): "suppressed",
            ("CxPromisesBurnFast", "normal"): "active",
        }, name
        await post(alertmanager, *(it.ended(now_ms()) for it in (cause, there, elsewhere)))


async def test_a_stalled_feed_silences_what_prometheus_says_of_its_channel_alone(
    alertmanager: Alertmanager,
) -> None:
    worker = {"job": "cx-worker", "severity": "warning"}
    await post(
        alertmanager,
        of_pager("CxFeedStalled", alert_id="f", channel="chat"),
        notice("CxFeedSilent", channel="chat", **worker),
        notice("CxFeedSilent", channel="email", **worker),
    )
    assert _states(alertmanager) == {
        ("CxFeedStalled", "f"): "active",
        ("CxFeedSilent", "chat"): "suppressed",
        ("CxFeedSilent", "email"): "active",
    }


async def test_a_cause_that_wakes_nobody_silences_nobody(alertmanager: Alertmanager) -> None:
    cause = {"dimension": "channel", "value": "chat", "channel": "chat"}
    await post(
        alertmanager,
        of_pager("CxCommonCause", "info", alert_id="cause", **cause),
        single("member"),
    )
    assert _state(alertmanager, "member") == "active"


async def test_the_graver_word_silences_the_lesser_on_the_same_thing_alone(
    alertmanager: Alertmanager,
) -> None:
    await post(
        alertmanager,
        single("m-1", channel="email"),
        of_pager("CxChurnRisk", "warning", alert_id="m-1"),
        of_pager("CxChurnRisk", "warning", alert_id="m-2", channel="email"),
        burn("Fast", "critical", channel="chat", tier="vip"),
        burn("Slow", "critical", channel="chat", tier="vip"),
        burn("Ticket", "warning", channel="chat", tier="vip"),
        burn("Ticket", "warning", channel="chat", tier="normal"),
    )
    assert _states(alertmanager) == {
        ("CxPromiseMissed", "m-1"): "active",
        ("CxChurnRisk", "m-1"): "suppressed",
        ("CxChurnRisk", "m-2"): "active",
        ("CxPromisesBurnFast", "vip"): "active",
        ("CxPromisesBurnSlow", "vip"): "suppressed",
        ("CxPromisesBurnTicket", "vip"): "suppressed",
        ("CxPromisesBurnTicket", "normal"): "active",
    }


async def test_a_worker_that_is_gone_silences_what_follows_and_not_what_does_not(
    alertmanager: Alertmanager,
) -> None:
    worker = {"job": "cx-worker", "deployment": "cx-streams"}
    await post(
        alertmanager,
        notice("CxWorkerDown", severity="critical", instance="a:9102", **worker),
        notice("CxLagGrowing", severity="warning", **worker),
        notice("CxRecoveryLong", severity="warning", instance="b:9102", **worker),
        notice("CxNoProgress", severity="critical", instance="b:9102", **worker),
        notice("CxDeadLetters", severity="warning", **worker),
        burn("Fast", "critical", channel="phone", tier="vip", job="cx-worker"),
        of_pager("CxFeedStalled", alert_id="f", channel="phone"),
        notice("CxFeedSilent", severity="warning", channel="phone", **worker),
    )
    assert {name: state for (name, _), state in _states(alertmanager).items()} == {
        "CxWorkerDown": "active",
        "CxLagGrowing": "suppressed",
        "CxRecoveryLong": "suppressed",
        "CxNoProgress": "active",
        "CxDeadLetters": "active",
        "CxPromisesBurnFast": "suppressed",
        "CxFeedStalled": "active",
        "CxFeedSilent": "suppressed",
    }


def _id(told: Told) -> str | None:
    return told.alerts[0]["labels"].get("alert_id") if len(told.alerts) == 1 else None


def _is_over(told: Told, name: str) -> bool:
    return name in told.names and told.body["status"] == "resolved"


def _state(alertmanager: Alertmanager, alert_id: str) -> str:
    [alert] = alertmanager.alerts(filter=f'alert_id="{alert_id}"')
    return str(alert["status"]["state"])


def _states(alertmanager: Alertmanager) -> dict[tuple[str, str], str]:
    """By name, and by id, tier or channel."""
    named = ("alert_id", "tier", "channel")
    return {
        (
            it["labels"]["alertname"],
            next((it["labels"][name] for name in named if name in it["labels"]), ""),
        ): it["status"]["state"]
        for it in alertmanager.alerts()
    }
