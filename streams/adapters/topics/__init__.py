"""The topics of the system: what each should be, made so, looked at, and compared with it.

`compare` is pure; `observe` and `create_missing` speak with the broker.
"""

from streams.adapters.topics.check import compare
from streams.adapters.topics.counts import check_partitions
from streams.adapters.topics.creating import create_missing
from streams.adapters.topics.deployment import Deployment
from streams.adapters.topics.findings import Finding, Severity
from streams.adapters.topics.observed import Cluster, Partition, Topic, observe
from streams.adapters.topics.plans import TopicPlan, plans

__all__ = [
    "Cluster",
    "Deployment",
    "Finding",
    "Partition",
    "Severity",
    "Topic",
    "TopicPlan",
    "check_partitions",
    "compare",
    "create_missing",
    "observe",
    "plans",
]
