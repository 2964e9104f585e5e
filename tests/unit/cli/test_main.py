"""The command as a whole: help with examples, the version, errors in one line."""

import pytest
from typer.testing import CliRunner

from streams.cli import topics
from streams.cli.main import app
from streams.errors import BrokerUnreachable

COMMANDS = (
    *("demo", "worker", "pager", "simulate", "replay", "customer", "alerts"),
    *("rules", "asyncapi"),
)


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"})


@pytest.mark.parametrize(
    "command",
    [
        *COMMANDS,
        "topics create",
        "topics describe",
        "topics check",
        "schemas register",
        "schemas check",
        "policy check",
        "policy explain",
    ],
)
def test_the_help_of_every_command_has_an_example(command: str, runner: CliRunner) -> None:
    result = runner.invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert f"cxstreams {command} " in result.stdout.replace("\n", " ") + " "


def test_without_a_command_it_says_what_there_is(runner: CliRunner) -> None:
    result = runner.invoke(app, [])
    for command in (*COMMANDS, "topics", "schemas"):
        assert command in result.output


def test_the_version_is_said(runner: CliRunner) -> None:
    result = runner.invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith("cxstreams")


def test_an_error_is_one_line_with_the_mend_and_its_own_exit_code(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise BrokerUnreachable("nobody at a:1; start it,\n or name another")

    monkeypatch.setattr(topics, "settings_with", fail)
    result = runner.invoke(app, ["topics", "describe"])
    assert result.exit_code == BrokerUnreachable.exit_code == 69
    assert result.stderr == "error: nobody at a:1; start it, or name another\n"
    assert result.stdout == ""


def test_with_debug_an_error_keeps_its_trace(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise BrokerUnreachable("nobody")

    monkeypatch.setattr(topics, "settings_with", fail)
    result = runner.invoke(app, ["--debug", "topics", "describe"])
    assert isinstance(result.exception, BrokerUnreachable)


def test_ctrl_c_ends_with_130(runner: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(topics, "settings_with", interrupt)
    assert runner.invoke(app, ["topics", "describe"]).exit_code == 130


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--speed", "fast"], "--speed fast is neither"),
        (["--speed", "0"], "--speed 0 is neither"),
        (["--start", "yesterday"], "--start yesterday is not an instant"),
        (
            ["--out", "/no/such/place/shop.jsonl"],
            "--out /no/such/place/shop.jsonl can't be written",
        ),
        (["--out", "a.jsonl", "--broker", "b:1"], "--out and --broker exclude each other"),
    ],
)
def test_wrong_options_are_named_with_the_mend(
    arguments: list[str], words: str, runner: CliRunner
) -> None:
    result = runner.invoke(app, ["simulate", "--customers", "5", "--days", "1", *arguments])
    assert result.exit_code == 78
    assert words in result.stderr.splitlines()[-1]


def test_a_wrong_setting_names_its_key(runner: CliRunner) -> None:
    result = runner.invoke(app, ["topics", "describe"], env={"CX_PARTITIONS": "many"})
    assert result.exit_code == 78
    assert "CX_PARTITIONS" in result.stderr
