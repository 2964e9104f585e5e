"""The commands as their users run them: topics, a simulated shop, a worker, and what it found."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from streams.adapters.producer import partition_of
from tests.cluster.broker import Broker
from tests.integration.processes import Worker

ROOT = Path(__file__).parents[2]
SHOP = ("--customers", "600", "--days", "9.75", "--seed", "4", "--start", "2025-01-01")

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**settings: str) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
    return plain | {"COLUMNS": "160", **settings}


def run(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def command(broker: Broker, prefix: str) -> Command:
    def say(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return run(*arguments, CX_BROKER=broker.url, CX_PREFIX=prefix, CX_APP="shop")

    return say


def lines(result: "subprocess.CompletedProcess[str]") -> list[dict[str, object]]:
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_topics_are_created_once_with_explicit_settings(
    command: Command, broker: Broker, prefix: str
) -> None:
    assert {row["partitions"] for row in lines(command("topics", "describe", "--json"))} == {None}
    made = command("topics", "create", "--partitions", "3")
    assert made.returncode == 0, made.stderr
    assert made.stdout.count("created with 3 partitions") == 9
    assert made.stdout.count("created with 1 partition\n") == 2
    assert command("topics", "create").stdout.count("already there") == 11
    rows = {
        row["topic"]: row["partitions"] for row in lines(command("topics", "describe", "--json"))
    }
    assert rows[f"{prefix}cx.touchpoints.v1"] == 3
    assert rows[f"{prefix}shop-customers-changelog"] == 3
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    try:
        assert set(rows) <= set(admin.list_topics())
    finally:
        admin.close()


def read_all(worker: Worker, records: int, deadline_s: float = 60.0) -> None:
    """Wait until the worker has made so many records durable; fail with its own words."""
    deadline = time.monotonic() + deadline_s
    while worker.metric("cx_committed_records_total") < records:
        assert time.monotonic() < deadline, worker.printed()
        with suppress(subprocess.TimeoutExpired):  # a counter has no event to await, an end has
            raise AssertionError(f"ended with {worker.process.wait(0.1)}: {worker.printed()}")


@pytest.fixture
def followed(
    command: Command, worker: Callable[..., Worker], tmp_path: Path
) -> dict[str, dict[str, object]]:
    """A simulated month, read to its end by a worker; the truth about its customers."""
    running = worker(CX_APP="shop", CX_TIME="replay").ready()
    truth = tmp_path / "truth.jsonl"
    told = command("simulate", *SHOP, "--truth", str(truth))
    assert told.returncode == 0, told.stderr
    story = run("simulate", *SHOP, "--out", "-").stdout.splitlines()
    read_all(running, len(story))
    rows = [json.loads(line) for line in truth.read_text().splitlines()]
    return {row["customer_id"]: row for row in rows}


def test_a_simulated_shop_is_followed_and_every_command_shows_it(
    command: Command, followed: dict[str, dict[str, object]]
) -> None:
    alerts = lines(command("alerts", "--json"))
    assert len({alert["alert_id"] for alert in alerts}) == len(alerts) > 0
    assert {alert["rule"] for alert in alerts} >= {"churn_risk", "sla.missed", "sla.met"}
    assert all(alert["customer_id"] in followed for alert in alerts)

    only = lines(command("alerts", "--json", "--rule", "sla.missed", "--open"))
    assert {alert["status"] for alert in only} <= {"raised", "updated"}
    assert {alert["rule"] for alert in only} == {"sla.missed"}
    table = command("alerts", "--open")
    assert str(only[0]["customer_id"]) in table.stdout
    assert "first response" in table.stdout

    waiting = str(only[0]["customer_id"])
    (seen,) = lines(command("customer", waiting, "--json"))
    assert seen["customer_id"] == waiting
    assert seen["purchases"] == followed[waiting]["purchases"]
    assert seen["cases"]
    assert {alert["alert_id"] for alert in seen["alerts"]} == {  # type: ignore[attr-defined]
        alert["alert_id"] for alert in alerts if alert["customer_id"] == waiting
    }
    panel = command("customer", waiting)
    assert panel.returncode == 0, panel.stderr
    assert "open cases" in panel.stdout
    assert "unanswered" in panel.stdout


def test_alerts_can_be_followed(
    command: Command, broker: Broker, prefix: str, worker: Callable[..., Worker]
) -> None:
    worker(CX_APP="shop", CX_TIME="replay").ready()
    watching = subprocess.Popen(
        [sys.executable, "-m", "streams", "alerts", "--follow", "--json"],
        cwd=ROOT,
        env=environment(CX_BROKER=broker.url, CX_PREFIX=prefix, PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert command("simulate", *SHOP).returncode == 0
        assert watching.stdout is not None
        first = json.loads(watching.stdout.readline())
        assert first["status"] == "raised"
        assert first["reasons"]
    finally:
        watching.kill()
        watching.communicate()


def test_simulate_makes_the_topics_it_needs_unless_told_not_to(
    command: Command, broker: Broker, prefix: str
) -> None:
    shop = ("simulate", "--customers", "5", "--days", "1")
    settings = {"CX_BROKER": broker.url, "CX_PREFIX": prefix, "CX_CREATE_TOPICS": "false"}
    refused = run(*shop, **settings)
    assert refused.returncode == 69
    assert "there is no topic" in refused.stderr.splitlines()[-1]
    assert command(*shop).returncode == 0
    rows = lines(command("topics", "describe", "--json"))
    counts = {str(row["topic"]).removeprefix(prefix): row["partitions"] for row in rows}
    single = {"cx.alerts.merged.v1", "shop-pager-changelog"}
    assert {name for name, count in counts.items() if count == 1} == single
    assert {count for name, count in counts.items() if name not in single} == {4}


def test_an_unknown_customer_is_one_line_with_the_mend(command: Command) -> None:
    command("topics", "create")
    result = command("customer", "nobody")
    assert result.returncode == 66
    assert result.stderr.startswith("error: nobody called nobody in ")
    assert result.stderr.count("\n") == 1


def test_missing_topics_are_one_line_with_the_mend(command: Command) -> None:
    for arguments in (["alerts"], ["customer", "ann"]):
        result = command(*arguments)
        assert result.returncode == 69
        assert "there is no topic" in result.stderr
        assert "topics create" in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["topics", "describe"],
        ["topics", "check"],
        ["topics", "create"],
        ["alerts"],
        ["customer", "ann"],
        ["simulate", "--customers", "10", "--days", "1"],
    ],
    ids=" ".join,
)
def test_a_broker_that_cannot_be_reached_is_one_line_and_69(arguments: list[str]) -> None:
    result = run(*arguments, "--broker", "127.0.0.1:1", "--timeout", "1")
    assert result.returncode == 69
    assert result.stderr.splitlines()[-1] == (
        "error: no Kafka broker answered at 127.0.0.1:1 within 1 s (connection refused); "
        "start it, or name another with --broker or CX_BROKER"
    )
    assert "Traceback" not in result.stderr


def test_customers_are_looked_for_where_kafka_puts_them() -> None:
    """Known answers of Kafka's own partitioner (Utils.murmur2)."""
    known = {"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536}
    for key, murmur in known.items():
        assert partition_of(key, 1000) == (murmur & 0x7FFF_FFFF) % 1000
