"""The topics of the system, with the configuration each needs and why."""

from collections.abc import Iterator
from typing import NamedTuple

from kafka import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError

from streams.errors import ConfigurationError

DAY_MS = 24 * 3600 * 1000
ZOMBIE_MS = 3600 * 1000
"""Longer than any worker can be paused and still write: compaction must not outrun it."""


class TopicPlan(NamedTuple):
    """A topic as it should be: name without prefix, its configuration, what it is for."""

    name: str
    configs: dict[str, str]
    purpose: str


def _kept(days: int) -> dict[str, str]:
    """Kept by the day of arrival: what a replay sends may be years old, and must not be dropped."""
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(days * DAY_MS),
        "message.timestamp.type": "LogAppendTime",
    }


COMPACTED = {"cleanup.policy": "compact", "min.compaction.lag.ms": str(ZOMBIE_MS)}
"""The newest word of each key stays for ever."""

DEAD_LETTERS = {**_kept(30), "max.message.bytes": str(2 * 1024 * 1024)}
"""Room for the largest record the source takes, with the reason in headers on top."""

PLANS: tuple[TopicPlan, ...] = (
    TopicPlan("cx.touchpoints.v1", _kept(7), "what happens between customers and the company"),
    TopicPlan("cx.outcomes.v1", _kept(90), "what became of alerts"),
    TopicPlan("cx.alerts.churn.v1", COMPACTED, "customers about to leave"),
    TopicPlan("cx.alerts.sla.v1", COMPACTED, "promises of the desk about to break"),
    TopicPlan("cx.journeys.v1", _kept(30), "moves between stages of the journey"),
    TopicPlan("cx.metrics.v1", _kept(30), "measured values with their time"),
    TopicPlan("cx.deadletter.v1", DEAD_LETTERS, "records that could not be processed"),
)


def plans(prefix: str, changelog: str) -> Iterator[TopicPlan]:
    """All topics under their full names.

    >>> [plan.name for plan in plans("test.", "test.worker-customers-changelog")][-2:]
    ['test.cx.deadletter.v1', 'test.worker-customers-changelog']
    """
    for plan in PLANS:
        yield plan._replace(name=prefix + plan.name)
    yield TopicPlan(changelog, COMPACTED, "the customers' state")


def create_missing(
    client: KafkaAdminClient, wanted: list[TopicPlan], partitions: int, replication: int
) -> list[str]:
    """Create those of the topics that aren't there; the names of the new ones."""
    there = set(client.list_topics())
    made = []
    for plan in wanted:
        if plan.name in there:
            continue
        topic = {
            "num_partitions": partitions,
            "replication_factor": replication,
            "configs": plan.configs,
        }
        try:
            client.create_topics({plan.name: topic}, wait_for_metadata=True)
        except TopicAlreadyExistsError:  # somebody was faster
            continue
        made.append(plan.name)
    return made


def check_partitions(client: KafkaAdminClient, wanted: list[TopicPlan]) -> int:
    """The number of partitions, which all topics share: what comes of partition n goes to n.

    Raises:
        ConfigurationError: a topic is missing, or two differ.
    """
    found = {
        topic["name"]: len(topic["partitions"])
        for topic in client.describe_topics([plan.name for plan in wanted])
    }
    for plan in wanted:
        if not found.get(plan.name):
            raise ConfigurationError(f"topic {plan.name} is missing: run `cxstreams topics create`")
    counts = set(found.values())
    if len(counts) > 1:
        shown = ", ".join(f"{name} {count}" for name, count in sorted(found.items()))
        raise ConfigurationError(
            f"all topics need the same number of partitions ({shown}): give those with fewer more, "
            "or start under a new prefix"
        )
    return counts.pop()
