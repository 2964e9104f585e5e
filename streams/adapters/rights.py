"""What the broker allows us, asked before anything is read: a no in mid-stream is a no too late."""

from collections.abc import Collection, Mapping
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import GroupAuthorizationFailedError, KafkaError

from streams.engine.broker_errors import not_our_group, not_our_topic

_UNAUTHORISED = 29


def described(client: KafkaAdminClient, topics: Collection[str]) -> list[dict[str, Any]]:
    """What the broker tells of the topics, as kafka-python has it; a missing one has error_code 3.

    Raises AccessDenied for one that we aren't even allowed to see, and that else looks missing.
    """
    told: list[dict[str, Any]] = client.describe_topics(list(topics))
    for topic in told:
        if topic["error_code"] == _UNAUTHORISED:
            raise not_our_topic(topic["name"], ())
    return told


def check_rights(
    client: KafkaAdminClient, wanted: Mapping[str, Collection[str]], group: str
) -> None:
    """See that we have each topic's wanted rights (READ, WRITE) and may be in the group.

    A broker that doesn't tell rights, such as the embedded one, is believed to allow everything.
    Raises AccessDenied, naming the topic and the right, or the group.
    """
    for topic in described(client, wanted):
        allowed = topic.get("authorized_operations")
        missing = [right for right in wanted[topic["name"]] if right not in (allowed or ())]
        if allowed and missing:
            raise not_our_topic(topic["name"], missing)
    try:
        client.list_group_offsets([group])
    except GroupAuthorizationFailedError as error:
        raise not_our_group(group) from error
    except KafkaError:  # a new cluster has no coordinator yet; joining will wait for one
        return
