"""`cxstreams schemas`, towards a registry that is there, isn't, or isn't one."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from streams.adapters.registry.subjects import SUBJECTS
from streams.cli.main import app
from tests.unit.adapters.registry.tiny import TinyRegistry, served

Say = Callable[..., Result]


@pytest.fixture
def tiny() -> Iterator[TinyRegistry]:
    with served(TinyRegistry()) as up:
        yield up


@pytest.fixture
def say(tiny: TinyRegistry) -> Say:
    def run(*arguments: str, **settings: str) -> Result:
        environment = {"COLUMNS": "200", "NO_COLOR": "1", "CX_SCHEMA_REGISTRY": tiny.url}
        return CliRunner(env=environment | settings).invoke(app, ["schemas", *arguments])

    return run


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_what_is_registered_is_found_the_same_by_people_and_programs(say: Say) -> None:
    assert say("register").exit_code == 0
    checked = say("check")
    assert checked.exit_code == 0
    assert checked.stdout.count("FULL_TRANSITIVE") == len(SUBJECTS)
    assert checked.stderr == ""
    assert {row["state"] for row in lines(say("check", "--json"))} == {"same"}


def test_what_lacks_is_said_with_the_mend_and_is_no_failure(say: Say) -> None:
    result = say("check")
    assert result.exit_code == 0
    assert result.stdout.count("missing") == len(SUBJECTS)
    assert "cxstreams schemas register" in result.stderr


def test_what_a_worker_would_fail_of_ends_with_65(say: Say) -> None:
    result = say("check", "--json", CX_REGISTER_SCHEMAS="false")
    assert result.exit_code == 65
    assert sum(row["fails"] for row in lines(result)) == 7
    assert result.stderr.startswith(
        "error: 7 of 9 subjects can't stay so; cx.alerts.churn.v1-value"
    )
    assert result.stderr.count("\n") == 1


def test_an_incompatible_version_is_shown_by_its_number(say: Say, tiny: TinyRegistry) -> None:
    tiny.add("p.cx.outcomes.v1-value", '"string"')
    result = say("check", "--prefix", "p.")
    assert result.exit_code == 65
    assert "p.cx.outcomes.v1-value: version 1: it is no record\n" in result.stdout


def test_without_a_registry_the_setting_is_named(say: Say) -> None:
    for command in ("check", "register"):
        result = say(command, CX_SCHEMA_REGISTRY="")
        assert result.exit_code == 78
        assert "CX_SCHEMA_REGISTRY" in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_registry_that_is_down_ends_with_69_and_one_error(say: Say, tiny: TinyRegistry) -> None:
    tiny.instead = 503, b""
    result = say("check", "--timeout", "0.1")
    assert result.exit_code == 69
    assert "can't answer (503" in result.stderr.splitlines()[-1]
    assert "CX_SCHEMA_REGISTRY" in result.stderr.splitlines()[-1]


def test_wrong_credentials_end_with_77_without_the_password(say: Say, tiny: TinyRegistry) -> None:
    tiny.instead = 401, b""
    login = {"CX_SCHEMA_REGISTRY_USER": "cx", "CX_SCHEMA_REGISTRY_PASSWORD": "hush"}
    result = say("check", **login)
    assert result.exit_code == 77
    assert "CX_SCHEMA_REGISTRY_PASSWORD" in result.stderr
    assert "hush" not in result.output
