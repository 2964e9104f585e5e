"""The committed dashboards are what their code makes, and nothing in them is broken."""

import copy
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana.source import links
from deploy.grafana.source.__main__ import main
from deploy.grafana.source.checks import problems
from deploy.grafana.source.files import FOLDER, differences, texts, write
from deploy.grafana.source.model import load, panels, targets
from streams.adapters.instruments.experience import BANDS, RULES, STATUSES
from streams.adapters.instruments.rates import RATES
from streams.domain.journey.stages import STAGES
from streams.domain.policy.promises import CLOCKS
from streams.domain.touchpoints import CHANNELS, SURVEYS, TIERS

ROOT = Path(__file__).parents[3]
DASHBOARDS = load(FOLDER)
UIDS = ["cx-churn", "cx-effort", "cx-journeys", "cx-overview", "cx-response", "cx-worker"]
PANELS = [
    pytest.param(panel, id=f"{dashboard['uid']}-{panel['title']}")
    for dashboard in DASHBOARDS
    for panel in panels(dashboard)
]


@pytest.fixture
def broken() -> Any:
    """A copy of the overview, to be harmed."""
    return copy.deepcopy(next(one for one in DASHBOARDS if one["uid"] == "cx-overview"))


def test_the_committed_dashboards_are_what_the_code_makes() -> None:
    assert differences() == [], "run python -m deploy.grafana.source"


def test_there_are_six_each_under_its_own_uid() -> None:
    assert sorted(dashboard["uid"] for dashboard in DASHBOARDS) == UIDS


def test_nothing_in_them_is_broken() -> None:
    assert problems(DASHBOARDS) == []


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_means_and_what_is_good(panel: dict[str, Any]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["title"]
    assert "Good: " in panel["description"]
    assert defaults["unit"]
    assert defaults["noValue"]
    assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_titles_are_unique_on_their_dashboard() -> None:
    for dashboard in DASHBOARDS:
        titles = Counter(panel["title"] for panel in panels(dashboard))
        assert not [title for title, times in titles.items() if times > 1]


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: str(one["uid"]))
def test_a_dashboard_has_its_variables_lines_and_links(dashboard: dict[str, Any]) -> None:
    names = [variable["name"] for variable in dashboard["templating"]["list"]]
    assert names[:3] == ["datasource", "job", "instance"]
    instance = dashboard["templating"]["list"][2]
    assert instance["multi"]
    assert instance["includeAll"]
    assert dashboard["graphTooltip"] == 1
    lines = [annotation["name"] for annotation in dashboard["annotations"]["list"]]
    assert lines == ["Deploys", "Starts", "Alerts"]
    (menu,) = dashboard["links"]
    assert (menu["type"], menu["tags"]) == ("dashboards", [links.TAG])
    assert menu["keepTime"]
    assert menu["includeVars"]


def test_the_menu_leads_to_all_dashboards() -> None:
    assert all(links.TAG in dashboard["tags"] for dashboard in DASHBOARDS)


def test_a_link_to_a_dashboard_leads_to_one_that_is_there() -> None:
    text = "".join(file.read_text() for file in FOLDER.glob("*.json"))
    assert set(re.findall(r"/d/([\w-]+)", text)) <= set(UIDS)


def test_every_variable_is_used() -> None:
    for dashboard in DASHBOARDS:
        text = json.dumps(dashboard)
        for variable in dashboard["templating"]["list"]:
            name = variable["name"]
            assert re.search(rf"\$\{{?{name}\b", text), f"{dashboard['uid']}: {name}"


def test_rates_look_through_windows_that_follow_the_zoom() -> None:
    for dashboard in DASHBOARDS:
        for target in targets(dashboard):
            windows = re.findall(r"\[([^\]]+)\]", target.expr)
            windows = [window for window in windows if window != "."]  # a pattern, not a window
            assert set(windows) <= {"$__rate_interval", "$__interval", "$__range"}, str(target)


def test_no_ratio_divides_by_zero() -> None:
    for dashboard in DASHBOARDS:
        for target in targets(dashboard):
            for denominator in re.findall(r" / (\S+)", target.expr):
                assert denominator.startswith(("(", "((")), str(target)
            if " / " in target.expr:
                assert " > 0)" in target.expr, str(target)
            if "histogram_quantile" in target.expr:
                assert ">= 0" in target.expr, str(target)


@pytest.mark.parametrize(
    ("slugs", "words"),
    [
        (CHANNELS, "CHANNELS"),
        (TIERS, "TIERS"),
        (STAGES, "STAGES"),
        (CLOCKS, "CLOCKS"),
        (SURVEYS, "SURVEYS"),
        (RULES, "ALERT_RULES"),
        (BANDS, "BANDS"),
        (STATUSES, "STATUSES"),
        ([name for pair in RATES.values() for name in pair if name and name != "contact"], "RATES"),
    ],
)
def test_every_value_of_a_label_has_words(slugs: tuple[str, ...], words: str) -> None:
    from deploy.grafana.source import words as catalogue

    known = getattr(catalogue, words)
    assert [slug for slug in slugs if slug not in known and slug != "new_contact"] == []


def test_an_alert_leads_to_the_runbook_its_rule_names() -> None:
    churn = next(one for one in DASHBOARDS if one["uid"] == "cx-churn")
    firing = next(panel for panel in panels(churn) if panel["title"] == "Firing now")
    (column,) = (
        override["properties"]
        for override in firing["fieldConfig"]["overrides"]
        if override["matcher"]["options"] == "Runbook"
    )
    values = {one["id"]: one["value"] for one in column}
    assert values["links"][0]["url"] == "${runbooks}/${__value.text}.md"
    shown = values["mappings"][0]["options"]
    rules = [
        rule
        for file in (ROOT / "deploy" / "prometheus").rglob("*.yml")
        for group in yaml.safe_load(file.read_text()).get("groups") or ()
        for rule in group["rules"]
        if "alert" in rule
    ]
    assert rules
    for rule in rules:
        runbook = shown[rule["alert"]]["text"]
        assert (ROOT / "docs" / "runbooks" / f"{runbook}.md").is_file()


def test_a_broken_query_is_found_with_its_dashboard_and_panel(broken: dict[str, Any]) -> None:
    panel = next(panels(broken))
    panel["targets"][0]["expr"] = "sum(rate(cx_alerts_total[5m])"
    (problem,) = problems([broken])
    assert problem.startswith(f"CX overview / {panel['title']} / A: ")


def test_an_unknown_variable_is_found(broken: dict[str, Any]) -> None:
    next(panels(broken))["targets"][0]["expr"] = 'sum(up{region="$region"})'
    assert "no variable $region" in problems([broken])[0]


@pytest.mark.parametrize(
    ("field", "said"),
    [("title", "without a title"), ("description", "without a description")],
)
def test_a_panel_that_says_nothing_is_found(broken: dict[str, Any], field: str, said: str) -> None:
    next(panels(broken))[field] = ""
    assert any(said in problem for problem in problems([broken]))


@pytest.mark.parametrize(
    ("least", "found"), [("", True), ("$step", False), ("59s", True), ("1m", False)]
)
def test_points_so_close_that_a_single_scrape_lies_between_are_found(
    broken: dict[str, Any], least: str, found: bool
) -> None:
    panel = next(panels(broken))
    panel["targets"][0] |= {"expr": "sum(increase(up[$__interval]))", "interval": least}
    said = f"CX overview / {panel['title']} / A: between points less than 1m apart"
    assert [problem.startswith(said) for problem in problems([broken])] == [True] * found


def test_a_step_to_choose_that_is_too_short_is_found(broken: dict[str, Any]) -> None:
    steps = next(one for one in broken["templating"]["list"] if one["name"] == "step")
    steps["query"] = "5s,1m"
    assert any("Alerts raised, by rule / A: between points" in one for one in problems([broken]))


def test_two_panels_on_one_place_are_found(broken: dict[str, Any]) -> None:
    first, second, *_ = panels(broken)
    second["gridPos"] = first["gridPos"]
    assert any("lies on" in problem for problem in problems([broken]))


def test_two_dashboards_with_one_uid_are_found(broken: dict[str, Any]) -> None:
    assert problems([broken, broken]) == ["uid cx-overview: 2 dashboards have it"]


def test_the_check_fails_where_a_committed_file_was_edited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path)
    assert main(["--check", "--folder", str(tmp_path)]) == 0
    edited = tmp_path / "cx-overview.json"
    edited.write_text(edited.read_text().replace("CX overview", "My overview"))
    (tmp_path / "cx-worker.json").unlink()
    (tmp_path / "mine.json").write_text("{}")
    assert main(["--check", "--folder", str(tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "cx-worker.json: missing",
        "mine.json: no code makes it",
        "cx-overview.json: other than the code makes it",
    ]


def test_a_page_of_the_customer_is_linked_only_where_there_is_one() -> None:
    assert "customer_page" not in "".join(text for _, text in texts())
    for _, text in texts("https://shop.example/customer_page/${customer}"):
        dashboard = json.loads(text)
        assert dashboard["links"][1]["url"] == "https://shop.example/customer_page/${customer}"
        assert dashboard["templating"]["list"][-1]["name"] == "customer"
        assert problems([dashboard]) == []


def test_grafana_finds_source_and_dashboards_where_they_are_mounted() -> None:
    provisioning = ROOT / "deploy" / "grafana" / "provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())[
        "datasources"
    ]
    assert (source["uid"], source["type"]) == ("prometheus", "prometheus")
    (folder,) = yaml.safe_load((provisioning / "dashboards" / "cx-streams.yml").read_text())[
        "providers"
    ]
    assert folder["options"]["path"] == "/etc/grafana/dashboards"
