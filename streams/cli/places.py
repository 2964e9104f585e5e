"""Where to read: the partitions of topics, or a word about the one that isn't there."""

from collections.abc import Sequence

from kafka import KafkaAdminClient

from streams.adapters.rights import described
from streams.errors import BrokerRefused


def places(
    client: KafkaAdminClient, topics: Sequence[str], partition: int | None = None
) -> list[tuple[str, int]]:
    """Every (topic, partition) of the topics, or that one partition of each.

    Raises `BrokerRefused` for a topic that doesn't exist.
    """
    return [
        (topic, number)
        for topic, count in zip(topics, partition_counts(client, topics), strict=True)
        for number in range(count)
        if partition in (None, number)
    ]


def partition_counts(client: KafkaAdminClient, topics: Sequence[str]) -> list[int]:
    """How many partitions each of the topics has.

    Raises `BrokerRefused` for a missing one, `AccessDenied` for one that is kept from us.
    """
    known = {topic["name"]: len(topic["partitions"]) for topic in described(client, topics)}
    for topic in topics:
        if not known[topic]:
            raise BrokerRefused(
                f"there is no topic {topic}; start a worker, or run cxstreams topics create"
            )
    return [known[topic] for topic in topics]
