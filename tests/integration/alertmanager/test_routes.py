"""Who is told of what, asked of `amtool` with the shipped configuration."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.adapters.alertmanager import Notice
from streams.domain.causes.facts import DIMENSIONS
from tests.cluster.debian import amtool
from tests.integration.alertmanager.mailbox import Mailbox
from tests.integration.alertmanager.notices import of_pager, post
from tests.integration.alertmanager.receivers import Receivers
from tests.integration.alertmanager.shipped import (
    SHIPPED,
    ShippedAlertmanager,
    shipped,
    with_snippet,
)

CONFIG = SHIPPED / "alertmanager.yml"

MISSED = {"alertname": "CxPromiseMissed", "source": "cx-pager", "channel": "chat"}
CAUSE = {"alertname": "CxCommonCause", "source": "cx-pager", "dimension": "channel"}
BURN = {"clock": "first_response", "channel": "chat", "tier": "normal"}
ROUTES: dict[str, tuple[dict[str, str], str]] = {
    "critical, VIP": (MISSED | {"severity": "critical", "tier": "vip"}, "care-page"),
    "critical, normal": (MISSED | {"severity": "critical", "tier": "normal"}, "care-room"),
    "warning, VIP": (MISSED | {"severity": "warning", "tier": "vip"}, "care-room"),
    "warning, normal": (MISSED | {"severity": "warning", "tier": "normal"}, "care-room"),
    "info, VIP": (MISSED | {"severity": "info", "tier": "vip"}, "nobody"),
    "churn risk, critical, VIP": (
        {"alertname": "CxChurnRisk", "source": "cx-pager", "severity": "critical", "tier": "vip"},
        "care-page",
    ),
    "common cause, critical": (CAUSE | {"severity": "critical"}, "care-page"),
    "common cause, warning": (CAUSE | {"severity": "warning"}, "care-page"),
    "common cause, info": (CAUSE | {"severity": "info"}, "nobody"),
    "feed stalled": (
        {"alertname": "CxFeedStalled", "source": "cx-pager", "severity": "warning"},
        "operators-page",
    ),
    "unknown rule of the pager": (
        {"alertname": "CxAlert", "source": "cx-pager", "severity": "warning"},
        "care-room",
    ),
    "objective burns fast": (
        BURN | {"alertname": "CxPromisesBurnFast", "severity": "critical"},
        "care-page",
    ),
    "objective burns slowly": (
        BURN | {"alertname": "CxEffortBurnSlow", "severity": "critical"},
        "care-page",
    ),
    "objective's ticket": (
        BURN | {"alertname": "CxPromisesBurnTicket", "severity": "warning"},
        "care-tickets",
    ),
    "survey below its target": (
        {"alertname": "CxEffortBelowTarget", "severity": "warning", "survey": "ces2"},
        "care-tickets",
    ),
    "worker down": ({"alertname": "CxWorkerDown", "severity": "critical"}, "operators-page"),
    "pager down": ({"alertname": "CxPagerDown", "severity": "critical"}, "operators-page"),
    "pager stuck": ({"alertname": "CxPagerStuck", "severity": "critical"}, "operators-page"),
    "alerts lost": ({"alertname": "CxPagerDeadLetters", "severity": "critical"}, "operators-page"),
    "nobody's partitions": (
        {"alertname": "CxPartitionsUnowned", "severity": "critical"},
        "operators-page",
    ),
    "dead letters": ({"alertname": "CxDeadLetters", "severity": "warning"}, "operators"),
    "info of the machinery": ({"alertname": "CxNews", "severity": "info"}, "nobody"),
    "what nobody has thought of": ({"alertname": "DiskFull"}, "operators"),
}


def misrouted(config: Path) -> list[str]:
    """The rows of the table that go elsewhere."""
    return [name for name, (labels, who) in ROUTES.items() if not _goes_to(config, labels, who)]


def _goes_to(config: Path, labels: dict[str, str], receiver: str) -> bool:
    asked = [f"{name}={value}" for name, value in labels.items()]
    where = f"--config.file={config}"
    return _content("config", "routes", "test", where, f"--verify.receivers={receiver}", *asked)


def _content(*words: str) -> bool:
    """Whether amtool has nothing to say against it."""
    done = subprocess.run(
        [amtool(), *words], capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode == 0


def test_the_shipped_configuration_and_its_templates_are_well_formed() -> None:
    assert _content("check-config", str(CONFIG))


@pytest.mark.parametrize("snippet", ["wecom", "dingtalk"])
def test_the_snippets_are_well_formed_once_they_count(config: Path, snippet: str) -> None:
    with_snippet(config, snippet)
    assert _content("check-config", str(config))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("receiver: nobody", "receiver: anybody"),
        ("name: business-hours", "name: office-hours"),
        ("equal: [alert_id]", "equals: [alert_id]"),
        ("'severity=\"critical\"'", "'severity=critical\"'"),
    ],
)
def test_a_broken_configuration_is_found(tmp_path: Path, right: str, wrong: str) -> None:
    assert not _content("check-config", str(_with(tmp_path, right, wrong)))


def test_a_broken_template_is_found(config: Path) -> None:
    template = config.parent / "templates" / "slack.tmpl"
    template.write_text(template.read_text().replace("{{ end }}", "{{ ende }}", 1))
    assert not _content("check-config", str(config))


def test_everything_goes_to_whom_it_should() -> None:
    assert misrouted(CONFIG) == []


def test_every_rule_of_prometheus_that_is_critical_rings_and_every_other_is_told_or_shown() -> None:
    rules = {(it["alert"], it["labels"]["severity"]): it["labels"] for it in _alert_rules()}
    assert rules
    for (name, severity), labels in rules.items():
        who = _receiver(labels | {"alertname": name})
        told = {"critical": {"care-page", "operators-page"}, "info": {"nobody"}}
        assert who in told.get(severity, {"care-tickets", "operators"}), name


def _alert_rules() -> Iterator[dict[str, Any]]:
    """Those that are shipped for Prometheus."""
    for path in (SHIPPED.parent / "prometheus").rglob("*.yml"):
        for group in (yaml.safe_load(path.read_text()) or {}).get("groups", []):
            yield from (rule for rule in group["rules"] if "alert" in rule)


def _receiver(labels: dict[str, str]) -> str:
    asked = [f"{name}={value}" for name, value in labels.items()]
    line = [amtool(), "config", "routes", "test", f"--config.file={CONFIG}", *asked]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        (
            'tier="vip"',
            'tier="VIP"',
            ["critical, VIP", "churn risk, critical, VIP"],
        ),
        (
            'alertname="CxCommonCause"',
            'alertname="CommonCause"',
            ["common cause, critical", "common cause, warning"],
        ),
        ("Cx.+Burn.+|", "", ["objective burns fast", "objective burns slowly"]),
    ],
)
def test_a_wrong_route_is_found(tmp_path: Path, right: str, wrong: str, found: list[str]) -> None:
    assert set(found) <= set(misrouted(_with(tmp_path, right, wrong)))


async def test_warnings_wait_for_business_hours(
    tmp_path: Path, receivers: Receivers, mailbox: Mailbox
) -> None:
    folder = tmp_path / "alertmanager"
    config = shipped(folder, receivers, mailbox, always_open=False)
    with ShippedAlertmanager(tmp_path / "data", config, mailbox) as alertmanager:
        await post(alertmanager, _vip("warning", "the-warning"), _vip("critical", "the-page"))
        receivers.await_one(lambda told: "the-page" in str(told.body))
        # Told at the next turn of the page's group: by then the warning has had its turn.
        await post(alertmanager, _vip("critical", "the-next"))
        receivers.await_one(lambda told: "the-next" in str(told.body))
        assert not any("the-warning" in str(told.body) for told in receivers.told)
        shipped(folder, receivers, mailbox)
        alertmanager.reload()
        receivers.await_one(lambda told: "the-warning" in str(told.body))


def _vip(severity: str, alert_id: str) -> Notice:
    labels = {"channel": "chat", "tier": "vip", "clock": alert_id}
    return of_pager("CxPromiseMissed", severity, alert_id=alert_id, **labels)


def test_a_cause_of_each_dimension_has_its_rule() -> None:
    rules = yaml.safe_load(CONFIG.read_text())["inhibit_rules"]
    found = {
        matcher.split('"')[1]: rule["equal"]
        for rule in rules
        for matcher in rule["source_matchers"]
        if matcher.startswith("dimension=")
    }
    assert found == {name: [name] for name in DIMENSIONS}


def test_secrets_are_files() -> None:
    secret = {"api_url", "api_key", "auth_password", "credentials", "password", "api_secret"}
    secret |= {"routing_key", "service_key", "token", "bot_token", "webhook_url", "slack_api_url"}
    names = set(_names(yaml.safe_load(CONFIG.read_text())))
    assert not names & secret
    assert {"api_url_file", "credentials_file", "smtp_auth_password_file"} <= names


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inside in value.items():
            yield str(name)
            yield from _names(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _names(inside)


def _with(folder: Path, right: str, wrong: str) -> Path:
    """A copy of the shipped configuration with a mistake in it."""
    text = CONFIG.read_text()
    assert right in text
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    config = folder / "alertmanager.yml"
    config.write_text(text.replace(right, wrong))
    return config
