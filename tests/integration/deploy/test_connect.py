"""`docs/connect.md` typed as it stands, against real Kafka, Prometheus and Alertmanager."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.debian import amtool, promtool
from tests.cluster.kafka import KafkaCluster
from tests.cluster.ports import free_ports
from tests.cluster.readiness import wait_until
from tests.cluster.watchers import Alertmanager, Prometheus
from tests.deployment.guide import PASTE, script
from tests.deployment.rerun import outside
from tests.deployment.root import ROOT
from tests.integration.topics.shell import cxstreams

GUIDE = ROOT / "docs/connect.md"
GRAFANA = "http://grafana.example.com:3000"
TEN_MINUTES_S = 600.0

ALERTMANAGER = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
PROMETHEUS = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [own.yml]
scrape_configs:
  - job_name: own
    static_configs: [{targets: ["127.0.0.1:1"]}]
"""
PASTING = """
import sys, yaml
from pathlib import Path
file = Path(sys.argv[1])
there = yaml.safe_load(file.read_text())
for section, added in yaml.safe_load(sys.stdin).items():
    there.setdefault(section, []).extend(added)
file.write_text(yaml.safe_dump(there))
"""


class Site:
    """Whose Kafka, Prometheus and Alertmanager they are; below `folder` is what the guide sees."""

    def __init__(self, folder: Path, kafka: KafkaCluster) -> None:
        self.home, self._etc, self._bin = folder / "home", folder / "etc", folder / "bin"
        self.public = folder / "share/grafana/public"
        provisioning = self._etc / "grafana/provisioning/dashboards"
        for made in (self.home, self._bin, provisioning, self.public):
            made.mkdir(parents=True)
        self.dashboards = self._etc / "grafana/dashboards"
        self.kafka = kafka
        prometheus, alertmanager = self._etc / "prometheus/prometheus.yml", folder / "am.yml"
        prometheus.parent.mkdir()
        prometheus.write_text(PROMETHEUS)
        alertmanager.write_text(ALERTMANAGER)
        (prometheus.parent / "own.yml").write_text("groups: []\n")
        self.prometheus = Prometheus(folder / "prometheus", prometheus)
        self.alertmanager = Alertmanager(folder / "alertmanager", alertmanager)
        self._put_programs()

    def names(self) -> dict[str, str]:
        """What stands here for each name of the guide."""
        ports = dict(zip(("9102", "9103", "9112"), free_ports(3), strict=True))
        pager = {"alertmanager.example.com:9093": f"127.0.0.1:{self.alertmanager.port}"}
        grafana = {"/etc/grafana": str(self._etc / "grafana")}
        grafana |= {"/usr/share/grafana/public/": f"{self.public}/"}
        return {
            "kafka.example.com:9092": self.kafka.bootstrap,
            "CX_REPLICATION=3": "CX_REPLICATION=1",  # one node here
            "CX_HTTP_HOST=0.0.0.0": "CX_HTTP_HOST=127.0.0.1",
            "worker.example.com": "127.0.0.1",
            "prometheus.example.com:9090": f"127.0.0.1:{self.prometheus.port}",
            "/etc/prometheus": str(self._etc / "prometheus"),
            **(pager | grafana),
            **{ours: str(port) for ours, port in ports.items()},
        }

    def environment(self) -> dict[str, str]:
        """Of the person who types: none of our settings, and programs as a machine has them."""
        path = f"{self._bin}:{os.environ['PATH']}"
        return outside() | {"HOME": str(self.home), "PATH": path, "COLUMNS": "200"}

    def _put_programs(self) -> None:
        """Those that the machine may lack, and stand-ins for the hand and for root."""
        own = shlex.quote(sys.executable)
        reload = f"{self.prometheus.url}/-/reload"
        self._program("python3", f'exec {own} "$@"')
        self._program("promtool", f'exec {promtool()} "$@"')
        self._program("amtool", f'exec {amtool()} "$@"')
        self._program("sudo", 'exec "$@"')
        self._program(PASTE, f'exec {own} -c {shlex.quote(PASTING)} "$@"')
        self._program(
            "systemctl",
            f'[ "$*" = "restart grafana-server" ] && exit 0\n'
            f'[ "$*" = "reload prometheus" ] && exec curl -sS --fail -X POST {reload}\nexit 1',
        )

    def _program(self, name: str, does: str) -> None:
        file = self._bin / name
        file.write_text(f"#!/bin/sh\n{does}\n")
        file.chmod(0o755)


@pytest.fixture
def site(tmp_path: Path, kafka: KafkaCluster) -> Iterator[Site]:
    """Everything that the guide takes to be there, running."""
    found = Site(tmp_path, kafka)
    with found.prometheus, found.alertmanager:
        yield found


def test_whoever_types_the_guide_is_connected_within_ten_minutes(
    site: Site, tmp_path: Path
) -> None:
    typed = script(GUIDE, site.names())
    before, kill, after = typed.partition("kill $(jobs -p)")
    looking_around = "echo connected; read -r _"
    paper = tmp_path / "printed"
    began = time.monotonic()
    with paper.open("wb") as printed:
        shell = subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", "\n".join((before, looking_around, kill + after))],
            cwd=ROOT,
            env=site.environment(),
            stdin=subprocess.PIPE,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        connected = wait_until(
            lambda: b"\nconnected\n" in paper.read_bytes(),
            TEN_MINUTES_S,
            lambda: shell.poll() is None,
        )
        print(f"connected after {time.monotonic() - began:.0f} s")
        assert connected, paper.read_text()[-4000:]
        assert wait_until(lambda: value(site, 'sum(up{job="cx-worker"})') == 2, 60.0, lambda: True)
        assert value(site, "sum(cx_committed_records_total)") > 1_000
        assert {"CxWorkerDown", "CxDeadLetters"} <= {rule["name"] for rule in rules(site)}
        assert wait_until(lambda: "sla.missed" in told(site), 120.0, lambda: True), told(site)
        assert wait_until(lambda: bool(paged(site)), 60.0, lambda: True), paper.read_text()[-4000:]
        links = paged(site) + [alert["annotations"] for alert in rules(site)]
        assert len(links) > len(rules(site))
        assert all(leads_somewhere(site, link) for link in links), links
        shell.communicate(b"\n", timeout=120)
        assert shell.returncode == 0, paper.read_text()[-4000:]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(shell.pid, signal.SIGKILL)
        shell.communicate()


def told(site: Site) -> str:
    """The alerts that the guide's workers have raised."""
    return cxstreams("alerts", CX_BROKER=site.kafka.bootstrap, CX_PREFIX="trial.").stdout


def paged(site: Site) -> list[dict[str, str]]:
    """What Alertmanager has heard of the pager, in words."""
    alerts = site.alertmanager.alerts(filter='source="cx-pager"')
    return [alert["annotations"] for alert in alerts]


def leads_somewhere(site: Site, annotations: dict[str, str]) -> bool:
    """Whether the links of an alert are of files that lie in Grafana's folders."""
    runbook = annotations["runbook_url"].partition(f"{GRAFANA}/public/")[2]
    dashboard = annotations["dashboard_url"].partition(f"{GRAFANA}/d/")[2].partition("?")[0]
    shown = site.dashboards / f"{dashboard}.json"
    return runbook != "" and (site.public / runbook).is_file() and shown.is_file()


def value(site: Site, query: str) -> float:
    samples = site.prometheus.instant(query)
    return float(samples[0]["value"][1]) if samples else 0.0


def rules(site: Site) -> list[dict[str, Any]]:
    """The alerts that Prometheus has rules for."""
    groups = site.prometheus.get("/api/v1/rules", type="alert")["data"]["groups"]
    return [rule for group in groups for rule in group["rules"]]
