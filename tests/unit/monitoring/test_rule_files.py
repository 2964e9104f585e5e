"""What a policy becomes: rules for what it has objectives of, and no others."""

import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from typer.testing import CliRunner

from streams.adapters.policy_file import read_policy
from streams.cli.main import app
from streams.domain.calendars import ALWAYS
from streams.domain.policy.default_promises import default_promises
from streams.domain.policy.objectives import Objectives
from streams.domain.policy.promises import CLOCKS, Promise, Promises, Rule
from streams.monitoring.rules import Links, as_yaml, rule_files
from streams.monitoring.rules.promql import literal, quoted, series

ROOT = Path(__file__).parents[3]
DEPLOYED = ROOT / "deploy" / "prometheus" / "rules"
WRITTEN = [
    line.split()[1:]
    for line in (ROOT / "Makefile").read_text().splitlines()
    if line.startswith("\t$(BIN)/cxstreams rules ")
]
"""What `make rules` says to `cxstreams`, a line each."""
HELPDESK = read_policy(ROOT / "examples" / "policies" / "helpdesk.toml").promises
STRANGE = "vip \"尊贵\" {{ .Labels }}\n\\ 'x' #1: %"
RECORDED = re.compile(r"[a-z_]+:[a-z0-9_]+:[a-z0-9_]+")


def promising(name: str = "desk", objectives: Objectives | None = None) -> Promises:
    promises = {"first_response": Promise("first_response", 5_400_000, ALWAYS)}
    return Promises("test", (Rule(name, promises=promises),), objectives=objectives)


def rules(promises: Promises, links: Links | None = None) -> list[dict[str, Any]]:
    return [
        rule
        for content in rule_files(promises, links).values()
        for group in content["groups"]
        for rule in group["rules"]
    ]


def alerts(promises: Promises, links: Links | None = None) -> list[dict[str, Any]]:
    return [rule for rule in rules(promises, links) if "alert" in rule]


@pytest.mark.parametrize("name", rule_files(default_promises()))
def test_the_deployed_files_are_those_of_the_built_in_policy(name: str) -> None:
    promises = default_promises()
    made = as_yaml(rule_files(promises)[name], promises)
    assert (DEPLOYED / name).read_text(encoding="utf-8") == made, "see `cxstreams rules --out`"


@pytest.mark.parametrize("folder", [DEPLOYED, DEPLOYED.parent / "loopback"])
def test_no_other_file_is_deployed(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {*rule_files(default_promises())}


@pytest.mark.parametrize("words", WRITTEN, ids=lambda words: words[words.index("--out") + 1])
def test_what_make_rules_writes_is_what_is_there(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    asked = ["--check" if word == "--out" else word for word in words]
    result = CliRunner(env={"CX_POLICY": None}).invoke(app, asked)
    assert result.exit_code == 0, result.stderr


def test_make_rules_writes_all_three() -> None:
    folders = [words[words.index("--out") + 1] for words in WRITTEN]
    assert folders == ["deploy/prometheus/rules", "deploy/prometheus/loopback", "deploy/kubernetes"]


def test_each_clock_with_an_objective_has_three_alerts() -> None:
    burning = [rule for rule in alerts(HELPDESK) if rule["alert"].startswith("CxPromisesBurn")]
    clocks = [rule["labels"]["clock"] for rule in burning]
    promised = ("first_response", "next_response", "resolution_full", "queue_wait")
    assert clocks == [clock for clock in promised for _ in range(3)]


def test_any_clock_can_have_one() -> None:
    made = {clock: Promise(clock, 1_000, ALWAYS) for clock in CLOCKS}
    burning = alerts(Promises("all", (Rule("all", promises=made),)))
    assert {rule["labels"].get("clock") for rule in burning} >= {*CLOCKS}


def test_without_objectives_health_is_left() -> None:
    files = rule_files(promising(objectives=Objectives()))
    assert files["slo.yml"] == {"groups": []}
    found = alerts(promising(objectives=Objectives()))
    assert found
    assert all("clock" not in rule["labels"] for rule in found)
    assert all("survey" not in rule["labels"] for rule in found)


def test_a_survey_has_an_alert_only_where_it_has_a_target() -> None:
    below = [r["alert"] for r in alerts(promising(objectives=Objectives(surveys={"nps": 30.0})))]
    assert "CxRecommendationBelowTarget" in below
    assert not {"CxSatisfactionBelowTarget", "CxEffortBelowTarget", "CxEffortBurnFast"} & {*below}


def test_the_floor_stands_in_every_judgement() -> None:
    objectives = Objectives({"first_response": 0.9}, {"ces2": 0.7, "nps": -5.0}, at_least=77)
    judged = [
        r for r in alerts(promising(objectives=objectives)) if {"clock", "survey"} & {*r["labels"]}
    ]
    assert len(judged) == 8
    assert all(">= 77" in rule["expr"] for rule in judged)
    assert all(">= 20" not in rule["expr"] for rule in judged)


@pytest.mark.parametrize("promises", [default_promises(), HELPDESK], ids=["built-in", "helpdesk"])
def test_every_expression_parses_and_asks_only_for_what_is_recorded_before(
    promises: Promises,
) -> None:
    recorded: set[str] = set()
    for rule in rules(promises):
        promql_parser.parse(rule["expr"])
        assert {*RECORDED.findall(rule["expr"])} <= recorded, rule
        if "record" in rule:
            assert RECORDED.fullmatch(rule["record"])
            assert rule["record"] not in recorded
            recorded.add(rule["record"])


def test_an_alert_says_what_was_promised_and_where_its_limit_comes_from() -> None:
    said = next(r for r in alerts(HELPDESK) if r["labels"].get("clock") == "queue_wait")
    text = said["annotations"]["description"]
    assert "Promised by rule: 1 min (live), 20 s (vip-live)." in text
    assert "Limit 90%: 4.5 times the 20% that an objective of 80% leaves." in text


def test_a_strange_name_is_text_and_no_template() -> None:
    promises = promising(STRANGE)
    content = yaml.safe_load(as_yaml(rule_files(promises)["slo.yml"], promises))
    text = content["groups"][0]["rules"][0]["annotations"]["description"]
    assert literal(STRANGE) in text
    assert "{{ .Labels" not in text.replace('{{ "{{" }}', "")


def test_a_strange_version_stays_in_its_comment() -> None:
    promises = Promises("7\ngroups: [x]", (), objectives=Objectives())
    text = as_yaml({"groups": []}, promises)
    assert yaml.safe_load(text) == {"groups": []}
    assert text.splitlines()[1].startswith("# Policy 7 groups: [x]: ")


def test_a_label_s_value_is_quoted_whatever_is_in_it() -> None:
    parsed = promql_parser.parse(series("cx_rule_promises_total", rule=STRANGE))
    assert isinstance(parsed, promql_parser.VectorSelector)
    (matcher,) = parsed.matchers.matchers
    assert matcher.value == STRANGE
    assert quoted("尊贵") == '"尊贵"'


def test_links_lead_where_one_says() -> None:
    links = Links("https://wiki/", "https://grafana")
    first = alerts(default_promises(), links)[0]["annotations"]
    assert first["runbook_url"] == "https://wiki/promises-burn-fast.md"
    assert first["dashboard_url"].startswith("https://grafana/d/cx-response?")
