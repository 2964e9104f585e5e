"""Topics are made with everything said, or nothing is made and the mend is."""

from typing import Any, cast

import pytest
from kafka import KafkaAdminClient
from kafka.errors import KafkaConnectionError, TopicAlreadyExistsError

from streams.adapters.topics import TopicPlan, create_missing
from streams.errors import ConfigurationError
from tests.unit.adapters.topics.clusters import CHANGELOG, SOURCE, WANTED


class Broker:
    """Topics by name, and what they were made with."""

    def __init__(self, brokers: int, there: dict[str, int]) -> None:
        self._brokers = brokers
        self.there = there
        self.made: dict[str, Any] = {}
        self.refused: set[str] = set()
        self.awaited: list[str] = []

    def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [{"broker_id": number} for number in range(self._brokers)]}

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        row = {"leader_id": 1, "replica_nodes": [1], "isr_nodes": [1]}
        return [
            {
                "name": name,
                "error_code": 0 if name in self.there else 3,
                "partitions": [
                    row | {"partition_index": n} for n in range(self.there.get(name, 0))
                ],
            }
            for name in names
        ]

    def create_topics(self, topics: dict[str, Any], *, wait_for_metadata: bool) -> None:
        assert wait_for_metadata
        if self.refused & set(topics):
            raise TopicAlreadyExistsError
        self.made |= topics

    def wait_for_topics(self, names: list[str]) -> None:
        self.awaited += names


def create(broker: Broker, *numbers: Any, **more: Any) -> list[str]:
    return create_missing(cast("KafkaAdminClient", broker), WANTED, *numbers, **more)


def test_everything_is_said_so_that_no_broker_decides() -> None:
    broker = Broker(3, {})
    assert create(broker, 12, 3, 2) == [plan.name for plan in WANTED]
    assert broker.made[CHANGELOG] == {
        "num_partitions": 12,
        "replication_factor": 3,
        "configs": {
            "cleanup.policy": "compact",
            "min.compaction.lag.ms": "3600000",
            "segment.bytes": "67108864",
            "min.insync.replicas": "2",
        },
    }
    assert broker.made[SOURCE]["configs"]["retention.ms"] == "604800000"


@pytest.mark.parametrize(("replication", "least"), [(1, "1"), (2, "1"), (3, "2"), (5, "4")])
def test_one_copy_less_than_there_are_must_have_a_record(replication: int, least: str) -> None:
    broker = Broker(5, {})
    create(broker, 4, replication)
    assert broker.made[SOURCE]["configs"]["min.insync.replicas"] == least


def test_new_topics_get_as_many_partitions_as_those_that_are_there() -> None:
    broker = Broker(1, {SOURCE: 7})
    assert SOURCE not in create(broker, 4, 1)
    counts = {name: made["num_partitions"] for name, made in broker.made.items()}
    own = {plan.name: plan.partitions for plan in WANTED if plan.partitions is not None}
    assert own == {"cx.alerts.merged.v1": 1}
    assert counts == {name: own.get(name, 7) for name in counts}


def test_each_new_topic_is_told_of_as_it_is_made() -> None:
    heard: list[tuple[TopicPlan, int]] = []
    create(Broker(1, {SOURCE: 7}), 4, 1, tell=lambda plan, count: heard.append((plan, count)))
    assert heard == [(plan, plan.partitions or 7) for plan in WANTED if plan.name != SOURCE]


def test_a_topic_somebody_else_made_meanwhile_is_not_ours() -> None:
    broker = Broker(1, {})
    broker.refused = {SOURCE}
    assert create(broker, 4, 1) == [plan.name for plan in WANTED if plan.name != SOURCE]


def test_a_topic_somebody_else_is_making_is_waited_for() -> None:
    """Its name is taken before every broker knows it: asked for now, it could be missing."""
    broker = Broker(1, {})
    broker.refused = {SOURCE}
    create(broker, 4, 1)
    assert broker.awaited == [SOURCE]


@pytest.mark.parametrize(
    ("brokers", "replication", "least", "words"),
    [
        (1, 3, None, "(CX_REPLICATION) is 3, the cluster has 1 broker: say at most 1"),
        (2, 3, 2, "the cluster has 2 brokers: say at most 2"),
        (3, 3, 4, "(CX_MIN_IN_SYNC) is 4, replication 3"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(
    brokers: int, replication: int, least: int | None, words: str
) -> None:
    broker = Broker(brokers, {})
    with pytest.raises(ConfigurationError) as refused:
        create(broker, 4, replication, least)
    assert words in str(refused.value)
    assert broker.made == {}


def test_with_all_topics_there_nobody_asks_how_they_would_be_made() -> None:
    broker = Broker(1, {plan.name: 4 for plan in WANTED})
    assert create(broker, 4, 3) == []


def test_a_broker_that_is_down_is_not_the_whole_cluster() -> None:
    """The client asks any broker, and takes the first refusal for an answer."""

    class Limping(Broker):
        refusals = 3

        def describe_cluster(self) -> dict[str, Any]:
            if self.refusals:
                self.refusals -= 1
                raise KafkaConnectionError("refused")
            return super().describe_cluster()

    broker = Limping(3, {})
    assert len(create(broker, 4, 3)) == len(WANTED)
    broker.refusals = 100
    with pytest.raises(KafkaConnectionError):
        create(broker, 4, 3)
