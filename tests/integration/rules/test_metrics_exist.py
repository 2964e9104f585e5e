"""What the rules ask for is what a real worker shows, or a pager."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from streams.adapters.instruments.pager import PagerInstruments
from streams.adapters.policy_file import read_policy
from streams.domain.causes.facts import DIMENSIONS
from streams.domain.causes.words import RULE
from streams.domain.paging.page import Page
from streams.domain.policy.default_promises import default_promises
from streams.embedded import EmbeddedBroker
from streams.engine.job import Decoded
from streams.monitoring.rules import rule_files
from tests.cluster.debian import promtool
from tests.cluster.topics import make_topic
from tests.integration.pager.desk import said
from tests.integration.processes import Worker

ROOT = Path(__file__).parents[3]
POLICY = ROOT / "examples" / "policies" / "helpdesk.toml"
ASKED = re.compile(r"(?<![\w:])(?:cx|process)_\w+(?![\w:])")
LABELS = re.compile(r"(?<![\w:])(cx_\w+)\{([^}]*)\}")
EXPRESSIONS = [
    rule["expr"]
    for promises in (default_promises(), read_policy(POLICY).promises)
    for content in rule_files(promises).values()
    for group in content["groups"]
    for rule in group["rules"]
]


@pytest.fixture(scope="module")
def pagers_page() -> str:
    """What a pager shows that has told of nothing but a cause in each dimension."""
    registry = CollectorRegistry()
    instruments = PagerInstruments(registry, lambda: 0.0, lambda: 0)
    instruments.watch(list, dict, int, str)
    causes = [said(f"c-{it}", rule=RULE, customer_id="", shared=((it, "x"),)) for it in DIMENSIONS]
    instruments.observe(Decoded((), (), (), ()), [*map(Page, causes)])
    return generate_latest(registry).decode()


@pytest.fixture(scope="module")
def page(embedded: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What a worker that has read nothing yet shows."""
    prefix = "rules-ask-for."
    make_topic(embedded.bootstrap, f"{prefix}cx.touchpoints.v1", partitions=1)
    settings = {"CX_BROKER": embedded.url, "CX_PREFIX": prefix, "CX_PARTITIONS": "1"}
    worker = Worker.start(settings, tmp_path_factory.mktemp("worker"))
    try:
        yield worker.ready().get("/metrics")[1]
    finally:
        worker.kill()


def shown(page: str) -> set[str]:
    """The names of all samples, and of metrics that have none yet."""
    samples = re.findall(r"^(\w+)[{ ]", page, re.MULTILINE)
    return {*samples, *re.findall(r"^# TYPE (\w+) ", page, re.MULTILINE)}


def asked() -> set[str]:
    return {name for expression in EXPRESSIONS for name in ASKED.findall(expression)}


def test_every_metric_that_a_rule_asks_for_is_shown_by_a_worker_or_a_pager(
    page: str, pagers_page: str
) -> None:
    assert asked() - shown(page) - shown(pagers_page) == set()


def test_every_metric_that_a_runbook_names_is_shown_too(page: str, pagers_page: str) -> None:
    text = "".join(path.read_text() for path in (ROOT / "docs" / "runbooks").glob("*.md"))
    named = {*ASKED.findall(text)}
    assert len(named) > 20
    assert named - shown(page) - shown(pagers_page) == set()


def test_every_metric_of_the_pager_is_in_its_document(page: str, pagers_page: str) -> None:
    text = (ROOT / "docs" / "paging.md").read_text()
    rows = re.findall(r"^\| (`cx_.*?) \|", text, re.MULTILINE)
    listed = {it.removesuffix("_total") for row in rows for it in ASKED.findall(row)}
    families = text_string_to_metric_families(pagers_page)
    assert {it.name for it in families if it.name.startswith("cx_")} == listed


def test_the_linter_of_prometheus_has_nothing_to_say_of_the_pager(pagers_page: str) -> None:
    done = subprocess.run(
        [promtool(), "check", "metrics"],
        input=pagers_page,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert pagers_page.count("# TYPE cx_pager_") > 5


def test_a_metric_that_nobody_shows_would_be_found(page: str, pagers_page: str) -> None:
    assert ASKED.findall("sum(cx_lag_recrods) / job:cx_lag_records:sum") == ["cx_lag_recrods"]
    assert "cx_lag_recrods" not in shown(page) | shown(pagers_page)


@pytest.mark.parametrize(
    ("metric", "labels"),
    sorted({found for text in EXPRESSIONS for found in LABELS.findall(text)}),
)
def test_the_labels_that_a_rule_asks_for_are_shown_before_the_first_event(
    metric: str, labels: str, page: str, pagers_page: str
) -> None:
    """At zero: else the increase of the first one would be missed."""
    lines = [*page.splitlines(), *pagers_page.splitlines()]
    series = [line for line in lines if line.startswith(f"{metric}{{")]
    for name, how, value in re.findall(r'(\w+)(=~|=)"([^"]*)"', labels):
        for each in value.split("|") if how == "=~" else [value]:
            assert any(f'{name}="{each}"' in line for line in series), (metric, name, each)
