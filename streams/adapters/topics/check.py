"""The topics as they are against what they should be."""

from collections.abc import Iterator, Sequence

from streams.adapters.topics.cluster import cluster_findings
from streams.adapters.topics.copies import copy_findings
from streams.adapters.topics.counts import count_findings
from streams.adapters.topics.deployment import Deployment
from streams.adapters.topics.findings import Finding, Severity
from streams.adapters.topics.keeping import keeping_findings, room_finding
from streams.adapters.topics.observed import Cluster
from streams.adapters.topics.plans import TopicPlan

_ORDER = list(Severity)


def compare(
    wanted: Sequence[TopicPlan], cluster: Cluster, deployment: Deployment, partitions: int
) -> list[Finding]:
    """Every difference, the worst first; no I/O. `partitions` is asked of topics yet to be made.

    >>> from streams.adapters.topics.plans import plans
    >>> empty = Cluster(brokers=(1,), topics={})
    >>> found = compare(list(plans("", "state")), empty, Deployment("kafka:9092"), 4)
    >>> len(found), found[0].topic, found[0].what
    (10, 'cx.touchpoints.v1', 'it is missing')
    """
    found = [
        *cluster_findings(cluster, deployment),
        *count_findings(wanted, cluster, deployment, partitions),
        *_topic_findings(wanted, cluster, deployment),
    ]
    return sorted(found, key=lambda finding: _ORDER.index(finding.severity))


def _topic_findings(
    wanted: Sequence[TopicPlan], cluster: Cluster, deployment: Deployment
) -> Iterator[Finding]:
    if not cluster.whole:
        return
    there = [plan for plan in wanted if plan.name in cluster.topics]
    for plan in there:
        topic = cluster.topics[plan.name]
        yield from copy_findings(topic, cluster, deployment)
        yield from keeping_findings(plan, topic, deployment)
    sources = [cluster.topics[plan.name] for plan in there if plan.role == "source"]
    for plan in there:
        if plan.role == "dead_letters":
            yield from room_finding(sources, cluster.topics[plan.name], deployment)
