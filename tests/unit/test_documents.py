"""What the documents and the deployment files say is so."""

import re
from pathlib import Path

import pytest
import yaml

from streams.adapters.instruments import instruments
from streams.settings import Settings

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())
ALERTS = [rule for group in RULES["groups"] for rule in group["rules"] if "alert" in rule]
README = (ROOT / "README.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    lines = [line for line in README.splitlines() if line.startswith("| `CX_")]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    assert [name for name, _, _ in rows] == [f"CX_{name.upper()}" for name in Settings.model_fields]
    for (name, default, meaning), field in zip(rows, Settings.model_fields.values(), strict=True):
        assert meaning == field.description
        if name != "CX_DATA_DIR":  # it depends on the machine
            assert default == ("" if field.default in ("", None) else str(field.default))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_rule_says_how_grave_what_and_where_to_read_on(
    rule: dict[str, dict[str, str]],
) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning", "info"}
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
    assert (ROOT / rule["annotations"]["runbook_url"]).is_file()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_rule_asks_for_metrics_that_exist(rule: dict[str, str]) -> None:
    folder = Path(instruments.__file__).parent
    code = "".join(file.read_text() for file in folder.glob("*.py"))
    for name in re.findall(r"\bcx_\w+", rule["expr"]):
        assert f'"{name.removesuffix("_total")}"' in code
