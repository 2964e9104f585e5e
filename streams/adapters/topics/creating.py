"""Topics made with everything said: partitions, copies, clean-up; never by a broker's defaults."""

from collections.abc import Callable, Sequence

from kafka import KafkaAdminClient
from kafka.errors import TopicAlreadyExistsError

from streams.adapters.topics.counts import shared_count
from streams.adapters.topics.observed import brokers_of, partitions_of
from streams.adapters.topics.plans import TopicPlan
from streams.errors import ConfigurationError


def create_missing(
    client: KafkaAdminClient,
    wanted: Sequence[TopicPlan],
    partitions: int,
    replication: int,
    min_in_sync: int | None = None,
    tell: Callable[[TopicPlan, int], None] = lambda _, __: None,
) -> list[str]:
    """Create those of the topics that aren't there; the names of the new ones.

    They get as many partitions as ours that are there, else `partitions`; some have a number of
    their own. `min_in_sync` None is
    one less than `replication`, at least 1. `tell` hears of each new topic and its partitions.

    Raises:
        ConfigurationError: more copies than brokers, or than there are of them in sync; before
            anything is made.
    """
    known = partitions_of(client, [plan.name for plan in wanted])
    missing = [plan for plan in wanted if plan.name not in known]
    if not missing:
        return []
    least = max(1, replication - 1) if min_in_sync is None else min_in_sync
    _possible(client, replication, least)
    there = {name: len(found) for name, found in known.items()}
    count = shared_count(wanted, there) or partitions
    made = []
    for plan in missing:
        topic = {
            "num_partitions": plan.partitions or count,
            "replication_factor": replication,
            "configs": plan.configs | {"min.insync.replicas": str(least)},
        }
        try:
            client.create_topics({plan.name: topic}, wait_for_metadata=True)
        except TopicAlreadyExistsError:  # somebody was faster, and not every broker has heard yet
            client.wait_for_topics([plan.name])
            continue
        made.append(plan.name)
        tell(plan, plan.partitions or count)
    return made


def _possible(client: KafkaAdminClient, replication: int, least: int) -> None:
    """Asked for more than there is, a broker answers in its own words, topic by topic."""
    if least > replication:
        raise ConfigurationError(
            f"min_in_sync (CX_MIN_IN_SYNC) is {least}, replication {replication}: nothing could "
            f"be written; say at most {replication}, or raise the replication"
        )
    brokers = len(brokers_of(client))
    if replication > brokers:
        raise ConfigurationError(
            f"replication (CX_REPLICATION) is {replication}, the cluster has {brokers} "
            f"broker{'s' * (brokers != 1)}: say at most {brokers}, or start more brokers"
        )
