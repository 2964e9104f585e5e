"""`cxstreams schemas` and `cxstreams replay` against the real registry."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from streams.adapters import schemas
from streams.adapters.registry.subjects import SUBJECTS
from streams.embedded import EmbeddedBroker
from tests.cluster.registry import SchemaRegistry

ROOT = Path(__file__).parents[3]
Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def command(registry: SchemaRegistry, prefix: str) -> Command:
    def say(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        plain = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
        own = {"CX_SCHEMA_REGISTRY": registry.url, "CX_PREFIX": prefix, "COLUMNS": "160"}
        return subprocess.run(
            [sys.executable, "-m", "streams", *arguments],
            cwd=ROOT,
            env=plain | own | settings,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return say


def rows(result: "subprocess.CompletedProcess[str]") -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_registered_is_what_check_finds_and_confluents_client_too(
    command: Command, client: SchemaRegistryClient, prefix: str
) -> None:
    assert {row["state"] for row in rows(command("schemas", "check", "--json"))} == {"missing"}
    registered = command("schemas", "register")
    assert registered.returncode == 0, registered.stderr
    assert registered.stdout.count("FULL_TRANSITIVE") == len(SUBJECTS)
    found = rows(command("schemas", "check", "--json"))
    assert {row["state"] for row in found} == {"same"}
    for row in found:
        latest = client.get_latest_version(str(row["subject"]))
        assert latest.schema_id == row["id"]
        assert json.loads(latest.schema.schema_str or "") == schemas.current(str(row["schema"]))


def test_what_would_break_readers_is_turned_down_from_then_on(
    command: Command, client: SchemaRegistryClient, prefix: str
) -> None:
    command("schemas", "register")
    broken = schemas.current("alert") | {"fields": schemas.current("alert")["fields"][1:]}
    with pytest.raises(SchemaRegistryError, match="409"):
        client.register_schema(
            f"{prefix}cx.alerts.churn.v1-value", Schema(json.dumps(broken), "AVRO")
        )


def test_a_stranger_on_our_subject_is_seen(
    command: Command, client: SchemaRegistryClient, prefix: str
) -> None:
    stranger = {"type": "record", "name": "Click", "fields": [{"name": "x", "type": "int"}]}
    subject = f"{prefix}cx.touchpoints.v1-value"
    client.register_schema(subject, Schema(json.dumps(stranger), "AVRO"))
    for verb in ("check", "register"):
        result = command("schemas", verb)
        assert result.returncode == 65
        assert f"{subject}: version 1: a Click cannot be read as a" in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_replay_takes_its_subjects_away_again(
    command: Command, client: SchemaRegistryClient, broker: EmbeddedBroker, tmp_path: Path
) -> None:
    story = tmp_path / "shop.jsonl"
    told = command("simulate", "--customers", "20", "--days", "5", "--out", str(story))
    assert told.returncode == 0, told.stderr
    before = client.get_subjects()
    mapping = ROOT / "examples" / "touchpoints.toml"
    result = command(
        *("replay", str(story), "--mapping", str(mapping), "--broker", broker.url, "--json")
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)
    assert client.get_subjects() == before
