"""Topics as people and programs see them; what the broker doesn't tell isn't made up."""

import io

from rich.console import Console

from streams.adapters.topics import Cluster
from streams.cli.topics_view import row, table
from tests.unit.adapters.topics.clusters import CHANGELOG, SOURCE, WANTED, cluster, with_topic


def shown(seen: Cluster) -> str:
    console = Console(width=160, file=io.StringIO())
    with console.capture() as captured:
        console.print(table(WANTED, seen))
    return captured.get()


def line(seen: Cluster, name: str) -> str:
    return next(said for said in shown(seen).splitlines() if said.startswith(name))


def test_a_topic_is_one_row_with_what_it_is_for_below() -> None:
    first, second, *_ = shown(cluster()).splitlines()[1:]
    assert first.split() == [
        *(SOURCE, "4", "3", "≥", "2", "7", "days", "1:", "2,", "2:", "1,", "3:", "1", "0", "?")
    ]
    assert second.startswith("what happens between customers and the company")
    assert "newest of each key" in line(cluster(), CHANGELOG)


def test_a_missing_topic_is_missing() -> None:
    nothing = Cluster((1,), {})
    assert shown(nothing).count("missing") == len(WANTED)
    assert row(WANTED[0], nothing)["partitions"] is None


def test_partitions_without_leader_or_copy_stand_out() -> None:
    held = cluster().topics[SOURCE]
    rows = [part._replace(leader=None, in_sync=part.replicas[:1]) for part in held.partitions]
    seen = with_topic(cluster(), held._replace(partitions=tuple(rows)))
    assert "4 behind" in shown(seen)
    assert "none: 4" in shown(seen)
    assert row(WANTED[0], seen)["under_replicated"] == [0, 1, 2, 3]


def test_what_is_not_told_is_a_question_mark_or_null() -> None:
    held = cluster().topics[SOURCE]
    rows = tuple(part._replace(end=None) for part in held.partitions)
    seen = with_topic(cluster(), held._replace(partitions=rows, configs={}))
    assert line(seen, SOURCE).split()[3:6] == ["≥", "?", "?"]
    told = row(WANTED[0], seen)
    assert (told["cleanup"], told["min_in_sync"], told["size_bytes"]) == (None, None, None)


def test_ends_of_an_embedded_broker_are_at_least_that() -> None:
    assert " ≥ 0 " in line(cluster(whole=False), SOURCE)
    assert row(WANTED[0], cluster(whole=False))["ends_exact"] is False
