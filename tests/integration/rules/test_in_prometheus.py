"""A real Prometheus takes the deployed rules, and they say something of a real worker."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from streams.embedded import EmbeddedBroker
from tests.cluster.readiness import wait_until
from tests.cluster.watchers import Prometheus
from tests.integration.processes import Worker
from tests.integration.rules.promtool import DEPLOYED, dump

PREFIX = "rules-live."
INTERVAL = re.compile(r"^    interval: \w+$", re.MULTILINE)


@pytest.fixture(scope="module")
def prometheus(
    embedded: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """It watches a worker that reads a month of a simulated shop; windows are told every second."""
    folder = tmp_path_factory.mktemp("prometheus")
    settings = {"CX_BROKER": embedded.url, "CX_PREFIX": PREFIX, "CX_PARTITIONS": "2"}
    worker = Worker.start(settings, tmp_path_factory.mktemp("worker"))
    rules = shutil.copytree(DEPLOYED / "rules", folder / "rules")
    for file in rules.iterdir():
        file.write_text(INTERVAL.sub("    interval: 1s", file.read_text()))
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules / "*.yml")],
        "scrape_configs": [
            {
                "job_name": "cx-worker",
                "static_configs": [{"targets": [f"127.0.0.1:{worker.port}"]}],
            }
        ],
    }
    try:
        with Prometheus(folder / "data", dump(config, folder / "prometheus.yml")) as running:
            worker.ready()
            until(lambda: running.instant("cx_committed_records_total"), running)  # its zeros
            simulate(embedded)
            yield running
    finally:
        worker.kill()


def simulate(embedded: EmbeddedBroker) -> None:
    told = [
        "--customers",
        "200",
        "--days",
        "30",
        "--broker",
        embedded.bootstrap,
        "--prefix",
        PREFIX,
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
    subprocess.run(
        [sys.executable, "-m", "streams", "simulate", *told],
        env=environment,
        cwd=Path(__file__).parents[3],
        check=True,
        capture_output=True,
        timeout=120,
    )


def until(true: Callable[[], object], prometheus: Prometheus) -> None:
    assert wait_until(lambda: bool(true()), 60.0, lambda: prometheus.child.running)


def rules(prometheus: Prometheus) -> list[dict[str, Any]]:
    groups = prometheus.get("/api/v1/rules")["data"]["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_every_rule_is_evaluated_without_an_error(prometheus: Prometheus) -> None:
    answers = "job_survey_channel:cx_survey_responses:increase5m > 0"
    until(lambda: prometheus.instant(answers), prometheus)
    since = max(rule["lastEvaluation"] for rule in rules(prometheus))
    until(lambda: min(r["lastEvaluation"] for r in rules(prometheus)) > since, prometheus)
    found = rules(prometheus)
    assert len(found) > 80
    assert [(r["name"], r.get("lastError")) for r in found if r["health"] != "ok"] == []


@pytest.mark.parametrize(
    "share",
    [
        "job_clock_channel_tier:cx_promises_missed_per_promises:ratio5m",
        "job_survey_channel:cx_survey_not_top_box_per_responses:ratio5m",
    ],
)
def test_shares_are_shares_and_never_of_nothing(prometheus: Prometheus, share: str) -> None:
    until(lambda: prometheus.instant(share), prometheus)
    values = [float(sample["value"][1]) for sample in prometheus.instant(share)]
    assert values
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in values)  # a NaN is none of these


def test_a_worker_that_is_well_raises_nothing_about_its_health(prometheus: Prometheus) -> None:
    unwell = (
        'ALERTS{alertname=~"CxWorker.*|CxNoProgress|CxLag.*|CxRecovery.*|CxScrape.*|CxPager.*"}'
    )
    assert prometheus.instant(f'{unwell[:-1]}, alertstate="firing"}}') == []
