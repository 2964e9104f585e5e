"""Promises that are missed while nothing happens: on real Kafka, in live time, through kills."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.kafka import KafkaCluster
from tests.cluster.topics import make_topic
from tests.integration.processes import Worker
from tests.integration.sla_topic import Heard, SlaTopic, question, send

pytestmark = [pytest.mark.integration, pytest.mark.kafka]

PARTITIONS = 4
CASES = 10_000
COMING_MS = 60_000
LEAD_MS = 10_000
"""Between the first question and the first promise due: time for a worker to start."""

POLICY = """
version = "{version}"
[[rules]]
name = "desk"
warn = []
first_response = "{target}"
"""
TARGET_MS = 2 * 3_600_000


class Desk:
    """Topics, a policy file, and a worker that can be killed and started again."""

    def __init__(self, kafka: KafkaCluster, prefix: str, folder: Path) -> None:
        self.bootstrap, self.folder = kafka.bootstrap, folder
        self.policy = folder / "policy.toml"
        self.topic = make_topic(self.bootstrap, f"{prefix}cx.touchpoints.v1", partitions=PARTITIONS)
        alerts = make_topic(self.bootstrap, f"{prefix}cx.alerts.sla.v1", partitions=PARTITIONS)
        self.sla = SlaTopic(self.bootstrap, alerts)
        self.settings = {
            "CX_BROKER": self.bootstrap,
            "CX_PREFIX": prefix,
            "CX_POLICY": str(self.policy),
            "CX_SESSION_TIMEOUT_S": "6",
        }
        self.workers: list[Worker] = []

    def promise(self, version: str, target: str) -> None:
        """Write the policy file, whether or not somebody reads it."""
        self.policy.write_text(POLICY.format(version=version, target=target))

    def start(self) -> Worker:
        """A worker that reads the policy file."""
        folder = self.folder / f"worker-{len(self.workers)}"
        folder.mkdir()
        self.workers.append(Worker.start(self.settings, folder))
        return self.workers[-1]

    def close(self) -> None:
        """End what still runs."""
        self.sla.close()
        for worker in self.workers:
            worker.kill()


@pytest.fixture
def desk(kafka: KafkaCluster, prefix: str, tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(kafka, prefix, tmp_path)
    yield opened
    opened.close()


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def test_every_miss_is_said_once_through_two_kills(desk: Desk) -> None:
    desk.promise("minute", "2h")
    worker = desk.start().ready()
    first = now_ms() + LEAD_MS
    due = {f"c{n}": first + n * (COMING_MS - LEAD_MS) // CASES for n in range(CASES)}
    points = [question(customer, at - TARGET_MS) for customer, at in due.items()]
    send(desk.bootstrap, desk.topic, points, PARTITIONS)
    outages = []
    for share in (CASES // 5, CASES * 3 // 5):
        desk.sla.listen(lambda heard, share=share: len(heard) >= share)  # type: ignore[misc]
        killed_at = now_ms()
        worker.kill()
        worker = desk.start().ready(60.0)
        outages.append((killed_at, now_ms()))
    desk.sla.listen(lambda heard: len({it.alert.alert_id for it in heard}) >= CASES)
    assert worker.stop() == 0
    heard = desk.sla.heard
    assert set(Counter((it.alert.alert_id, it.alert.version) for it in heard).values()) == {1}
    assert {(it.alert.rule, it.alert.version) for it in heard} == {("sla.missed", 1)}
    assert {it.alert.customer_id: it.alert.due_at for it in heard} == due
    assert all(it.at > (it.alert.due_at or 0) for it in heard)
    print(report(heard, outages))


def report(heard: list[Heard], outages: list[tuple[int, int]]) -> str:
    """How late misses were said that fell due while a worker ran, and a second around."""
    delays = sorted(
        it.at - due
        for it in heard
        if (due := it.alert.due_at or 0)
        and not any(since - 1000 <= due <= until + 1000 for since, until in outages)
    )
    p50, p99 = (delays[len(delays) * q // 100] for q in (50, 99))
    down = ", ".join(f"{(until - since) / 1000:.1f} s" for since, until in outages)
    return (
        f"\ndetection delay of {len(delays):,} misses outside the outages ({down}): "
        f"p50 {p50} ms, p99 {p99} ms, at most {delays[-1]} ms"
    )


def test_a_policy_written_anew_is_in_force_without_a_restart(desk: Desk) -> None:
    desk.promise("patient", "24h")
    hour_ms = 3_600_000
    asked = now_ms() - 2 * hour_ms
    old, young = question("old", asked - 24 * hour_ms), question("young", asked)
    desk.start().ready()
    send(desk.bootstrap, desk.topic, [old, young], PARTITIONS)
    desk.sla.listen(lambda heard: len(heard) >= 1)
    (missed,) = desk.sla.heard
    assert missed.alert.customer_id == "old"
    assert (missed.alert.policy or "").startswith("patient")
    desk.promise("strict", "1h")
    desk.sla.listen(lambda heard: any(it.alert.customer_id == "young" for it in heard))
    (alert,) = [it.alert for it in desk.sla.heard if it.alert.customer_id == "young"]
    assert (alert.rule, alert.due_at) == ("sla.missed", asked + hour_ms)
    assert (alert.policy or "").startswith("strict")
