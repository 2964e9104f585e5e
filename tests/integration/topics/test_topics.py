"""`cxstreams topics` on every broker: made as planned, described, checked; a worker looks first."""

from collections.abc import Callable, Iterator

import pytest
from kafka import KafkaAdminClient

from streams.embedded import EmbeddedBroker
from tests.cluster.kafka import KafkaCluster
from tests.integration.processes import Worker
from tests.integration.topics.shell import cxstreams, do, rows

Broker = EmbeddedBroker | KafkaCluster


@pytest.fixture
def client(broker: Broker) -> Iterator[KafkaAdminClient]:
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    yield admin
    admin.close()


@pytest.fixture
def settings(broker: Broker, prefix: str) -> dict[str, str]:
    return {"CX_BROKER": broker.url, "CX_PREFIX": prefix, "CX_APP": "worker"}


def test_topics_are_made_as_planned_and_nothing_is_wrong_with_them(
    broker: Broker, settings: dict[str, str], prefix: str
) -> None:
    assert cxstreams("topics", "create", "--partitions", "3", **settings).returncode == 0
    described = {
        row["topic"]: row for row in rows(cxstreams("topics", "describe", "--json", **settings))
    }
    source = described[f"{prefix}cx.touchpoints.v1"]
    assert (source["partitions"], source["replication"]) == (3, 1)
    assert (source["cleanup"], source["retention_ms"]) == ("delete", 7 * 86_400_000)
    assert described[f"{prefix}worker-customers-changelog"]["cleanup"] == "compact"
    assert all(row["min_in_sync"] == 1 for row in described.values())
    single = {f"{prefix}cx.alerts.merged.v1", f"{prefix}worker-pager-changelog"}
    assert {name: row["ends"] for name, row in described.items()} == {
        name: [0] if name in single else [0, 0, 0] for name in described
    }
    checked = cxstreams("topics", "check", "--json", **settings)
    assert checked.returncode == 0
    severities = [row["severity"] for row in rows(checked)]
    assert severities == (["note"] if isinstance(broker, EmbeddedBroker) else [])


def test_the_table_says_how_much_there_is(settings: dict[str, str], prefix: str) -> None:
    shop = ("simulate", "--customers", "20", "--days", "1", "--seed", "1")
    assert cxstreams(*shop, **settings).returncode == 0
    (told,) = [
        row
        for row in rows(cxstreams("topics", "describe", "--json", **settings))
        if row["topic"] == f"{prefix}cx.touchpoints.v1"
    ]
    ends = told["ends"]
    assert isinstance(ends, list)
    shown = cxstreams("topics", "describe", **settings).stdout
    line = next(line for line in shown.splitlines() if "cx.touchpoints.v1" in line)
    assert f"{sum(ends):,}" in line
    assert ("≥ " + f"{sum(ends):,}" in line) is (not told["ends_exact"])
    assert "7 days" in line
    if told["ends_exact"]:
        sent = cxstreams(*shop, "--out", "-").stdout.count("\n")
        assert sum(ends) == sent
        assert isinstance(told["size_bytes"], int)
        assert told["size_bytes"] > 0


def test_existing_topics_stay_and_new_ones_follow_their_number(
    settings: dict[str, str], topics: Callable[..., str], prefix: str
) -> None:
    source = topics("cx.touchpoints.v1", partitions=5)
    made = cxstreams("topics", "create", "--partitions", "2", **settings)
    assert made.returncode == 0, made.stderr
    assert f"{source}  already there: 5 partitions, not the 2 asked for" in made.stdout
    assert made.stdout.count("created with 5 partitions") == 8


def test_more_copies_than_brokers_are_refused_before_anything_is_made(
    settings: dict[str, str], client: KafkaAdminClient, prefix: str
) -> None:
    refused = cxstreams("topics", "create", "--replication", "3", **settings)
    assert refused.returncode == 78
    assert refused.stderr == (
        "error: replication (CX_REPLICATION) is 3, the cluster has 1 broker: say at most 1, "
        "or start more brokers\n"
    )
    assert not [name for name in client.list_topics() if name.startswith(prefix)]


def test_a_worker_refuses_a_source_whose_partitions_differ_from_its_changelogs(
    settings: dict[str, str],
    topics: Callable[..., str],
    worker: Callable[..., Worker],
    client: KafkaAdminClient,
    prefix: str,
) -> None:
    assert cxstreams("topics", "create", "--partitions", "4", **settings).returncode == 0
    source, changelog = f"{prefix}cx.touchpoints.v1", f"{prefix}worker-customers-changelog"
    client.delete_topics([source])
    topics("cx.touchpoints.v1", partitions=6)
    running = worker()
    assert running.process.wait(60) == 78
    (line,) = [line for line in running.printed().splitlines() if line.startswith("error: ")]
    assert f"topic {source} has 6 partitions, the changelog {changelog} has 4" in line
    assert "CX_PREFIX" in line
    checked = cxstreams("topics", "check", **settings)
    assert checked.returncode == 78
    assert "replay the events with CX_PREFIX=" in checked.stdout


@pytest.mark.parametrize("partitions", [1, 9])
def test_the_mend_of_an_odd_output_mends_it(
    settings: dict[str, str],
    topics: Callable[..., str],
    client: KafkaAdminClient,
    partitions: int,
    broker: Broker,
) -> None:
    assert cxstreams("topics", "create", "--partitions", "4", **settings).returncode == 0
    odd = settings["CX_PREFIX"] + "cx.journeys.v1"
    client.delete_topics([odd])
    topics("cx.journeys.v1", partitions=partitions)
    wrong = [
        row
        for row in rows(cxstreams("topics", "check", "--json", **settings))
        if row["severity"] == "wrong"
    ]
    assert [row["topic"] for row in wrong] == [odd]
    if partitions == 1 and isinstance(broker, EmbeddedBroker):
        return  # it can't give a topic more partitions
    do(str(wrong[0]["mend"]), client)
    again = rows(cxstreams("topics", "check", "--json", **settings))
    assert not [row for row in again if row["severity"] == "wrong"]
