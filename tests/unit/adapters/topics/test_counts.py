"""All topics share one number of partitions; which is odd, and what can be done about it."""

from typing import Any, cast

import pytest
from kafka import KafkaAdminClient

from streams.adapters.topics import Cluster, check_partitions
from streams.adapters.topics.counts import shared_count
from streams.errors import ConfigurationError
from tests.unit.adapters.topics.clusters import (
    CHANGELOG,
    JOURNEYS,
    SOURCE,
    WANTED,
    cluster,
    found,
    only,
    resized,
)


class Described:
    """The one call of the admin client that counting needs."""

    def __init__(self, seen: Cluster) -> None:
        self._seen = seen

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        return [self._told(name) for name in names]

    def _told(self, name: str) -> dict[str, Any]:
        if name not in self._seen.topics:
            return {"name": name, "error_code": 3, "partitions": []}
        rows = [
            {"partition_index": n, "leader_id": 1, "replica_nodes": [1], "isr_nodes": [1]}
            for n in range(len(self._seen.topics[name].partitions))
        ]
        return {"name": name, "error_code": 0, "partitions": rows[::-1]}


def count(seen: Cluster) -> int:
    return check_partitions(cast("KafkaAdminClient", Described(seen)), WANTED)


def refusal(seen: Cluster) -> str:
    with pytest.raises(ConfigurationError) as refused:
        count(seen)
    return str(refused.value)


def test_equal_numbers_are_the_number() -> None:
    assert count(cluster()) == 4


def test_a_missing_topic_is_refused_with_the_command_that_makes_it() -> None:
    seen = cluster()
    gone = {name: held for name, held in seen.topics.items() if name != JOURNEYS}
    said = refusal(seen._replace(topics=gone))
    assert said == f"topic {JOURNEYS} is missing: run `cxstreams topics create`"
    finding = only(seen._replace(topics=gone))
    assert (finding.severity, finding.what) == ("wrong", "it is missing")
    assert finding.mend.endswith("topics create --broker kafka:9092 --partitions 4 --replication 3")


def test_a_source_that_was_given_more_partitions_is_refused_and_why_is_said() -> None:
    said = refusal(resized(cluster(), SOURCE, 6))
    assert f"topic {SOURCE} has 6 partitions, the changelog {CHANGELOG} has 4" in said
    assert "moved keys" in said
    assert "CX_PREFIX" in said
    assert "\n" not in said


def test_its_mend_is_a_deployment_beside_this_one() -> None:
    finding = only(resized(cluster(), SOURCE, 6, end=10))
    assert "--prefix v2. --partitions 6" in finding.mend
    assert "replay the events with CX_PREFIX=v2." in finding.mend


def test_a_source_with_events_and_too_few_partitions_is_not_simply_given_more() -> None:
    assert "kafka-topics.sh" not in only(resized(cluster(), SOURCE, 2, end=10)).mend
    assert "--alter" in only(resized(cluster(), SOURCE, 2, end=0)).mend


def test_a_changelog_alone_against_all_others_is_the_odd_one() -> None:
    seen = resized(cluster(), CHANGELOG, 1)
    said = refusal(seen)
    assert f"the changelog {CHANGELOG} has 1 partitions, the other topics have 4" in said
    assert "CX_APP" in said
    assert "--app cx-streams-2 --partitions 4" in only(seen).mend


def test_an_output_with_too_few_partitions_is_given_more_and_one_with_too_many_made_anew() -> None:
    fewer, more = resized(cluster(), JOURNEYS, 2), resized(cluster(), JOURNEYS, 9)
    assert only(fewer).mend.endswith(f"--alter --topic {JOURNEYS} --partitions 4")
    assert f"--delete --topic {JOURNEYS} && cxstreams topics create" in only(more).mend
    assert "give it as many" in refusal(more)


def test_several_odd_ones_are_counted() -> None:
    seen = resized(resized(cluster(), JOURNEYS, 2), SOURCE, 6)
    assert "(and 1 more differ)" in refusal(seen)
    assert len(found(seen)) == 2


@pytest.mark.parametrize(
    ("counts", "shared"),
    [
        ({}, None),
        ({SOURCE: 12}, 12),
        ({CHANGELOG: 3}, 3),
        ({SOURCE: 12, CHANGELOG: 3}, 3),
        ({SOURCE: 12, JOURNEYS: 12, CHANGELOG: 3}, 12),
        ({SOURCE: 12, JOURNEYS: 4, CHANGELOG: 3}, 3),
    ],
)
def test_the_changelog_decides_unless_all_others_agree_against_it(
    counts: dict[str, int], shared: int | None
) -> None:
    assert shared_count(WANTED, counts) == shared
