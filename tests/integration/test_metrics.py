"""What a worker shows holds before Prometheus: its linter, its scrape, its exemplars."""

import subprocess
import time
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from streams.embedded import EmbeddedBroker
from tests.cluster.debian import promtool
from tests.cluster.readiness import wait_until
from tests.cluster.topics import make_topic
from tests.cluster.watchers import Prometheus
from tests.integration.processes import Worker
from tests.integration.sla_topic import SlaTopic, question, send

CUSTOMERS = 20
POLICY = """
version = "answers"
[[rules]]
name = "desk"
warn = []
first_response = "2h"
"""
RAISED = 'cx_alerts_total{rule="sla.missed", status="raised"} > 0'
DELAYS = 'cx_detection_delay_seconds_bucket{rule="sla.missed"}'
SCRAPING = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: cx-worker
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


class Shown(NamedTuple):
    """A worker that has told of promises missed, the ids of those alerts, and who scrapes it."""

    worker: Worker
    told: set[str]
    prometheus: Prometheus


@pytest.fixture(scope="module")
def shown(embedded: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder, prefix = tmp_path_factory.mktemp("metrics"), "metrics-shown."
    source = make_topic(embedded.bootstrap, f"{prefix}cx.touchpoints.v1")
    alerts = make_topic(embedded.bootstrap, f"{prefix}cx.alerts.sla.v1")
    policy, config = folder / "policy.toml", folder / "prometheus.yml"
    policy.write_text(POLICY)
    names = {"CX_BROKER": embedded.bootstrap, "CX_PREFIX": prefix, "CX_POLICY": str(policy)}
    worker, sla = Worker.start(names, folder), SlaTopic(embedded.bootstrap, alerts)
    config.write_text(SCRAPING.format(port=worker.port))
    try:
        worker.ready()
        three_hours_ago = time.time_ns() // 1_000_000 - 3 * 3_600_000
        asked = [question(f"customer-{n}", three_hours_ago) for n in range(CUSTOMERS)]
        send(embedded.bootstrap, source, asked, partitions=1)
        sla.listen(lambda heard: len(heard) >= CUSTOMERS)
        told = {heard.alert.alert_id for heard in sla.heard}
        with Prometheus(folder / "data", config) as prometheus:
            assert wait_until(
                lambda: bool(prometheus.instant(RAISED)), 60, lambda: prometheus.child.running
            )
            yield Shown(worker, told, prometheus)
    finally:
        sla.close()
        worker.kill()


def lint(text: str) -> tuple[int, str]:
    """Exit code and words of `promtool check metrics`."""
    done = subprocess.run(
        [promtool(), "check", "metrics"], input=text, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_the_linter_of_prometheus_has_nothing_to_say(shown: Shown) -> None:
    status, text = shown.worker.get("/metrics")
    assert status == 200
    assert lint(text) == (0, "")
    assert text.count("# TYPE cx_") > 30
    planted = "# HELP cx_waitMinutes Waits.\n# TYPE cx_waitMinutes counter\ncx_waitMinutes 1\n"
    code, words = lint(text + planted)
    assert code != 0
    assert "cx_waitMinutes" in words


@pytest.mark.parametrize("query", [RAISED, DELAYS])
def test_an_exemplar_leads_from_prometheus_to_an_alert_on_the_topic(
    shown: Shown, query: str
) -> None:
    def exemplars() -> set[str]:
        now = time.time()
        page = shown.prometheus.get(
            "/api/v1/query_exemplars", query=query, start=now - 600, end=now + 60
        )
        return {e["labels"]["alert_id"] for found in page["data"] for e in found["exemplars"]}

    assert wait_until(lambda: bool(exemplars()), 60, lambda: shown.prometheus.child.running)
    assert exemplars() <= shown.told


@pytest.mark.parametrize(
    "query",
    [
        'up{job="cx-worker"} == 1',
        "scrape_samples_scraped > 1000 < 2000",
        'cx_build_info{delivery="effectively_once"} == 1',
        'cx_policy_info{version=~"answers.*"} == 1',
        "cx_partitions == 1",
        "cx_recovering == 0",
        "abs(cx_wall_clock_timestamp_seconds - timestamp(cx_wall_clock_timestamp_seconds)) < 30",
        "time() - process_start_time_seconds < 3600",
        f'cx_rule_promises_total{{rule="desk", outcome="missed"}} == {CUSTOMERS}',
        'cx_tier_survey_top_box_total{survey="ces2", tier="vip"} == 0',
    ],
)
def test_prometheus_knows(shown: Shown, query: str) -> None:
    prometheus = shown.prometheus  # a scrape that takes too long leaves nothing until the next
    assert wait_until(
        lambda: len(prometheus.instant(query)) == 1, 60, lambda: prometheus.child.running
    )
