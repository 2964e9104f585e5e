"""Every alert has a runbook with five sections, whose commands and queries exist."""

import re
import shlex
from pathlib import Path

import promql_parser
import pytest
from typer.main import get_command

from streams.adapters.policy_file import read_policy
from streams.cli.main import app
from streams.domain.policy.default_promises import default_promises
from streams.monitoring.rules import rule_files
from streams.monitoring.rules.rule import page_of

ROOT = Path(__file__).parents[3]
RUNBOOKS = ROOT / "docs" / "runbooks"
POLICY = ROOT / "examples" / "policies" / "helpdesk.toml"
OF_THE_PAGER = (
    *("CxCommonCause", "CxPromiseMissed", "CxPromiseAtRisk", "CxChurnRisk", "CxFeedStalled"),
    "CxAlert",
)
SECTIONS = [
    *("Meaning", "How to see it", "First three steps", "How to silence it"),
    "When it is a false alarm",
]
RULES = [
    rule
    for promises in (default_promises(), read_policy(POLICY).promises)
    for content in rule_files(promises).values()
    for group in content["groups"]
    for rule in group["rules"]
    if "alert" in rule
]
ALERTS = sorted({*OF_THE_PAGER, *(rule["alert"] for rule in RULES)})
NO_PAGES = {"README.md"}


def page(alert: str) -> str:
    return (RUNBOOKS / page_of(alert)).read_text()


def blocks(alert: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page(alert), re.DOTALL)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_how_grave_what_where_to_read_on_and_where_to_look(
    rule: dict[str, dict[str, str]],
) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert list(rule["annotations"]) == ["summary", "description", "runbook_url", "dashboard_url"]
    assert all(rule["annotations"].values())
    assert (ROOT / rule["annotations"]["runbook_url"]).is_file()
    dashboards = "overview|response|effort|journeys|churn|worker"
    assert re.match(rf"/d/cx-({dashboards})(\?|$)", rule["annotations"]["dashboard_url"])


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_has_a_page_with_five_sections_that_say_something(alert: str) -> None:
    prose = re.sub(r"```.*?```", "a block", page(alert), flags=re.DOTALL)
    title, *sections = re.split(r"^##? ", prose, flags=re.MULTILINE)[1:]
    assert title.strip() == alert
    assert [section.partition("\n")[0] for section in sections] == SECTIONS
    assert all(section.partition("\n")[2].strip() for section in sections)
    assert re.findall(r"^(\d)\. ", sections[2], re.MULTILINE) == ["1", "2", "3"]


def test_no_page_is_without_an_alert() -> None:
    pages = {path.name for path in RUNBOOKS.iterdir()} - NO_PAGES
    assert pages == {page_of(alert) for alert in ALERTS}


def test_the_index_lists_every_page_once_with_its_alert() -> None:
    listed = re.findall(
        r"^\| \[(\w+)\]\(([\w-]+\.md)\) \|", (RUNBOOKS / "README.md").read_text(), re.MULTILINE
    )
    assert sorted(listed) == [(alert, page_of(alert)) for alert in ALERTS]


@pytest.mark.parametrize("alert", ALERTS)
def test_a_silence_is_of_this_alert_ends_and_says_why(alert: str) -> None:
    said = [
        line for block in blocks(alert, "sh") for line in block.splitlines() if "amtool" in line
    ]
    assert said
    for line in said:
        words = shlex.split(line)
        assert words[:3] == ["amtool", "silence", "add"]
        assert f"alertname={alert}" in words
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert options == {"--duration", "--comment"}


@pytest.mark.parametrize("alert", ALERTS)
def test_the_commands_of_a_page_exist_with_their_options(alert: str) -> None:
    inline = re.findall(r"`(cxstreams [^`]+)`", page(alert))
    lines = [line for block in blocks(alert, "sh") for line in block.splitlines()]
    for line in [*inline, *lines]:
        words = shlex.split(line.partition(" | ")[0])
        if words[0] == "cxstreams":
            command, rest = get_command(app), words[1:]
            while rest and hasattr(command, "commands"):
                command = command.commands[rest.pop(0)]
            known = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in rest if word.startswith("--")} <= known, line


@pytest.mark.parametrize("alert", ALERTS)
def test_the_queries_of_a_page_can_be_asked(alert: str) -> None:
    for block in blocks(alert, "promql"):
        for query in re.split(r"^#.*\n", block, flags=re.MULTILINE):
            promql_parser.parse(query)
