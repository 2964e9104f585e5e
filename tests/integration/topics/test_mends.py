"""On three nodes of Kafka: what is wrong with topics is found, and each mend mends it."""

import time
from collections.abc import Iterator

import pytest
from kafka import KafkaAdminClient

from tests.cluster.kafka import KafkaCluster
from tests.integration.topics.shell import cxstreams, do, rows

pytestmark = pytest.mark.kafka

MESS: dict[str, tuple[int, dict[str, str]]] = {
    # topic: copies, settings
    "cx.touchpoints.v1": (
        3,
        {
            "retention.ms": "3600000",
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": "2",
        },
    ),
    "cx.alerts.churn.v1": (
        1,
        {
            "cleanup.policy": "compact",
            "min.compaction.lag.ms": "3600000",
            "min.insync.replicas": "1",
        },
    ),
    "cx.deadletter.v1": (
        3,
        {
            "max.message.bytes": "1000",
            "retention.ms": "-1",
            "message.timestamp.type": "LogAppendTime",
        },
    ),
    "worker-customers-changelog": (
        3,
        {
            "cleanup.policy": "compact,delete",
            "min.compaction.lag.ms": "3600000",
            "min.insync.replicas": "3",
            "unclean.leader.election.enable": "true",
        },
    ),
}
FOUND = {
    ("cx.touchpoints.v1", "retention.ms"),
    ("cx.alerts.churn.v1", "replication"),
    ("cx.deadletter.v1", "max.message.bytes"),
    ("worker-customers-changelog", "cleanup.policy"),
    ("worker-customers-changelog", "segment.bytes"),
    ("worker-customers-changelog", "min.insync.replicas"),
    ("worker-customers-changelog", "unclean.leader.election.enable"),
}


@pytest.fixture
def client(kafka3: KafkaCluster) -> Iterator[KafkaAdminClient]:
    admin = KafkaAdminClient(bootstrap_servers=kafka3.bootstrap)
    yield admin
    admin.close()


@pytest.fixture
def settings(kafka3: KafkaCluster, prefix: str) -> dict[str, str]:
    names = {"CX_BROKER": kafka3.url, "CX_PREFIX": prefix, "CX_APP": "worker"}
    return names | {"CX_REPLICATION": "3"}


def described(settings: dict[str, str]) -> list[dict[str, object]]:
    return rows(cxstreams("topics", "describe", "--json", **settings))


def test_three_copies_two_of_them_in_sync_are_made_and_fine(settings: dict[str, str]) -> None:
    made = cxstreams("topics", "create", **settings)
    assert made.returncode == 0, made.stderr
    for row in described(settings):
        assert (row["replication"], row["min_in_sync"], row["under_replicated"]) == (3, 2, [])
        leaders: list[int] = row["leaders"]  # type: ignore[assignment]
        assert len(set(leaders)) > 1 or len(leaders) == 1
    checked = cxstreams("topics", "check", **settings)
    assert (checked.returncode, checked.stdout) == (0, "all 11 topics are as they should be\n")


def test_every_difference_is_found_and_each_mend_mends_it(
    settings: dict[str, str], client: KafkaAdminClient, prefix: str, kafka3: KafkaCluster
) -> None:
    for name, (copies, configs) in MESS.items():
        topic = {"num_partitions": 4, "replication_factor": copies, "configs": configs}
        client.create_topics({prefix + name: topic}, wait_for_metadata=True)
    assert cxstreams("topics", "create", **settings).returncode == 0
    checked = cxstreams("topics", "check", "--json", **settings)
    assert checked.returncode == 78
    found = rows(checked)
    assert {
        (str(row["topic"]).removeprefix(prefix), str(row["what"]).split()[0]) for row in found
    } == FOUND
    for row in found:
        do(str(row["mend"]), client)
    kafka3.in_sync()
    # A topic of one copy has its least of 1 by itself; with three it should be 2.
    for row in rows(cxstreams("topics", "check", "--json", **settings)):
        assert str(row["what"]).startswith("min.insync.replicas is 1")
        do(str(row["mend"]), client)
    clean = cxstreams("topics", "check", **settings)
    assert (clean.returncode, clean.stdout) == (0, "all 11 topics are as they should be\n")


def test_a_node_that_is_down_is_risky_and_says_which(
    settings: dict[str, str], kafka3: KafkaCluster
) -> None:
    assert cxstreams("topics", "create", **settings).returncode == 0
    kafka3.node(3).kill()
    try:
        deadline = time.monotonic() + 60
        while not any(row["under_replicated"] for row in described(settings)):
            assert time.monotonic() < deadline  # the cluster takes its time to notice
        checked = cxstreams("topics", "check", "--json", **settings)
    finally:
        kafka3.node(3).start()
        kafka3.in_sync()
    assert checked.returncode in {1, 78}  # without a leader until another is chosen
    assert all("start broker 3" in str(row["mend"]) for row in rows(checked))
    assert cxstreams("topics", "check", **settings).returncode == 0
