"""`cxstreams rules`: printed, written, compared."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from streams.cli.main import app

Say = Callable[..., Result]
FILES = ["recording.yml", "slo.yml", "surveys.yml", "health.yml"]
POLICY = '[[rules]]\nname = "desk"\nfirst_response = "1h"\n[objectives]\nfirst_response = "90%"\n'


@pytest.fixture
def say() -> Say:
    def run(*arguments: object, **settings: str) -> Result:
        environment = {"COLUMNS": "200", "NO_COLOR": "1", "CX_POLICY": None, **settings}
        return CliRunner(env=environment).invoke(app, ["rules", *map(str, arguments)])

    return run


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    return path


def test_without_a_word_all_files_are_printed(say: Say) -> None:
    result = say()
    assert result.exit_code == 0
    assert [line[2:] for line in result.stdout.splitlines() if line[2:] in FILES] == FILES
    assert len(list(yaml.safe_load_all(result.stdout))) == len(FILES)


def test_programs_have_them_as_one_object(say: Say, policy: Path) -> None:
    files = json.loads(say("--json", "--policy", policy).stdout)
    assert [*files] == FILES
    assert {rule["labels"]["clock"] for rule in files["slo.yml"]["groups"][0]["rules"]} == {
        "first_response"
    }


def test_an_operator_has_all_of_them_in_one_object_of_its_release(say: Say, policy: Path) -> None:
    told = "--policy", policy, "--json"
    files = json.loads(say(*told).stdout)
    (made,) = json.loads(say(*told, "--operator", "watch").stdout).values()
    assert (made["kind"], made["metadata"]["labels"]) == ("PrometheusRule", {"release": "watch"})
    assert made["spec"]["groups"] == [g for content in files.values() for g in content["groups"]]


def test_the_object_that_was_written_is_found_the_same(
    say: Say, policy: Path, tmp_path: Path
) -> None:
    told = "--policy", policy, "--operator", "watch"
    assert say(*told, "--out", tmp_path).exit_code == 0
    assert [path.name for path in tmp_path.glob("*.y*ml")] == ["rules.yaml"]
    assert say(*told, "--check", tmp_path).exit_code == 0
    policy.write_text(POLICY.replace("90%", "99%"))
    assert say(*told, "--check", tmp_path).exit_code == 1


def test_the_setting_names_the_policy_too(say: Say, policy: Path) -> None:
    assert say(CX_POLICY=str(policy)).stdout == say("--policy", policy).stdout != say().stdout


def test_what_was_written_is_found_the_same(say: Say, policy: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deploy" / "rules"
    assert say("--policy", policy, "--out", folder).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert say("--policy", policy, "--check", folder).exit_code == 0


def test_a_changed_target_is_found(say: Say, policy: Path, tmp_path: Path) -> None:
    say("--policy", policy, "--out", tmp_path / "rules")
    policy.write_text(POLICY.replace("90%", "99%"))
    result = say("--policy", policy, "--check", tmp_path / "rules")
    assert result.exit_code == 1
    assert f"{tmp_path / 'rules' / 'slo.yml'} is not what the policy says" in result.stderr


def test_a_missing_file_is_found(say: Say, tmp_path: Path) -> None:
    result = say("--check", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.count("is not what the policy says") == len(FILES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "a", "--check", "b"], "--out, --check and --json exclude each other"),
        (["--json", "--check", "b"], "exclude each other"),
        (["--out", "/dev/null/rules"], "--out /dev/null/rules can't be written"),
        (["--policy", "/no/such.toml"], "/no/such.toml: can't be read"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], said: str, say: Say) -> None:
    result = say(*arguments)
    assert result.exit_code == 78
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
