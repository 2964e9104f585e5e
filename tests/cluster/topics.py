"""Topics of a test, on any broker."""

from collections.abc import Mapping
from contextlib import closing

from kafka import KafkaAdminClient


def make_topic(
    bootstrap: str,
    name: str,
    *,
    partitions: int = 1,
    replication: int = 1,
    configs: Mapping[str, str] | None = None,
) -> str:
    """Make a topic and wait until every partition has a leader -> its name.

    `replication` -1 is what the cluster does by itself.
    """
    wanted = {
        "num_partitions": partitions,
        "replication_factor": replication,
        "configs": dict(configs or {}),
    }
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap.split(","))) as admin:
        admin.create_topics({name: wanted}, wait_for_metadata=True)
    return name
