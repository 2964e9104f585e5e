"""The topics as they are on the broker, in plain values."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, OffsetSpec
from kafka.errors import IncompatibleBrokerVersion, KafkaConnectionError, KafkaError, for_code

OFFSETS, TRANSACTIONS = "__consumer_offsets", "__transaction_state"
BROKER_KEYS = (
    "offsets.topic.replication.factor",
    "transaction.max.timeout.ms",
    "transaction.state.log.min.isr",
    "transaction.state.log.replication.factor",
)
_MISSING, _NOT_ALLOWED = 3, 29  # error codes
_TRIES = 5  # with one broker of two down, 31 of 32 look-ups meet the other; of three, 242 of 243

T = TypeVar("T")


class Partition(NamedTuple):
    """One partition: brokers by number, the leader first known; `end` is the next offset."""

    leader: int | None
    replicas: tuple[int, ...]
    in_sync: tuple[int, ...]
    end: int | None = None


class Topic(NamedTuple):
    """A topic as it is. A setting the broker doesn't tell is not in `configs`."""

    name: str
    partitions: tuple[Partition, ...]
    configs: Mapping[str, str] = {}
    size_bytes: int | None = None  # on all brokers' disks together; None: the broker doesn't say

    @property
    def copies(self) -> int:
        """How often each record is kept, where it is least."""
        return min(len(partition.replicas) for partition in self.partitions)

    @property
    def behind(self) -> list[int]:
        """Partitions of which a copy is not in sync."""
        return [
            number
            for number, partition in enumerate(self.partitions)
            if len(partition.in_sync) < len(partition.replicas)
        ]

    def number(self, key: str) -> int | None:
        """A setting that is a whole number; None: the broker doesn't tell."""
        value = self.configs.get(key)
        return None if value is None else int(value)


class Cluster(NamedTuple):
    """What the broker tells. `whole`: it is Kafka, not an embedded stand-in that forgets settings.

    `settings` are the brokers' own; empty where we may not ask.
    """

    brokers: tuple[int, ...]
    topics: Mapping[str, Topic]
    settings: Mapping[str, str] = {}
    whole: bool = True


def observe(client: KafkaAdminClient, names: Sequence[str]) -> Cluster:
    """Look at the named topics, and at the cluster's own that they depend on.

    Topics that aren't there are left out; nothing is created by asking. Raises KafkaError as the
    broker does, of what is essential; sizes, ends and the brokers' settings are left out instead.
    """
    brokers = tuple(brokers_of(client))
    known = partitions_of(client, [*names, OFFSETS, TRANSACTIONS])
    ours = [name for name in names if name in known]
    ends = _ends(client, {name: known[name] for name in ours})
    sizes, whole = _sizes(client, ours)
    configs = _configs(client, list(known))
    topics = {
        name: Topic(
            name,
            tuple(
                partition._replace(end=ends.get((name, number)))
                for number, partition in enumerate(partitions)
            ),
            configs.get(name, {}),
            sizes.get(name),
        )
        for name, partitions in known.items()
    }
    return Cluster(brokers, topics, _broker_settings(client, brokers) if whole else {}, whole)


def insist(ask: Callable[[], T]) -> T:
    """Ask again where a broker was down: the client asks any, and takes the first refusal."""
    for _ in range(_TRIES):
        with suppress(KafkaConnectionError):
            return ask()
    return ask()


def brokers_of(client: KafkaAdminClient) -> list[int]:
    """The brokers of the cluster by number, those that are down included."""
    return sorted(broker["broker_id"] for broker in insist(client.describe_cluster)["brokers"])


def partitions_of(
    client: KafkaAdminClient, names: Sequence[str]
) -> dict[str, tuple[Partition, ...]]:
    """The partitions, in order, of those of the topics that are there."""
    found = {}
    for topic in insist(lambda: client.describe_topics(list(names))):
        if topic["error_code"] == _MISSING:
            continue
        if topic["error_code"] == _NOT_ALLOWED and topic["name"] in (OFFSETS, TRANSACTIONS):
            continue  # the cluster's own, which few may look at
        if topic["error_code"]:
            raise for_code(topic["error_code"])(topic["name"])
        rows = sorted(topic["partitions"], key=lambda row: row["partition_index"])
        found[topic["name"]] = tuple(map(_partition, rows))
    return {name: found[name] for name in names if found.get(name)}


def _partition(row: Mapping[str, Any]) -> Partition:
    leader = row["leader_id"]
    replicas, in_sync = tuple(row["replica_nodes"]), tuple(row["isr_nodes"])
    return Partition(None if leader < 0 else leader, replicas, in_sync)


def _configs(client: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    asked = [ConfigResource("TOPIC", name) for name in names]
    told = insist(lambda: client.describe_configs(asked, config_filter="all")).get("topic", {})
    return {
        name: {key: entry["value"] for key, entry in told.get(name, {}).items()} for name in names
    }


def _ends(
    client: KafkaAdminClient, known: Mapping[str, Sequence[Partition]]
) -> dict[tuple[str, int], int]:
    """The next offset of each partition that has a leader to ask."""
    asked = {
        TopicPartition(name, number): OffsetSpec.LATEST
        for name, partitions in known.items()
        for number, partition in enumerate(partitions)
        if partition.leader is not None
    }
    with suppress(KafkaError):
        told = client.list_partition_offsets(asked) if asked else {}
        return {(place.topic, place.partition): found.offset for place, found in told.items()}
    return {}


def _sizes(client: KafkaAdminClient, names: list[str]) -> tuple[dict[str, int], bool]:
    """Bytes on disk by topic, copies included; and whether the broker knows of disks at all."""
    sizes: dict[str, int] = {}
    try:
        for broker in client.describe_log_dirs(names) if names else ():
            for folder in broker["log_dirs"]:
                for topic in folder["topics"]:
                    held = sum(row["partition_size"] for row in topic["partitions"])
                    sizes[topic["name"]] = sizes.get(topic["name"], 0) + held
    except IncompatibleBrokerVersion:  # every Kafka we support knows; the embedded broker doesn't
        return {}, False
    except KafkaError:  # we may not ask
        return {}, True
    return sizes, True


def _broker_settings(client: KafkaAdminClient, brokers: Sequence[int]) -> dict[str, str]:
    asked = ConfigResource("BROKER", str(brokers[0]), dict.fromkeys(BROKER_KEYS))
    with suppress(KafkaError):
        told = client.describe_configs([asked], config_filter="all")["broker"]
        entries = told[str(brokers[0])]
        return {key: entries[key]["value"] for key in BROKER_KEYS if key in entries}
    return {}
