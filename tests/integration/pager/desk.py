"""A pager as its users run it, alerts for it to read, and a real Alertmanager behind it."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from confluent_kafka import Producer

from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.schema_ids import Fingerprints
from streams.domain.outputs import Alert
from tests.cluster.readiness import wait_until
from tests.cluster.topics import make_topic
from tests.cluster.watchers import Alertmanager
from tests.integration.processes import Worker

ROUTES = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
PATIENCE_S = 90.0


class PagerDesk:
    """The topic on which all alerts come together, pagers that read it, Alertmanager."""

    def __init__(self, bootstrap: str, prefix: str, folder: Path) -> None:
        self.bootstrap, self.prefix, self._folder = bootstrap, prefix, folder
        self.topics = Topics(*(prefix + name for name in Topics()))
        make_topic(bootstrap, self.topics.merged, partitions=1)
        config = folder / "alertmanager.yml"
        config.write_text(ROUTES)
        self.alertmanager = Alertmanager(folder / "alertmanager", config)
        self.pagers: list[Worker] = []
        self._encoder = OutputEncoder(Fingerprints.of(), self.topics)
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5})

    def start_pager(self, **settings: str) -> Worker:
        """A pager that tells Alertmanager."""
        folder = self._folder / f"pager-{len(self.pagers)}"
        folder.mkdir()
        names = {
            "CX_BROKER": self.bootstrap,
            "CX_PREFIX": self.prefix,
            "CX_ALERTMANAGER": self.alertmanager.url,
            "CX_CAUSE_LEARNING_S": "0",
            "CX_SESSION_TIMEOUT_S": "6",
        }
        command = ("-m", "streams", "pager")
        self.pagers.append(Worker.start(names | settings, folder, command))
        return self.pagers[-1]

    def send(self, alerts: Iterable[Alert]) -> None:
        """As workers do it, as far as the pager is concerned."""
        for topic, key, value, headers in self._encoder.encode(list(alerts)):
            if topic == self.topics.merged:
                self.send_raw(key, value, headers)
        assert self._producer.flush(60) == 0

    def send_raw(self, key: bytes | None, value: bytes | None, headers: Any = ()) -> None:
        """Any record at all."""
        self._producer.produce(
            self.topics.merged, value, key, partition=0, headers=list(headers) or None
        )
        self._producer.poll(0)

    def await_all_told(self, pager: Worker, alerts: int) -> None:
        """Wait until so many alerts are taken in for good, and none waits to be posted."""
        still = ("cx_pager_lag_records", "cx_pager_waiting_alerts")

        def is_done() -> bool:
            taken = pager.metric("cx_committed_records_total") == alerts
            return taken and all(pager.metric(name) == 0 for name in still)

        alive = pager.process.poll
        assert wait_until(is_done, PATIENCE_S, lambda: alive() is None), pager.printed()

    def standing(self) -> dict[str, dict[str, Any]]:
        """What stands at Alertmanager, by alert id."""
        return {it["labels"]["alert_id"]: it for it in self.alertmanager.alerts(active="true")}

    def await_standing(self, right: Callable[[dict[str, dict[str, Any]]], bool]) -> dict[str, Any]:
        """Wait until what stands is right."""
        seen: dict[str, Any] = {}

        def is_right() -> bool:
            nonlocal seen
            seen = self.standing()
            return right(seen)

        alive = [pager for pager in self.pagers if pager.process.poll() is None]
        found = wait_until(is_right, PATIENCE_S, lambda: True)
        assert found, (sorted(seen)[:20], len(seen), [pager.printed() for pager in alive])
        return seen

    def close(self) -> None:
        """End what still runs."""
        for pager in self.pagers:
            pager.kill()
        self.alertmanager.stop()


def now_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


def said(alert_id: str, version: int = 1, status: str = "raised", **more: Any) -> Alert:
    """An alert about a promise of a customer of its own, of now."""
    at = now_ms()
    fields: dict[str, Any] = {
        "alert_id": alert_id,
        "version": version,
        "rule": "sla.missed",
        "status": status,
        "customer_id": f"customer-{alert_id}",
        "case_id": None,
        "raised_at": at,
        "updated_at": at,
        "band": "high",
        "score": 60,
        "reasons": (),
        "channel": "email",
        "tier": "vip",
        "clock": "first_response",
    }
    return Alert(**{**fields, **more})
