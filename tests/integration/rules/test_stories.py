"""Every alert is silent, fires and is silent again, and its story would tell if it didn't."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from streams.adapters.policy_file import read_policy
from streams.monitoring.rules.burn_rates import BURNS
from tests.integration.rules.promtool import DEPLOYED, Key, alerts, dump, load, run, written
from tests.integration.rules.stories import FILES, rises_and_falls, stories, told

RULES = DEPLOYED / "rules"
POLICY = Path(__file__).parents[3] / "examples" / "policies" / "helpdesk.toml"
ALERTS = [
    pytest.param(file.name, key, id=str(key))
    for file in sorted(RULES.glob("*.yml"))
    for key in alerts(load(file))
]
NEVER, ALWAYS = "vector(0) > 1", "vector(1)"


def story_of(file: str, key: Key) -> tuple[Path, dict[str, Any]]:
    """The story in which an alert of a rule file comes and goes."""
    tests = DEPLOYED / "tests" / file.replace(".yml", ".test.yml")
    found = [story for story in stories(tests) if rises_and_falls(story, key)]
    assert found, f"no story in {tests} in which {key} is silent, fires and is silent again"
    return tests, found[0]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_all_stories_go_as_they_are_told(file: Path) -> None:
    code, printed = run("test", "rules", file)
    assert code == 0, printed


@pytest.mark.parametrize(("file", "key"), ALERTS)
@pytest.mark.parametrize("broken", [NEVER, ALWAYS], ids=["never", "always"])
def test_a_story_fails_when_its_alert_never_or_always_fires(
    file: str, key: Key, broken: str, tmp_path: Path
) -> None:
    tests, story = story_of(file, key)
    rules = shutil.copytree(RULES, tmp_path / "rules")
    content = load(rules / file)
    rule = alerts(content)[key]
    rule["expr"] = broken
    rule.pop("for", None)
    dump(content, rules / file)
    code, printed = run("test", "rules", told(tests, story, rules, tmp_path / "story.yml"))
    assert code != 0
    assert "FAILED" in printed


def test_a_clock_with_a_capped_objective_has_the_same_story(tmp_path: Path) -> None:
    """Solutions, of which the built-in policy promises none, at 90 %."""
    rules = written(read_policy(POLICY).promises, tmp_path / "rules")
    retold = tmp_path / "slo.test.yml"
    text = (DEPLOYED / "tests" / "slo.test.yml").read_text()
    retold.write_text(text.replace("first_response", "resolution_full"))
    for burn in BURNS:
        key = Key(f"CxPromisesBurn{burn.speed}", "resolution_full")
        (story,) = [story for story in stories(retold) if rises_and_falls(story, key)]
        of_it = [look for look in story["promql_expr_test"] if key.alert in look["expr"]]
        story["promql_expr_test"] = [look for look in of_it if key.clock in look["expr"]]
        code, printed = run("test", "rules", told(retold, story, rules, tmp_path / "story.yml"))
        assert code == 0, printed
