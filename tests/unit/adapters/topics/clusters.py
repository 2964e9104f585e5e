"""Clusters as a broker would describe them: all as it should be, until a test changes it."""

from collections.abc import Mapping
from typing import Any

from streams.adapters.topics import Cluster, Deployment, Finding, Partition, Topic, compare, plans
from streams.adapters.topics.observed import OFFSETS, TRANSACTIONS

CHANGELOG = "cx-streams-customers-changelog"
WANTED = list(plans("", CHANGELOG))
SOURCE, ALERTS, JOURNEYS, LETTERS = (
    "cx.touchpoints.v1",
    "cx.alerts.sla.v1",
    "cx.journeys.v1",
    "cx.deadletter.v1",
)
KAFKA_SAYS = {
    "retention.ms": "604800000",
    "retention.bytes": "-1",
    "max.message.bytes": "1048588",
    "message.timestamp.type": "CreateTime",
    "min.compaction.lag.ms": "0",
    "segment.bytes": "1073741824",
    "unclean.leader.election.enable": "false",
}
SETTINGS = {
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "transaction.max.timeout.ms": "900000",
}
THREE = Deployment("kafka:9092", copies=3, in_sync=2)


def topic(name: str, count: int = 4, copies: int = 3, brokers: int = 3, **configs: object) -> Topic:
    """A topic with its leaders spread; settings are written `cleanup_policy="compact"`."""
    rows = []
    for number in range(count):
        held = tuple((number + step) % brokers + 1 for step in range(copies))
        rows.append(Partition(held[0], held, held, end=0))
    said = {key.replace("_", "."): str(value) for key, value in configs.items()}
    return Topic(name, tuple(rows), {"min.insync.replicas": "2"} | said)


def cluster(brokers: int = 3, copies: int = 3, **changed: Any) -> Cluster:
    """Every topic as planned on so many brokers."""
    least = str(max(1, copies - 1))
    topics = {
        plan.name: topic(plan.name, plan.partitions or 4, copies, brokers)._replace(
            configs=KAFKA_SAYS | plan.configs | {"min.insync.replicas": least}
        )
        for plan in WANTED
    }
    for name in (OFFSETS, TRANSACTIONS):
        kept = topic(name, 4, copies, brokers)
        topics[name] = kept._replace(configs={"min.insync.replicas": least})
    return Cluster(tuple(range(1, brokers + 1)), topics, SETTINGS)._replace(**changed)


def with_topic(seen: Cluster, changed: Topic) -> Cluster:
    """The cluster with one topic in place of the one of its name."""
    return seen._replace(topics={**seen.topics, changed.name: changed})


def with_settings(seen: Cluster, name: str, settings: Mapping[str, str]) -> Cluster:
    """The cluster with some settings of one topic changed."""
    held = seen.topics[name]
    return with_topic(seen, held._replace(configs={**held.configs, **settings}))


def resized(seen: Cluster, name: str, count: int, end: int = 0) -> Cluster:
    """The cluster with another number of partitions of one topic, each up to `end`."""
    held = topic(name, count, len(seen.topics[name].partitions[0].replicas), len(seen.brokers))
    rows = tuple(partition._replace(end=end) for partition in held.partitions)
    return with_topic(seen, seen.topics[name]._replace(partitions=rows))


def found(seen: Cluster, deployment: Deployment = THREE) -> list[Finding]:
    """What there is to say of it."""
    return compare(WANTED, seen, deployment, 4)


def only(seen: Cluster, deployment: Deployment = THREE) -> Finding:
    """The one thing there is to say of it."""
    (finding,) = found(seen, deployment)
    return finding
