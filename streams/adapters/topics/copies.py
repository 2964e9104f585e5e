"""How often a topic is kept, and what happens when a broker is down."""

from collections.abc import Iterator, Sequence

from streams.adapters.topics.deployment import Deployment
from streams.adapters.topics.findings import Finding, Severity
from streams.adapters.topics.observed import Cluster, Topic

ENOUGH = 3
"""Copies that outlive one broker's death while another is being restarted."""


def copy_findings(topic: Topic, cluster: Cluster, deployment: Deployment) -> Iterator[Finding]:
    """Replication, copies in sync, leaders."""
    yield from _replication(topic, cluster, deployment)
    yield from _least_in_sync(topic, deployment)
    yield from _health(topic, deployment)
    if topic.configs.get("unclean.leader.election.enable") == "true":
        yield Finding(
            topic.name,
            Severity.RISKY,
            "unclean.leader.election.enable is true",
            "a broker that lags may become leader, and what was written is lost",
            deployment.set(topic.name, "unclean.leader.election.enable", "false"),
        )


def replicas(topic: Topic, brokers: Sequence[int], copies: int) -> dict[int, list[int]]:
    """Where each partition's copies should lie: where they do, and on the next brokers in turn.

    >>> from streams.adapters.topics.observed import Partition
    >>> one = Topic("t", (Partition(2, (2,), (2,)), Partition(1, (1,), (1,))))
    >>> replicas(one, (1, 2, 3), 2)
    {0: [2, 3], 1: [1, 2]}
    """
    ring = sorted(brokers)
    places = {}
    for number, partition in enumerate(topic.partitions):
        held = [broker for broker in partition.replicas if broker in ring][:copies]
        start = ring.index(held[0]) if held else number % len(ring)
        turn = [ring[(start + step) % len(ring)] for step in range(len(ring))]
        places[number] = [*held, *(broker for broker in turn if broker not in held)][:copies]
    return places


def _replication(topic: Topic, cluster: Cluster, deployment: Deployment) -> Iterator[Finding]:
    brokers = len(cluster.brokers)
    target = max(deployment.copies, ENOUGH if brokers >= ENOUGH and topic.copies == 1 else 0)
    if topic.copies >= target or target > brokers:
        return
    yield Finding(
        topic.name,
        Severity.RISKY,
        f"replication is {topic.copies} on {brokers} brokers, it should be {target}",
        "it is gone with one broker's disk, and stands still while that broker is down"
        if topic.copies == 1
        else "it outlives fewer dead brokers than it should",
        deployment.spread(topic.name, replicas(topic, cluster.brokers, target)),
    )


def _least_in_sync(topic: Topic, deployment: Deployment) -> Iterator[Finding]:
    least, copies = topic.number("min.insync.replicas"), topic.copies
    if least is None:
        return
    target = deployment.in_sync if deployment.copies == copies else max(1, copies - 1)
    severity = Severity.RISKY
    if least > copies:  # Kafka 4.1 takes as many as there are; older ones take no write
        consequence = "some versions of Kafka refuse all writes, others when one broker is down"
    elif least == copies > 1 and target < copies:
        consequence = "a single broker that is down stops all writing"
    elif least == 1 and copies >= ENOUGH and target > 1:
        consequence = "a write counts with one copy, and is lost with that broker"
    elif least != target:
        severity, consequence = Severity.NOTE, "another number of brokers may be down than meant"
    else:
        return
    what = f"min.insync.replicas is {least} with replication {copies}, it should be {target}"
    mend = deployment.set(topic.name, "min.insync.replicas", target)
    yield Finding(topic.name, severity, what, consequence, mend)


def _health(topic: Topic, deployment: Deployment) -> Iterator[Finding]:
    """Not a setting, but what a person would want to know first."""
    headless = [number for number, part in enumerate(topic.partitions) if part.leader is None]
    if headless:
        where = sorted({broker for n in headless for broker in topic.partitions[n].replicas})
        yield Finding(
            topic.name,
            Severity.WRONG,
            f"{_partitions(headless)} without a leader",
            "nothing can be read or written there",
            f"{deployment.describe(topic.name)}  # start broker {', '.join(map(str, where))}",
        )
    behind = [number for number in topic.behind if number not in headless]
    if not behind:
        return
    least = topic.number("min.insync.replicas") or 1
    stuck = [number for number in behind if len(topic.partitions[number].in_sync) < least]
    late = {
        broker
        for number in behind
        for broker in topic.partitions[number].replicas
        if broker not in topic.partitions[number].in_sync
    }
    brokers = ", ".join(map(str, sorted(late)))
    yield Finding(
        topic.name,
        Severity.WRONG if stuck else Severity.RISKY,
        f"{_partitions(behind)} with fewer copies in sync than there should be",
        f"nothing can be written to {_partitions(stuck)}"
        if stuck
        else "the next broker that fails may stop it",
        f"{deployment.describe(topic.name)}  # start broker {brokers}, or watch it catch up",
    )


def _partitions(numbers: Sequence[int]) -> str:
    """Some partitions by number, the first few of many.

    >>> _partitions([3]), _partitions(range(9))
    ('partition 3', '9 partitions (0, 1, 2, 3, 4, ...)')
    """
    if len(numbers) == 1:
        return f"partition {numbers[0]}"
    shown = ", ".join(map(str, numbers[:5])) + (", ..." if len(numbers) > 5 else "")
    return f"{len(numbers)} partitions ({shown})"
