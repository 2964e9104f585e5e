"""What the check finds: nothing where all is well, and each difference by its consequence."""

import pytest

from streams.adapters.topics import Deployment
from streams.adapters.topics.observed import OFFSETS, TRANSACTIONS
from tests.unit.adapters.topics.clusters import (
    ALERTS,
    CHANGELOG,
    JOURNEYS,
    LETTERS,
    SOURCE,
    THREE,
    cluster,
    found,
    only,
    with_settings,
    with_topic,
)


@pytest.mark.parametrize(
    ("brokers", "copies", "in_sync"), [(1, 1, 1), (2, 2, 1), (3, 3, 2), (5, 3, 2)]
)
def test_topics_as_planned_leave_nothing_to_say(brokers: int, copies: int, in_sync: int) -> None:
    deployment = Deployment("kafka:9092", copies=copies, in_sync=in_sync)
    assert found(cluster(brokers, copies), deployment) == []


def test_topics_kept_longer_than_planned_are_nobodys_business() -> None:
    longer = with_settings(cluster(), SOURCE, {"retention.ms": "-1"})
    assert found(with_settings(longer, JOURNEYS, {"retention.ms": str(2**60)})) == []


SETTINGS = [
    (CHANGELOG, {"cleanup.policy": "delete"}, "wrong", "customers not seen for that long"),
    (CHANGELOG, {"cleanup.policy": "compact,delete"}, "wrong", "compacted or not"),
    (CHANGELOG, {"cleanup.policy": ""}, "wrong", "grows for ever"),
    (ALERTS, {"cleanup.policy": "delete"}, "risky", "open alerts vanish"),
    (SOURCE, {"cleanup.policy": "compact"}, "wrong", "only the newest record"),
    (LETTERS, {"cleanup.policy": "delete,compact"}, "wrong", "only the newest record"),
    (CHANGELOG, {"min.compaction.lag.ms": "0"}, "risky", "a paused worker wrote late"),
    (ALERTS, {"min.compaction.lag.ms": "0"}, "note", "misses words in between"),
    (CHANGELOG, {"segment.bytes": "1073741824"}, "note", "read back at every takeover"),
    (SOURCE, {"retention.ms": "3600000"}, "risky", "behind for 1 hour"),
    (SOURCE, {"retention.ms": "0"}, "risky", "behind for 0 seconds"),
    (LETTERS, {"retention.ms": "86400000"}, "risky", "gone after 1 day"),
    (JOURNEYS, {"retention.ms": "86400000"}, "note", "off for 1 day"),
    (SOURCE, {"retention.bytes": "1000"}, "risky", "go earlier"),
    (SOURCE, {"message.timestamp.type": "CreateTime"}, "risky", "old events that a replay sends"),
    (SOURCE, {"unclean.leader.election.enable": "true"}, "risky", "what was written is lost"),
    (SOURCE, {"min.insync.replicas": "3"}, "risky", "a single broker that is down stops"),
    (SOURCE, {"min.insync.replicas": "4"}, "risky", "refuse all writes"),
    (SOURCE, {"min.insync.replicas": "1"}, "risky", "lost with that broker"),
    (LETTERS, {"max.message.bytes": "1048588"}, "wrong", "the worker stops before it"),
    (TRANSACTIONS, {"min.insync.replicas": "3"}, "risky", "with one broker down"),
    (TRANSACTIONS, {"min.insync.replicas": "4"}, "risky", "every chunk is a transaction"),
]


@pytest.mark.parametrize(("name", "settings", "severity", "consequence"), SETTINGS)
def test_a_setting_that_differs_is_found_and_mended(
    name: str, settings: dict[str, str], severity: str, consequence: str
) -> None:
    findings = [f for f in found(with_settings(cluster(), name, settings)) if f.topic == name]
    (finding,) = findings
    ((key, value),) = settings.items()
    assert (finding.severity, key in finding.what) == (severity, True)
    assert value in finding.what or not value
    assert consequence in finding.consequence
    assert f"--entity-name {name} --add-config {key}=" in finding.mend
    mended = finding.mend.rpartition("=")[2]
    assert found(with_settings(cluster(), name, {key: mended})) == []


def test_dead_letters_need_room_for_the_largest_record_of_the_source() -> None:
    larger = with_settings(cluster(), SOURCE, {"max.message.bytes": "9000000"})
    assert only(larger).topic == LETTERS
    assert "max.message.bytes=18000000" in only(larger).mend


def test_the_worst_comes_first() -> None:
    seen = with_settings(cluster(), ALERTS, {"min.compaction.lag.ms": "0"})
    seen = with_settings(seen, SOURCE, {"retention.ms": "1000"})
    seen = with_settings(seen, CHANGELOG, {"cleanup.policy": "delete"})
    assert [str(finding.severity) for finding in found(seen)] == ["wrong", "risky", "note"]


def test_one_copy_among_three_brokers_is_risky_whatever_was_asked_for() -> None:
    single = Deployment("kafka:9092")
    findings = found(cluster(3, 1), single)
    assert {finding.severity for finding in findings} == {"risky"}
    assert {finding.topic for finding in findings} >= {SOURCE, CHANGELOG, OFFSETS, TRANSACTIONS}
    (source,) = (finding for finding in findings if finding.topic == SOURCE)
    assert '"topic":"cx.touchpoints.v1","partition":0,"replicas":[1,2,3]' in source.mend


def test_fewer_copies_than_asked_for_are_found() -> None:
    findings = found(cluster(3, 2))
    assert {f.what for f in findings if f.topic == SOURCE} == {
        "replication is 2 on 3 brokers, it should be 3"
    }


def test_more_copies_than_brokers_cannot_be_mended_by_moving() -> None:
    assert found(cluster(1, 1), Deployment("kafka:9092", copies=3, in_sync=2)) == []


def test_a_partition_without_a_leader_is_found_first() -> None:
    held = cluster().topics[SOURCE]
    rows = list(held.partitions)
    rows[2] = rows[2]._replace(leader=None, in_sync=())
    finding = only(with_topic(cluster(), held._replace(partitions=tuple(rows))))
    assert (finding.severity, finding.what) == ("wrong", "partition 2 without a leader")
    assert "start broker 1, 2, 3" in finding.mend


@pytest.mark.parametrize(("in_sync", "severity"), [(2, "risky"), (1, "wrong")])
def test_copies_out_of_sync_are_found(in_sync: int, severity: str) -> None:
    held = cluster().topics[CHANGELOG]
    rows = [p._replace(in_sync=p.replicas[:in_sync]) for p in held.partitions]
    finding = only(with_topic(cluster(), held._replace(partitions=tuple(rows))))
    assert finding.severity == severity
    assert finding.what.startswith("4 partitions (0, 1, 2, 3)")


def test_transactions_that_cannot_begin_are_found_unless_nobody_wants_them() -> None:
    """Kafka's default wants three copies of its transaction log; one broker can't give them."""
    seen = cluster(1, 1)
    topics = {name: held for name, held in seen.topics.items() if not name.startswith("__")}
    seen = seen._replace(topics=topics)
    findings = found(seen, Deployment("kafka:9092"))
    assert [f.severity for f in findings] == ["wrong", "wrong"]
    assert "transaction.state.log.replication.factor is 3" in findings[1].what
    without = found(seen, Deployment("kafka:9092", exactly_once=False))
    assert [f.what for f in without] == [findings[0].what]


def test_a_transaction_longer_than_the_broker_allows_is_found() -> None:
    finding = only(cluster(), THREE._replace(transaction_timeout_ms=900_001))
    assert finding.mend == "export CX_TRANSACTION_TIMEOUT_S=900"


def test_a_broker_that_keeps_no_settings_is_told_once_and_counts_are_checked_all_the_same() -> None:
    seen = cluster(1, 1, whole=False, settings={})
    assert only(seen, Deployment("kafka:9092")).severity == "note"
    fewer = {name: held for name, held in seen.topics.items() if name != SOURCE}
    first, _ = found(seen._replace(topics=fewer), Deployment("kafka:9092"))
    assert (first.topic, first.what) == (SOURCE, "it is missing")


def test_settings_the_broker_does_not_tell_are_not_guessed() -> None:
    seen = cluster()
    bare = {name: held._replace(configs={}) for name, held in seen.topics.items()}
    assert found(seen._replace(topics=bare, settings={})) == []
