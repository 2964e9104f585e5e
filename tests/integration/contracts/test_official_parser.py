"""AsyncAPI's own parser takes the document, whatever the settings, and refuses a broken one."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from streams.contracts import Site, as_json, as_yaml, document
from tests.cluster.asyncapi import Diagnostic, diagnose
from tests.cluster.errors import PartMissing

ROOT = Path(__file__).parents[3]
NEWER = "asyncapi-latest-version"
"""A hint that 3.1 exists; 3.0 is what more tools read."""

TOKENS = Site(
    ("a.example.com:9093", "b.example.com:9093"),
    prefix="shop.",
    protocol="SASL_SSL",
    mechanism="OAUTHBEARER",
    token_url="https://id.example.com/token",
    token_scope="kafka",
    certificate=True,
    registry="https://registry.example.com/apis/ccompat/v7",
)
SOUND = {
    "plain.yaml": as_yaml(document(Site())),
    "plain.json": as_json(document(Site())),
    "tokens.yaml": as_yaml(document(TOKENS)),
    "tokens-of-a-file.yaml": as_yaml(document(TOKENS._replace(token_url=None))),
    "password.yaml": as_yaml(document(TOKENS._replace(mechanism="PLAIN", token_url=None))),
    "scram.yaml": as_yaml(document(TOKENS._replace(mechanism="SCRAM-SHA-512", token_url=None))),
}


def avro_of_an_unknown_type(made: dict[str, Any]) -> None:
    made["components"]["messages"]["Alert"]["payload"]["schema"]["fields"][0]["type"] = "text"


def an_enum_with_a_symbol_that_is_no_name(made: dict[str, Any]) -> None:
    fields = made["components"]["messages"]["Alert"]["payload"]["schema"]["fields"]
    status = next(field for field in fields if field["name"] == "status")
    status["type"]["symbols"] = ["not a name"]


def a_message_of_another_channel(made: dict[str, Any]) -> None:
    operation = made["operations"]["send.cx.alerts.sla.v1"]
    operation["messages"] = [{"$ref": "#/channels/cx.journeys.v1/messages/JourneyTransition"}]


def a_channel_that_is_not_there(made: dict[str, Any]) -> None:
    made["operations"]["send.cx.alerts.sla.v1"]["channel"]["$ref"] = "#/channels/cx.alerts.v9"


def a_clean_up_that_kafka_has_not(made: dict[str, Any]) -> None:
    binding = made["channels"]["cx.alerts.sla.v1"]["bindings"]["kafka"]
    binding["topicConfiguration"]["cleanup.policy"] = ["shred"]


def a_server_without_an_address(made: dict[str, Any]) -> None:
    del made["servers"]["kafka"]["host"]


BROKEN: list[Callable[[dict[str, Any]], None]] = [
    avro_of_an_unknown_type,
    an_enum_with_a_symbol_that_is_no_name,
    a_message_of_another_channel,
    a_channel_that_is_not_there,
    a_clean_up_that_kafka_has_not,
    a_server_without_an_address,
]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Diagnostic]]:
    """What the parser says, by name of the document; it is started once for all."""
    folder = tmp_path_factory.mktemp("documents")
    texts = dict(SOUND)
    for harm in BROKEN:
        made = deepcopy(document(Site()))
        harm(made)
        texts[harm.__name__] = as_yaml(made)
    files = []
    for name, text in texts.items():
        files.append(folder / name)
        files[-1].write_text(text)
    files.append(ROOT / "docs" / "asyncapi.yaml")
    return {file.name: found for file, found in diagnose(files).items()}


@pytest.mark.parametrize("name", ["asyncapi.yaml", *SOUND])
def test_the_parser_has_nothing_against_it(name: str, said: dict[str, list[Diagnostic]]) -> None:
    assert [it for it in said[name] if it.code != NEWER] == []


@pytest.mark.parametrize("name", [harm.__name__ for harm in BROKEN])
def test_a_broken_document_is_refused(name: str, said: dict[str, list[Diagnostic]]) -> None:
    assert [it for it in said[name] if it.severity == 0]


def test_without_node_its_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PartMissing, match=r"no node on the PATH.*apt-get install nodejs"):
        diagnose([ROOT / "docs" / "asyncapi.yaml"])


def test_without_npm_its_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "node").write_text("#!/bin/sh\nexit 1\n")
    (programs / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("CX_TEST_CACHE", str(tmp_path / "cache"))
    with pytest.raises(PartMissing, match=r"no npm on the PATH.*apt-get install npm"):
        diagnose([ROOT / "docs" / "asyncapi.yaml"])
