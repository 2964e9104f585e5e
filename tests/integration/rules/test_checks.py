"""promtool finds nothing wrong with what is generated and deployed, and would if there were."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.adapters.policy_file import read_policy
from streams.cli.main import app
from tests.integration.rules.promtool import DEPLOYED, check, run, written

RULES = DEPLOYED / "rules"
LOADED = DEPLOYED / "loopback"
POLICIES = sorted((Path(__file__).parents[3] / "examples" / "policies").glob("*.toml"))


@pytest.mark.parametrize("folder", [RULES, LOADED], ids=lambda path: str(path.name))
def test_the_deployed_rules_are_clean(folder: Path) -> None:
    code, printed = check(folder)
    assert code == 0, printed


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: str(path.stem))
def test_the_rules_of_an_example_are_clean(policy: Path, tmp_path: Path) -> None:
    code, printed = check(written(read_policy(policy).promises, tmp_path))
    assert code == 0, printed


def test_the_rules_of_a_policy_without_objectives_are_clean(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        '[[rules]]\nname = "desk"\nfirst_response = "1h"\n[objectives]\nfirst_response = "none"\n'
    )
    code, printed = check(written(read_policy(policy).promises, tmp_path / "rules"))
    assert code == 0, printed


def test_links_of_others_are_quoted_whatever_is_in_them(tmp_path: Path) -> None:
    link = 'https://wiki/值班 "night"\\n#1: {{ $labels.job }}/'
    told = ["rules", "--out", str(tmp_path), "--runbooks", link, "--grafana", link]
    result = CliRunner(env={"CX_POLICY": None}).invoke(app, told)
    assert result.exit_code == 0
    code, printed = check(tmp_path)
    assert code == 0, printed


@pytest.mark.parametrize(
    ("file", "sound", "broken", "said"),
    [
        ("slo.yml", ":ratio1h{", ":ratio1h{{", "could not parse expression"),
        ("slo.yml", ": first_response", ": next_response", "duplicate"),
        ("recording.yml", "sum by (job) (cx_lag", "sum by job (cx_lag", "could not parse"),
        ("recording.yml", "record: job:cx_lag_records:sum", "record: job cx", "invalid recording"),
        ("surveys.yml", "for: 10m", "for: ten", "not a valid duration"),
        ("surveys.yml", "interval: 2m", "intervall: 2m", "field intervall not found"),
        ("health.yml", "| humanize }} records behind", "| human }} records", "not defined"),
    ],
)
def test_a_planted_mistake_is_found(
    file: str, sound: str, broken: str, said: str, tmp_path: Path
) -> None:
    rules = shutil.copytree(RULES, tmp_path / "rules")
    text = (rules / file).read_text()
    assert sound in text
    (rules / file).write_text(text.replace(sound, broken))
    code, printed = check(rules)
    assert code != 0
    assert said in printed


def test_the_configuration_is_sound_and_loads_the_rules() -> None:
    code, printed = run("check", "config", DEPLOYED / "prometheus.yml")
    assert code == 0, printed
    files = [*LOADED.glob("*.yml")]
    assert files
    for file in files:
        assert f"Checking {file}" in printed


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("scrape_interval", "scrape_intervals"),
        ("type: A", "type: B"),
        ("loopback/*.yml", "broken/*.yml"),
        ('"alertmanager:9093"', '"http://alertmanager:9093"'),
    ],
)
def test_a_planted_mistake_in_the_configuration_is_found(
    sound: str, broken: str, tmp_path: Path
) -> None:
    folder = shutil.copytree(DEPLOYED, tmp_path / "prometheus")
    (folder / "broken").mkdir()
    (folder / "broken" / "rules.yml").write_text("groups: [{name: x, rules: [{alert: X}]}]\n")
    config = folder / "prometheus.yml"
    assert sound in config.read_text()
    config.write_text(config.read_text().replace(sound, broken))
    code, printed = run("check", "config", config)
    assert code != 0, printed
