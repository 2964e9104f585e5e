"""What the rules ask for is what a real worker shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.adapters.policy_file import read_policy
from streams.domain.policy.default_promises import default_promises
from streams.embedded import EmbeddedBroker
from streams.monitoring.rules import rule_files
from tests.cluster.topics import make_topic
from tests.integration.processes import Worker

ROOT = Path(__file__).parents[3]
POLICY = ROOT / "examples" / "policies" / "helpdesk.toml"
ASKED = re.compile(r"(?<![\w:])(?:cx|process)_\w+(?![\w:])")
LABELS = re.compile(r"(?<![\w:])(cx_\w+)\{([^}]*)\}")
OF_THE_PAGER = {"cx_pager_lag_records", "cx_pager_posts_total", "cx_pager_waiting_alerts"}
"""The pager is a process of its own."""
EXPRESSIONS = [
    rule["expr"]
    for promises in (default_promises(), read_policy(POLICY).promises)
    for content in rule_files(promises).values()
    for group in content["groups"]
    for rule in group["rules"]
]


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


def test_every_metric_that_a_rule_asks_for_is_shown_by_a_worker(page: str) -> None:
    assert asked() - shown(page) == OF_THE_PAGER


def test_every_metric_that_a_runbook_names_is_shown_too(page: str) -> None:
    text = "".join(path.read_text() for path in (ROOT / "docs" / "runbooks").glob("*.md"))
    named = {*ASKED.findall(text)}
    assert len(named) > 20
    assert named - shown(page) <= OF_THE_PAGER | {
        "cx_pager_last_post_timestamp_seconds",
        "cx_pager_open_alerts",
    }


def test_a_metric_that_nobody_shows_would_be_found(page: str) -> None:
    assert ASKED.findall("sum(cx_lag_recrods) / job:cx_lag_records:sum") == ["cx_lag_recrods"]
    assert "cx_lag_recrods" not in shown(page)


@pytest.mark.parametrize(
    ("metric", "labels"),
    sorted(
        {
            (metric, labels)
            for text in EXPRESSIONS
            for metric, labels in LABELS.findall(text)
            if metric not in OF_THE_PAGER
        }
    ),
)
def test_the_labels_that_a_rule_asks_for_are_shown_before_the_first_event(
    metric: str, labels: str, page: str
) -> None:
    """At zero: else the increase of the first one would be missed."""
    series = [line for line in page.splitlines() if line.startswith(f"{metric}{{")]
    for name, how, value in re.findall(r'(\w+)(=~|=)"([^"]*)"', labels):
        for each in value.split("|") if how == "=~" else [value]:
            assert any(f'{name}="{each}"' in line for line in series), (metric, name, each)
