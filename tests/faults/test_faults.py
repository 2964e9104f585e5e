"""The short form of `make faults`: every kind of fault at least once.

Faults that want the same deployment share it, and the oracle judges what is left in the end. Only
where brokers are harmed there are three: they'd take most of the machine.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.cluster.kafka import KafkaCluster
from tests.faults import every
from tests.faults.bed import Bed
from tests.faults.result import Row
from tests.faults.stage import ALL, Stage, cluster
from tests.faults.worker_faults import FENCED, lie_still, pause_before_commit

pytestmark = [pytest.mark.integration, pytest.mark.kafka]

SEED = 20
assert every.FILES


@pytest.fixture(scope="module")
def one_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """For all whose brokers stay up."""
    with cluster(tmp_path_factory.mktemp("one") / "kafka", nodes=1) as running:
        yield running


@pytest.fixture
def stage(one_node: KafkaCluster, tmp_path: Path) -> Iterator[Stage]:
    """Faults of one test share deployments, none is left behind."""
    playing = Stage(one_node, tmp_path, share=True)
    yield playing
    playing.clear()


@pytest.fixture
def stage_of_three(tmp_path: Path) -> Iterator[Stage]:
    """The same on three nodes."""
    with cluster(tmp_path / "kafka") as running:
        playing = Stage(running, tmp_path, share=True)
        yield playing
        playing.clear()


def play(stage: Stage, **tries: int) -> None:
    """Play faults, a few tries each, then judge: nothing may be wrong."""
    rows: list[Row] = []
    for name, times in tries.items():
        rows.append(stage.play(ALL[name.replace("_", "-")], SEED, times))
        assert not rows[-1].error, f"{rows[-1].error}\nagain: {rows[-1].again()}"
    if stage.shared:
        rows.append(stage.judge())
    for row in rows:
        assert row.clean or not row.judged, f"{row}\nagain: {row.again()}"
    assert any(row.judged for row in rows)


def test_workers_killed_stopped_paused_joining_and_leaving(stage: Stage) -> None:
    play(stage, kill=2, sigterm=1, zombie=1, scale=2)


def test_workers_killed_and_paused_at_their_worst_moments(stage: Stage) -> None:
    play(stage, kill_open=1, kill_recovering=1, rebalance_recovering=1, zombie_open=1)


def test_a_worker_that_hangs(stage: Stage) -> None:
    play(stage, hang=1)


def test_brokers_and_coordinators_killed(stage_of_three: Stage) -> None:
    play(stage_of_three, broker=1, coordinator=1)


def test_wires_cut_disks_full_and_foreign_transactions(stage: Stage) -> None:
    play(stage, cut=1, disk_full=1, foreign=1)


def test_gaps_in_the_input(stage: Stage) -> None:
    play(stage, gaps=1)


def test_a_source_made_anew_is_refused(stage: Stage) -> None:
    play(stage, source_deleted=1)


def test_a_wall_clock_that_steps(stage: Stage) -> None:
    play(stage, clock=1)


def test_without_the_fence_a_zombie_is_seen(one_node: KafkaCluster, tmp_path: Path) -> None:
    """The test of the test: with ids that fence nobody the same scenario must go wrong."""
    with Bed(one_node, tmp_path, SEED) as bed, bed.told():
        bed.plant(transaction=str(bed.gate("transaction").folder), unfenced="yes")
        bed.staff(2)
        bed.load.start()
        bed.load.wait(500)
        victim, partitions, _ = pause_before_commit(bed)
        others = [place for place in bed.crew.at_work if place is not victim]
        wait_for_takeover(bed, others[0].name, partitions)
        lie_still(1.0)
        bed.gate("transaction").open()
        victim.resume()
        bed.drained()
        verdict, _ = bed.verdict()
    assert FENCED not in bed.crew.exits
    assert not verdict.clean
    assert verdict.ids_twice + verdict.dead_twice + verdict.differences > 0


def wait_for_takeover(bed: Bed, name: str, partitions: set[int]) -> None:
    """Wait until that worker runs these partitions."""
    place = next(place for place in bed.crew.places if place.name == name)
    for _ in count():
        if partitions <= place.owned():
            return
