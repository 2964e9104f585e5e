"""A company and all that watches it, every part real: from a customer's word to a page."""

import re
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from confluent_kafka import Producer

from tests.cluster.kafka import KafkaCluster
from tests.cluster.watchers import Prometheus
from tests.integration.alertmanager.mailbox import Mailbox
from tests.integration.alertmanager.receivers import Receivers
from tests.integration.alertmanager.shipped import ShippedAlertmanager, shipped
from tests.integration.processes import Worker
from tests.integration.sla_topic import SlaTopic

ROOT = Path(__file__).parents[3]
PARTITIONS = 4
SHOPPERS = 50_000
"""So many that somebody does something each second or two."""
_STREAMS = (sys.executable, "-m", "streams")
POLICY = """
version = "chain"
[[rules]]
name = "desk"
first_response = "24h"

[[rules]]
name = "chat"
channel = "chat"
first_response = "5s"
"""


class Company:
    """Use it as a context manager: Kafka, a worker, the pager, and who watches them.

    Prometheus is under the rules of the policy, Alertmanager under the shipped configuration.
    """

    def __init__(self, kafka: KafkaCluster, prefix: str, folder: Path) -> None:
        self.kafka, self.prefix, self.folder = kafka, prefix, folder
        self.topic = f"{prefix}cx.touchpoints.v1"
        self.policy = folder / "policy.toml"
        self.policy.write_text(POLICY)
        self.receivers = Receivers()
        self._parts = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            parts.enter_context(self.receivers)
            mailbox = parts.enter_context(Mailbox(self.folder / "certificates"))
            config = shipped(self.folder / "alertmanager", self.receivers, mailbox)
            self.alertmanager = parts.enter_context(
                ShippedAlertmanager(self.folder / "alertmanager-data", config, mailbox)
            )
            self.worker = self._start("worker", CX_POLICY=str(self.policy))
            parts.callback(self.worker.kill)
            self.worker.ready(60.0)
            self.pager = self._start(
                "pager",
                CX_ALERTMANAGER=self.alertmanager.url,
                CX_CAUSE_WINDOW_S="20",
                CX_CAUSE_LEARNING_S="0",
                CX_RUNBOOKS="https://wiki.example.com/runbooks",
                CX_DASHBOARDS="https://grafana.example.com",
            )
            parts.callback(self.pager.kill)
            self.pager.ready(60.0)
            self.prometheus = parts.enter_context(
                Prometheus(self.folder / "prometheus-data", self._prometheus())
            )
            self.sla = SlaTopic(self.kafka.bootstrap, f"{self.prefix}cx.alerts.sla.v1")
            parts.callback(self.sla.close)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._parts.close()

    def open_shop(self) -> None:
        """The simulator's shop, in our own time: from now on until the end of the block."""
        options = ("--customers", str(SHOPPERS), "--days", "0.1", "--speed", "1")
        begins = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"
        where = ("--broker", self.kafka.bootstrap, "--prefix", self.prefix)
        command = (*_STREAMS, "simulate", *options, "--start", begins, *where)
        shop = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        self._parts.callback(shop.wait)
        self._parts.callback(shop.kill)

    def send_garbage(self) -> None:
        """A record that is no touchpoint."""
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap})
        producer.produce(self.topic, b"garbage", b"nobody", partition=0)
        assert producer.flush(30) == 0

    def _start(self, name: str, **settings: str) -> Worker:
        folder = self.folder / name
        folder.mkdir()
        names = {"CX_BROKER": self.kafka.bootstrap, "CX_PREFIX": self.prefix}
        names["CX_PARTITIONS"] = str(PARTITIONS)
        return Worker.start(names | settings, folder, ("-m", "streams", name))

    def _prometheus(self) -> Path:
        """The shipped configuration with the rules of our policy, and parts where they are here.

        Rules are evaluated every other second, and what lasts so long is an alert.
        """
        rules = self.folder / "rules"
        self._run("rules", "--policy", str(self.policy), "--out", str(rules))
        for file in rules.glob("*.yml"):
            file.write_text(re.sub(r"\b(interval|for): \w+", r"\1: 2s", file.read_text()))
        config: dict[str, Any] = yaml.safe_load(
            (ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text()
        )
        config["rule_files"] = [str(rules / "*.yml")]
        config["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
        places = {"cx-worker": self.worker.port, "cx-pager": self.pager.port}
        for job in config["scrape_configs"]:
            del job["dns_sd_configs"]
            job["static_configs"] = [{"targets": [f"127.0.0.1:{places[job['job_name']]}"]}]
        (told,) = config["alerting"]["alertmanagers"]
        told["static_configs"] = [{"targets": [f"127.0.0.1:{self.alertmanager.port}"]}]
        path = self.folder / "prometheus.yml"
        path.write_text(yaml.safe_dump(config))
        return path

    def _run(self, *arguments: str) -> None:
        subprocess.run(
            [*_STREAMS, *arguments], cwd=ROOT, check=True, capture_output=True, timeout=120
        )
