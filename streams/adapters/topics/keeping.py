"""What a topic keeps, how long, and how large it may be."""

from collections.abc import Iterator, Sequence

from streams.adapters.topics.deployment import Deployment
from streams.adapters.topics.findings import Finding, Severity
from streams.adapters.topics.observed import Topic
from streams.adapters.topics.plans import DAY_MS, TopicPlan

HEADER_ROOM = 64 * 1024
"""Bytes by which a dead letter may be larger than its record: our headers, and the batch's."""


def keeping_findings(plan: TopicPlan, topic: Topic, deployment: Deployment) -> Iterator[Finding]:
    """Clean-up, retention, compaction lag and time stamps, of what the broker tells."""
    if plan.configs["cleanup.policy"] == "compact":
        yield from _compacted(plan, topic, deployment)
    else:
        yield from _deleted(plan, topic, deployment)


def room_finding(
    sources: Sequence[Topic], dead_letters: Topic, deployment: Deployment
) -> Iterator[Finding]:
    """Whether every record that a source takes fits the dead-letter topic."""
    sizes = {source.name: source.number("max.message.bytes") or 0 for source in sources}
    room = dead_letters.number("max.message.bytes")
    if room is None or not sizes or room >= max(sizes.values()) + HEADER_ROOM:
        return
    name = max(sizes, key=lambda name: sizes[name])
    largest = sizes[name]
    yield Finding(
        dead_letters.name,
        Severity.WRONG,
        f"max.message.bytes is {room}, {name} takes records of {largest}",
        "a dead letter of a large record is refused, and the worker stops before it",
        deployment.set(dead_letters.name, "max.message.bytes", 2 * largest),
    )


def _compacted(plan: TopicPlan, topic: Topic, deployment: Deployment) -> Iterator[Finding]:
    state = plan.role == "changelog"
    policy = topic.configs.get("cleanup.policy")
    if policy is not None and _policies(policy) != {"compact"}:
        lost = "customers not seen for that long are forgotten"
        alerts = "open alerts vanish for those who subscribe later"
        yield Finding(
            plan.name,
            Severity.WRONG if state else Severity.RISKY,
            f"cleanup.policy is {policy or 'empty'}, it should be compact",
            f"{_drops(topic, policy)}: {lost if state else alerts}"
            if "delete" in _policies(policy)
            else "it grows for ever, and a worker's recovery with it",
            deployment.set(plan.name, "cleanup.policy", "compact"),
        )
    lag, wanted = topic.number("min.compaction.lag.ms"), int(plan.configs["min.compaction.lag.ms"])
    if lag is not None and lag < wanted:
        yield Finding(
            plan.name,
            Severity.RISKY if state else Severity.NOTE,
            f"min.compaction.lag.ms is {lag}, it should be at least {wanted}",
            "without transactions, state that a paused worker wrote late may displace newer state"
            if state
            else "a subscriber that was off for a while misses words in between",
            deployment.set(plan.name, "min.compaction.lag.ms", wanted),
        )
    segment, most = topic.number("segment.bytes"), plan.configs.get("segment.bytes")
    if segment is not None and most is not None and segment > int(most):
        yield Finding(
            plan.name,
            Severity.NOTE,
            f"segment.bytes is {segment}, it should be {most} at most",
            "so much of each partition is never compacted, and is read back at every takeover",
            deployment.set(plan.name, "segment.bytes", most),
        )


def _deleted(plan: TopicPlan, topic: Topic, deployment: Deployment) -> Iterator[Finding]:
    precious = plan.role in {"source", "dead_letters"}
    severity = Severity.RISKY if precious else Severity.NOTE
    policy = topic.configs.get("cleanup.policy")
    if policy is not None and "compact" in _policies(policy):
        yield Finding(
            plan.name,
            Severity.WRONG,
            f"cleanup.policy is {policy}, it should be delete",
            "of each key only the newest record stays",
            deployment.set(plan.name, "cleanup.policy", "delete"),
        )
    kept, wanted = topic.number("retention.ms"), int(plan.configs["retention.ms"])
    if kept is not None and 0 <= kept < wanted:
        yield Finding(
            plan.name,
            severity,
            f"retention.ms is {kept} ({days(kept)}), it should be at least {wanted}",
            _too_short(plan, kept),
            deployment.set(plan.name, "retention.ms", wanted),
        )
    if (topic.number("retention.bytes") or -1) > 0:
        yield Finding(
            plan.name,
            severity,
            f"retention.bytes is {topic.configs['retention.bytes']}, it should be -1",
            "under load records go earlier than their time",
            deployment.set(plan.name, "retention.bytes", -1),
        )
    stamps = topic.configs.get("message.timestamp.type")
    if stamps is not None and stamps != "LogAppendTime":
        yield Finding(
            plan.name,
            Severity.RISKY,
            f"message.timestamp.type is {stamps}, it should be LogAppendTime",
            "old events that a replay sends may be deleted before they are read",
            deployment.set(plan.name, "message.timestamp.type", "LogAppendTime"),
        )


def _policies(policy: str) -> set[str]:
    """The words of a policy; newer brokers allow none.

    >>> sorted(_policies("compact,delete")), _policies("")
    (['compact', 'delete'], set())
    """
    return {word.strip() for word in policy.split(",") if word.strip()}


def _drops(topic: Topic, policy: str) -> str:
    kept = topic.number("retention.ms")
    if kept is None or kept < 0:
        return "records may be deleted"
    return f"records go after {days(kept)}" + (", compacted or not" if "," in policy else "")


def _too_short(plan: TopicPlan, kept: int) -> str:
    if plan.role == "source":
        return f"events go unread when workers are down or behind for {days(kept)}"
    if plan.role == "dead_letters":
        return f"what couldn't be processed is gone after {days(kept)}"
    return f"a subscriber that is off for {days(kept)} misses something"


def days(milliseconds: int) -> str:
    """A time in words.

    >>> days(7 * DAY_MS), days(90_000_000), days(5_400_000), days(0)
    ('7 days', '25 hours', '90 minutes', '0 seconds')
    """
    for unit, length in (("days", DAY_MS), ("hours", 3_600_000), ("minutes", 60_000)):
        if milliseconds and milliseconds % length == 0:
            count = milliseconds // length
            return f"{count} {unit[: -1 if count == 1 else None]}"
    return f"{milliseconds / 1000:g} seconds"
