"""`cxstreams asyncapi` writes the contract of this deployment, and holds a file against it."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from streams.cli.main import app

ROOT = Path(__file__).parents[3]


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1", "CX_BROKER": None, "CX_PREFIX": None})


def test_the_committed_document_is_what_schemas_topics_and_default_settings_make(
    runner: CliRunner,
) -> None:
    result = runner.invoke(app, ["asyncapi", "--check", str(ROOT / "docs/asyncapi.yaml")])
    assert result.exit_code == 0, result.stderr


def test_json_and_yaml_say_the_same(runner: CliRunner) -> None:
    written = runner.invoke(app, ["asyncapi"]).stdout
    assert json.loads(runner.invoke(app, ["asyncapi", "--json"]).stdout) == yaml.safe_load(written)


def test_settings_are_in_it_and_secrets_are_not(runner: CliRunner) -> None:
    environment = {
        "CX_BROKER": "kafka://a:9093,b:9093",
        "CX_PREFIX": "shop.",
        "CX_PARTITIONS": "12",
        "CX_SECURITY_PROTOCOL": "SASL_SSL",
        "CX_SASL_MECHANISM": "SCRAM-SHA-512",
        "CX_SASL_USERNAME": "cx-worker",
        "CX_SASL_PASSWORD": "hunter2",
        "CX_SCHEMA_REGISTRY": "https://r1.example.com, https://r2.example.com",
        "CX_SCHEMA_REGISTRY_USER": "cx-reader",
        "CX_SCHEMA_REGISTRY_PASSWORD": "hunter3",
    }
    text = runner.invoke(app, ["asyncapi"], env=environment).stdout
    for private in ("hunter2", "hunter3", "cx-worker", "cx-reader"):
        assert private not in text
    made = yaml.safe_load(text)
    assert [server["host"] for server in made["servers"].values()] == ["a:9093", "b:9093"]
    registry = made["servers"]["kafka-1"]["bindings"]["kafka"]["schemaRegistryUrl"]
    assert registry == "https://r1.example.com"
    assert made["components"]["securitySchemes"]["login"]["type"] == "scramSha512"
    channel = made["channels"]["cx.alerts.sla.v1"]
    assert channel["address"] == "shop.cx.alerts.sla.v1"
    assert channel["bindings"]["kafka"]["partitions"] == 12


def test_a_file_that_differs_is_65_with_the_line_and_the_mend(
    runner: CliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "old.yaml"
    assert runner.invoke(app, ["asyncapi", "--out", str(file)]).exit_code == 0
    assert runner.invoke(app, ["asyncapi", "--check", str(file)]).exit_code == 0
    file.write_text(file.read_text().replace("title: cx-streams", "title: other"))
    result = runner.invoke(app, ["asyncapi", "--check", str(file)])
    assert result.exit_code == 65
    assert "line 3: there stands 'title: other'" in result.stderr
    assert f"cxstreams asyncapi --out {file}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "a", "--check", "b"], "--out and --check exclude each other"),
        (["--out", "/no/such/place/a.yaml"], "can't be written"),
        (["--check", "/no/such/place/a.yaml"], "can't be read"),
    ],
)
def test_wrong_options_are_named(arguments: list[str], words: str, runner: CliRunner) -> None:
    result = runner.invoke(app, ["asyncapi", *arguments])
    assert result.exit_code == 78
    assert words in result.stderr
