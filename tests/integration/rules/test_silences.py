"""Every silence that a runbook proposes is one that Alertmanager takes."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.debian import amtool
from tests.cluster.watchers import Alertmanager

RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks"
SILENCES = [
    pytest.param(shlex.split(line), id=page.stem)
    for page in sorted(RUNBOOKS.glob("*.md"))
    for line in re.findall(r"^amtool silence add .*$", page.read_text(), re.MULTILINE)
]


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alertmanager]:
    folder = tmp_path_factory.mktemp("alertmanager")
    config = folder / "alertmanager.yml"
    config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    with Alertmanager(folder / "data", config) as running:
        yield running


def test_there_is_one_on_every_page() -> None:
    pages = {page.stem for page in RUNBOOKS.glob("*.md")} - {"README"}
    assert {str(silence.id) for silence in SILENCES} == pages


@pytest.mark.parametrize("words", SILENCES)
def test_a_silence_is_taken_and_is_of_what_it_names(
    words: list[str], alertmanager: Alertmanager
) -> None:
    done = subprocess.run(
        [amtool(), *words[1:], f"--alertmanager.url={alertmanager.url}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    taken = {silence["id"]: silence for silence in alertmanager.get("/api/v2/silences")}
    silence = taken[done.stdout.strip()]
    named = dict(word.split("=", 1) for word in words if re.match(r"\w+=", word))
    assert {each["name"]: each["value"] for each in silence["matchers"]} == named
