"""The topics of the system, with the configuration each needs and why."""

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from streams.adapters.dead_letters import LARGEST

DAY_MS = 24 * 3600 * 1000
ZOMBIE_MS = 3600 * 1000
"""Longer than any worker can be paused and still write: compaction must not outrun it."""

Role: TypeAlias = Literal["source", "alerts", "output", "dead_letters", "changelog"]


class TopicPlan(NamedTuple):
    """A topic as it should be: name, configuration, what it is for, and its part in the whole.

    `partitions` is None where it has as many as the touchpoints, else how many it has to have.
    """

    name: str
    configs: dict[str, str]
    purpose: str
    role: Role
    partitions: int | None = None


def _kept(days: int) -> dict[str, str]:
    """Kept by the day of arrival: what a replay sends may be years old, and must not be dropped."""
    return {
        "cleanup.policy": "delete",
        "retention.ms": str(days * DAY_MS),
        "message.timestamp.type": "LogAppendTime",
    }


COMPACTED = {"cleanup.policy": "compact", "min.compaction.lag.ms": str(ZOMBIE_MS)}
"""The newest word of each key stays for ever."""
STATE = {**COMPACTED, "segment.bytes": str(64 * 2**20)}
"""The segment written to is never compacted, and whoever takes over reads it whole: of Kafka's own
gigabyte a quiet partition would gather a week."""

DEAD_LETTERS = {**_kept(30), "max.message.bytes": str(LARGEST)}
"""Room for the largest record the source takes, with the reason in headers on top."""

PLANS: tuple[TopicPlan, ...] = (
    TopicPlan(
        "cx.touchpoints.v1",
        _kept(7),
        "what happens between customers and the company",
        "source",
    ),
    TopicPlan("cx.outcomes.v1", _kept(90), "what became of alerts", "source"),
    TopicPlan("cx.alerts.churn.v1", COMPACTED, "customers about to leave", "alerts"),
    TopicPlan("cx.alerts.sla.v1", COMPACTED, "promises of the desk about to break", "alerts"),
    TopicPlan("cx.alerts.cause.v1", COMPACTED, "what many alerts have in common", "alerts"),
    TopicPlan(
        "cx.alerts.merged.v1",
        _kept(7),
        "all alerts but common causes in one partition, for the pager",
        "output",
        1,
    ),
    TopicPlan("cx.journeys.v1", _kept(30), "moves between stages of the journey", "output"),
    TopicPlan("cx.metrics.v1", _kept(30), "measured values with their time", "output"),
    TopicPlan(
        "cx.deadletter.v1", DEAD_LETTERS, "records that could not be processed", "dead_letters"
    ),
)


def plans(prefix: str, changelog: str, pager: str = "") -> Iterator[TopicPlan]:
    """All topics under their full names; `pager` is the changelog of the pager, if there is one.

    >>> [plan.name for plan in plans("test.", "test.worker-customers-changelog")][-2:]
    ['test.cx.deadletter.v1', 'test.worker-customers-changelog']
    """
    for plan in PLANS:
        yield plan._replace(name=prefix + plan.name)
    yield TopicPlan(changelog, STATE, "the customers' state", "changelog")
    if pager:
        yield TopicPlan(pager, STATE, "what the pager has to tell", "changelog", 1)
