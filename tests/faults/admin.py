"""What an administrator does to a cluster's topics, and what can be asked about them."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from tests.faults.log import BRISK
from tests.faults.waiting import wait_until

_PATIENCE_S = 60.0


class Admin:
    """Asks and tells a cluster, and waits until it's done."""

    def __init__(self, bootstrap: str) -> None:
        self._client = AdminClient({"bootstrap.servers": bootstrap, **BRISK})

    def create(self, topic: str, partitions: int, configs: Mapping[str, str]) -> None:
        """Make a topic, and wait until all its partitions have a leader."""
        wanted = NewTopic(topic, partitions, config=dict(configs))
        _done(self._client.create_topics([wanted]))

        def led() -> bool:
            found = self._partitions(topic)
            return len(found) == partitions and all(p.leader >= 0 for p in found.values())

        wait_until(led, f"{topic} has leaders")

    def delete(self, topic: str) -> None:
        """Delete a topic, and wait until nobody knows it any more."""
        _done(self._client.delete_topics([topic]))
        wait_until(
            lambda: topic not in self._client.list_topics(timeout=5.0).topics, f"{topic} is gone"
        )

    def delete_records(self, topic: str, before: Mapping[int, int]) -> None:
        """Delete everything before an offset of each partition, as retention does."""
        ends = [TopicPartition(topic, number, offset) for number, offset in before.items()]
        _done(self._client.delete_records(ends))

    def configure(self, topic: str, configs: Mapping[str, str]) -> None:
        """Change settings of a topic."""
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            for name, value in configs.items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=entries)
        _done(self._client.incremental_alter_configs([resource]))

    def leader(self, topic: str, partition: int) -> int:
        """The node that leads a partition."""
        return int(self._partitions(topic)[partition].leader)

    def coordinator(self, topic: str, name: str) -> int:
        """The node that coordinates a group (`__consumer_offsets`) or transactional id.

        Both go by the hash that Java gives a string.
        """
        return self.leader(topic, java_hash(name) % len(self._partitions(topic)))

    def _partitions(self, topic: str) -> Mapping[int, Any]:
        return self._client.list_topics(topic, timeout=30.0).topics[topic].partitions


def java_hash(text: str) -> int:
    """Java's `String.hashCode`, without its sign as Kafka takes it.

    >>> java_hash("worker")
    1365398398
    """
    value = 0
    for unit in text.encode("utf-16-be")[1::2]:
        value = (31 * value + unit) & 0xFFFF_FFFF
    return value & 0x7FFF_FFFF


def _done(asked: "Mapping[Any, Future[Any]]") -> None:
    for answer in asked.values():
        answer.result(_PATIENCE_S)
