"""The subscribers' guide shows code that runs, what it prints, and the guarantees as they are."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from streams.contracts.guarantees import Guarantee, guarantees
from tests.integration.contracts.saying import NEWS

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "subscribers.md"
GUIDE = PAGE.read_text()
EXAMPLES = ROOT / "examples" / "subscribers"
SHOWN = re.compile(r"\]\(([^)]+\.(?:py|java))\)[^\n]*\n\n```(?:python|java)\n(.*?)```", re.DOTALL)
MARK = "<!-- guarantees -->\n"


def table() -> str:
    """The guarantees as the guide has them."""
    heads = ("topic", "record", "key", "order", "kept", "versions", "exactly once")
    rows = [[*heads, "effectively once"], ["---"] * len(Guarantee._fields)]
    rows += [[f"`{it.topic}`", *it[1:]] for it in guarantees()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def test_the_guarantees_are_those_of_the_contract() -> None:
    shown = GUIDE.partition(MARK)[2].partition("\n\n")[0]
    assert shown == table()


def test_code_that_is_shown_is_the_files_own() -> None:
    found = SHOWN.findall(GUIDE)
    assert len(found) == len(re.findall(r"```(?:python|java)\n", GUIDE))
    for target, code in found:
        assert code in (PAGE.parent / target).read_text(), target


def test_what_a_program_prints_is_what_the_tests_find_printed() -> None:
    (shown,) = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)
    assert shown.splitlines() == NEWS


def test_the_registry_that_is_named_is_the_one_of_the_compose_file() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    (port,) = services["registry"]["ports"]
    path = urlsplit(services["worker"]["environment"]["CX_SCHEMA_REGISTRY"]).path
    url = f"http://{port.rpartition(':')[0]}{path}"
    for text in (GUIDE, (EXAMPLES / "confluent_subscriber.py").read_text()):
        assert set(re.findall(r"--registry (http\S+)", text)) == {url}


@pytest.mark.parametrize("name", sorted(file.name for file in EXAMPLES.iterdir() if file.is_file()))
def test_every_file_of_the_examples_is_linked(name: str) -> None:
    assert f"(../examples/subscribers/{name})" in GUIDE
