"""Where faults are played: a cluster, deployments on it, and the judge at the end."""

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.cluster.kafka import KafkaCluster
from tests.faults.bed import Bed, now_s
from tests.faults.result import EXPECTED_EXITS, Row

LINKS = 1
SHARED_RATE = 300.0  # events a second in the short form: the machine has little left


@dataclass(frozen=True)
class Fault:
    """A fault that can be played: `name` for commands, `what` for people, usual number of tries."""

    name: str
    what: str
    tries: int
    play: "Callable[[Scene], None]"
    exits: frozenset[int] = EXPECTED_EXITS


ALL: dict[str, Fault] = {}
"""Every fault by its name, in the order of the table."""


def fault(
    name: str, what: str, *, tries: int, exits: frozenset[int] = frozenset()
) -> "Callable[[Callable[[Scene], None]], Callable[[Scene], None]]":
    """Decorator: a function that plays a fault; `exits` are codes it lets workers leave with."""

    def register(play: "Callable[[Scene], None]") -> "Callable[[Scene], None]":
        ALL[name] = Fault(name, what, tries, play, EXPECTED_EXITS | exits)
        return play

    return register


def cluster(folder: Path, nodes: int = 3) -> KafkaCluster:
    """The cluster all faults are played on, with a link for one worker."""
    return KafkaCluster(folder, nodes=nodes, proxied=LINKS)


class Stage:
    """Plays faults on one cluster.

    `share`: faults that want the same kind of deployment get the same one, and `judge` judges it
    at the end. Otherwise each has its own and is judged by itself. `talk`: workers log every join
    and assignment.
    """

    def __init__(
        self,
        kafka: KafkaCluster,
        folder: Path,
        *,
        share: bool = False,
        talk: bool = False,
        say: Callable[[str], Any] = print,
    ) -> None:
        self.cluster, self.folder, self.say = kafka, folder, say
        self.share, self.talk = share, talk
        self.shared: dict[tuple[str, ...], Bed] = {}

    def play(self, played: Fault, seed: int, tries: int | None = None) -> Row:
        """Play it; what goes wrong is in the row."""
        row = Row(played.name, played.what, seed, allowed_exits=played.exits)
        began = time.monotonic()
        self.say(f"{played.name}: {played.what}, seed {seed}")
        try:
            played.play(Scene(self, row, tries or played.tries))
        except Exception as error:  # noqa: BLE001 - it's a result, and the next fault is waiting
            row.error = "".join(traceback.format_exception(error, limit=-4))
        row.seconds = time.monotonic() - began
        return row

    def judge(self) -> Row:
        """End the shared deployments; what came of all their faults, in one row."""
        row = Row("shared", "all faults played on shared deployments", seed=0)
        while self.shared:
            _, bed = self.shared.popitem()
            row.seed = bed.seed
            try:
                _judge(bed, row)
            finally:
                bed.close()
        return row

    def clear(self) -> None:
        """End what is left of shared deployments, without a verdict."""
        for bed in self.shared.values():
            bed.close()
        self.shared.clear()


class Scene:
    """One fault being played: its tries, its deployments, its row."""

    def __init__(self, stage: Stage, row: Row, tries: int) -> None:
        self.stage, self.row = stage, row
        self.cluster = stage.cluster
        self._tries = tries

    def trials(self) -> Iterator[Random]:
        """The tries, each with its own randomness out of the seed."""
        for number in range(1, self._tries + 1):
            name, seed, before = self.row.name, self.row.seed, len(self.row.recovered_s)
            began = time.monotonic()
            self.row.tries += 1
            yield Random(f"{name}-{seed}-{number}")
            recovered = self.row.recovered_s[before:]
            told = f", recovered after {max(recovered):.1f} s" if recovered else ""
            took = time.monotonic() - began
            self.stage.say(f"  {name} {number}/{self._tries}: {took:.1f} s{told} (seed {seed})")

    @contextmanager
    def bed(
        self,
        *,
        workers: int = 2,
        plants: tuple[str, ...] = (),
        alone: bool = False,
        delivery: str | None = None,
        **options: Any,
    ) -> Iterator[Bed]:
        """A deployment with its load and workers running, judged when the block ends.

        `plants` are gates, see `planted_worker`. `alone` or with more options it's never shared.
        """
        if delivery is not None:
            options["delivery"] = delivery
        if self.stage.share and not alone and not options:
            bed = self._shared(workers, plants)
            with bed.told():
                yield bed
                bed.crew.ready()
            return
        with self._new_bed(**options) as bed, bed.told():
            self._staff(bed, workers, plants)
            bed.load.start()
            yield bed
            _judge(bed, self.row)

    @contextmanager
    def bare_bed(self, **options: Any) -> Iterator[Bed]:
        """A deployment with nobody at work and no load, judged when the block ends."""
        with self._new_bed(**options) as bed, bed.told():
            yield bed
            _judge(bed, self.row)

    def recovered(self, bed: Bed, since_s: float, partitions: set[int] | None = None) -> None:
        """Wait until partitions (default: all) go on, and note how long after the fault that is."""
        self.row.recovered_s.append(bed.recovered(since_s, partitions))

    def paused(self, bed: Bed, since_s: float) -> None:
        """Wait until all partitions go on, and note the longest time one has stood still since."""
        bed.recovered(now_s())
        self.row.recovered_s.append(bed.watch.pause_s(since_s))

    def _new_bed(self, **options: Any) -> Bed:
        if self.stage.share:
            options.setdefault("rate", SHARED_RATE)
        return Bed(self.cluster, self.stage.folder, self.row.seed, **options)

    def _shared(self, workers: int, plants: tuple[str, ...]) -> Bed:
        bed = self.stage.shared.get(plants)
        if bed is None:
            bed = self.stage.shared[plants] = self._new_bed().open()
            self._staff(bed, workers, plants)
            bed.load.start()
        while len(bed.crew.at_work) < workers:
            bed.crew.vacant().start()
        bed.crew.ready()
        return bed

    def _staff(self, bed: Bed, workers: int, plants: tuple[str, ...]) -> None:
        talking = {"talk": "yes"} if self.stage.talk else {}
        bed.plant(**talking, **{plant: str(bed.gate(plant).folder) for plant in plants})
        bed.staff(workers, through_link=1)


def _judge(bed: Bed, row: Row) -> None:
    bed.drained()
    verdict, events = bed.verdict()
    row.take(verdict, events, bed.crew.exits)
    row.error += bed.crew.left_with(row.strange(bed.crew.exits))
