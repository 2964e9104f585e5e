# ruff: noqa: RUF001  (full-width signs are how Chinese is written)
"""The client and the real Alertmanager: what is said arrives, and nothing is lost or doubled."""

import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from streams.adapters.alertmanager import Alertmanagers, Unreachable
from tests.cluster.ports import free_ports
from tests.cluster.watchers import Alertmanager
from tests.integration.alertmanager.mailbox import Mailbox
from tests.integration.alertmanager.notices import notice, now_ms, of_pager, post
from tests.integration.alertmanager.odd_alerts import ALERT, WORDING
from tests.integration.alertmanager.receivers import Receivers, is_slack
from tests.integration.alertmanager.shipped import ShippedAlertmanager

ODDITIES = {
    "quotes": ("say \"no\" and 'yes'\\", None),
    "newlines": ("one\ntwo\ttabbed", None),
    "Chinese": ("早上好，客户", None),
    "emoji and other planes": ("👩‍👩‍👧 𝕏", None),
    "angle brackets": ("<b>&amp;</b>", None),
    "what looks like a template": ("{{ .ExternalURL }}", None),
    "half a pair of UTF-16": ("a\ud83db", "a\ufffdb"),
    "bytes that are no UTF-8": (b"a\xffb".decode(errors="surrogateescape"), "a\ufffdb"),
    "commands of terminals": ("\x1b[31mred\x00", "\ufffd[31mred\ufffd"),
    "long": ("早" * 1_000, "早" * 340 + "…"),
}


@pytest.mark.parametrize(("value", "arrives"), ODDITIES.values(), ids=ODDITIES.keys())
async def test_any_text_arrives_as_it_is_or_cleaned(
    alertmanager: Alertmanager, value: str, arrives: str | None
) -> None:
    said = of_pager("CxPromiseMissed", product=value)
    await post(alertmanager, said._replace(annotations={"summary": value[:99]}))
    [alert] = alertmanager.alerts()
    assert alert["labels"]["product"] == (value if arrives is None else arrives)
    assert alert["annotations"]["summary"] in {value, arrives, "早" * 99}


async def test_one_bad_notice_is_refused_and_all_others_are_taken(
    alertmanager: Alertmanager, caplog: pytest.LogCaptureFixture
) -> None:
    counts: Counter[str] = Counter()
    notices = [of_pager("CxPromiseMissed", alert_id=str(number)) for number in range(100)]
    notices[7] = of_pager("CxPromiseMissed", alert_id="7", **{"": "zoe"})
    notices[70] = notices[70]._replace(generator_url="no URI, zoe")
    notices[71] = notices[71]._replace(labels={})
    notices[72] = notices[72]._replace(starts_at_ms=now_ms(), ends_at_ms=now_ms() - 9_999)
    told = lambda outcome, number: counts.update({outcome: number})  # noqa: E731
    async with Alertmanagers([alertmanager.url], timeout_s=30.0, told=told) as all_:
        await all_.post(notices)
    taken = {alert["labels"]["alert_id"] for alert in alertmanager.alerts()}
    assert taken == {str(n) for n in range(100)} - {"7", "70", "71", "72"}
    assert counts == {"ok": 96, "refused": 4}
    assert "refuses alert CxPromiseMissed 7 (" in caplog.text
    assert "zoe" not in caplog.text


async def test_ten_thousand_alerts_are_taken_and_told_in_one_post_of_fifty(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    every = {"channel": "chat", "tier": "vip", "policy": "v1"}
    many = (of_pager("CxChurnRisk", "critical", alert_id=str(n), **every) for n in range(10_000))
    await post(alertmanager, *many)
    assert len(alertmanager.alerts()) == 10_000
    told = receivers.await_one(
        lambda it: it.path == "/alertmanager/care" and it.body["truncatedAlerts"] == 9_950
    )
    assert len(told.alerts) == 50


async def test_posted_again_it_is_one_alert_and_ended_it_is_none(
    alertmanager: Alertmanager,
) -> None:
    said = of_pager("CxPromiseMissed", alert_id="a")
    for _ in range(3):
        await post(alertmanager, said)
    assert len(alertmanager.alerts()) == 1
    await post(alertmanager, said.ended(now_ms()))
    assert alertmanager.alerts() == []


async def test_an_alert_that_is_not_posted_again_ends_by_itself(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    said = notice("CxPagerDown", severity="critical")
    await post(alertmanager, said._replace(ends_at_ms=now_ms() + 3_000))
    receivers.await_one(lambda told: told.body["status"] == "firing")
    receivers.await_one(lambda told: told.body["status"] == "resolved")


async def test_a_warning_that_becomes_a_miss_is_one_alert_once_its_former_name_has_ended(
    alertmanager: Alertmanager,
) -> None:
    until = {"starts_at_ms": now_ms(), "ends_at_ms": now_ms() + 3_600_000}
    warned = WORDING.notice(ALERT._replace(rule="sla.warned", band="elevated"), **until)
    await post(alertmanager, warned)
    assert _names(alertmanager) == ["CxPromiseAtRisk"]
    await post(alertmanager, warned.ended(now_ms()), WORDING.notice(ALERT, **until))
    assert _names(alertmanager) == ["CxPromiseMissed"]


async def test_the_earliest_start_stays(alertmanager: Alertmanager) -> None:
    said = of_pager("CxPromiseMissed", alert_id="a")
    await post(alertmanager, said)
    [first] = alertmanager.alerts()
    await post(alertmanager, said._replace(starts_at_ms=now_ms() + 5_000))
    [second] = alertmanager.alerts()
    assert second["startsAt"] == first["startsAt"]


async def test_one_that_was_down_is_told_later_and_pages_once(
    tmp_path: Path, config: Path, mailbox: Mailbox, receivers: Receivers
) -> None:
    alertmanager = ShippedAlertmanager(tmp_path / "data", config, mailbox)
    cause = of_pager("CxCommonCause", "critical", alert_id="c-1", dimension="tier", value="vip")
    try:
        with pytest.raises(Unreachable):
            await post(alertmanager, cause)
        alertmanager.start()
        await post(alertmanager, cause)
        receivers.await_one(_pages)
        receivers.await_one(is_slack)
        # Stopped, and back again, it is told all that is open, and knows what it has said.
        alertmanager.child.terminate()
        alertmanager.child.wait()
        with pytest.raises(Unreachable):
            await post(alertmanager, cause)
        alertmanager.start()
        other = of_pager("CxCommonCause", "critical", alert_id="c-2", dimension="tier", value="all")
        await post(alertmanager, cause, other)
        receivers.await_one(lambda told: _pages(told) and "c-2" in str(told.body))
        assert sum(_pages(told) and "c-1" in str(told.body) for told in receivers.told) == 1
    finally:
        alertmanager.stop()


async def test_a_cluster_with_one_that_is_down_takes_everything(
    alertmanager: Alertmanager, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    (port,) = free_ports(1)
    urls = [f"http://127.0.0.1:{port}", alertmanager.url]
    async with Alertmanagers(urls, timeout_s=30.0, told=lambda *_: None) as all_:
        await all_.post([of_pager("CxPromiseMissed", alert_id=str(n)) for n in range(100)])
    assert len(alertmanager.alerts()) == 100
    assert f"Alertmanager http://127.0.0.1:{port} doesn't answer" in caplog.text


def _names(alertmanager: Alertmanager) -> list[str]:
    return [alert["labels"]["alertname"] for alert in alertmanager.alerts()]


def _pages(told: Any) -> bool:
    return bool(told.path == "/alertmanager/care")
