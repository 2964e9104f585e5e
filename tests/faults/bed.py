"""A deployment to harm: topics of its own on a cluster, a load, workers, and a watch on them."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.domain.outputs import Output
from tests.cluster.kafka import KafkaCluster
from tests.faults.crew import Crew, Place
from tests.faults.gate import Gate
from tests.faults.load import Load
from tests.faults.log import read
from tests.faults.oracle import Answer, work_out
from tests.faults.story import Letter, story
from tests.faults.verdict import Verdict, judge, look
from tests.faults.watch import Watch

PARTITIONS = 4
SESSION_S = 6.0
REBALANCE_S = 10.0  # a machine with more to do than it can: nobody alive is to be taken for dead
RATE = 600.0
SOURCE = "cx.touchpoints.v1"
_TREE = Path(__file__).parents[2]
_numbers = count(1)


class Bed:
    """A deployment of its own under a prefix; a context manager that leaves no process behind.

    Workers run in replay time with a session time-out of 6 s unless `settings` say otherwise.
    """

    def __init__(
        self,
        cluster: KafkaCluster,
        folder: Path,
        seed: int,
        *,
        delivery: str = "exactly_once",
        rate: float = RATE,
        customers: int = 600,
        letters: Iterator[Letter] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.cluster, self.seed, self.delivery = cluster, seed, delivery
        self.prefix = f"bed{next(_numbers)}-{seed}."
        self.folder = folder / self.prefix.rstrip(".")
        self.folder.mkdir(parents=True)
        self.settings = {
            "CX_BROKER": cluster.url,
            "CX_PREFIX": self.prefix,
            "CX_APP": "worker",
            "CX_PARTITIONS": str(PARTITIONS),
            "CX_REPLICATION": str(len(cluster.nodes)),
            "CX_DELIVERY": delivery,
            "CX_TIME": "replay",
            "CX_SESSION_TIMEOUT_S": str(SESSION_S),
            "CX_REBALANCE_TIMEOUT_S": str(REBALANCE_S),
            **(settings or {}),
        }
        self.group = f"{self.prefix}worker"
        self.changelog = f"{self.group}-customers-changelog"
        self.source = self.prefix + SOURCE
        self.crew = Crew(self.folder, self.settings, PARTITIONS)
        self.letters = letters or story(seed, customers)
        self.read_before: Counter[Output] = Counter()
        self._answer: Answer | None = None
        self.rate = rate

    def open(self) -> Self:
        """Make the topics, and begin to watch."""
        self.make_topics()
        self.load = Load(
            self.cluster.bootstrap,
            self.source,
            self.letters,
            partitions=PARTITIONS,
            rate=self.rate,
        )
        self.watch = Watch(self.cluster.bootstrap, self.changelog, PARTITIONS)
        self.watch.start()
        return self

    def close(self) -> None:
        """End every process and thread."""
        try:
            self.crew.clear()
            self.load.abandon()
        finally:
            self.watch.stop()

    @contextmanager
    def told(self) -> Iterator[None]:
        """An error that happens here tells the workers' last words as well."""
        try:
            yield
        except Exception as error:
            error.add_note(f"the workers' last words:\n{self.crew.printed()}")
            raise

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def gate(self, name: str) -> Gate:
        """The gate planted in this deployment's workers."""
        return Gate(self.folder / f"gate-{name}")

    def plant(self, **plants: str) -> None:
        """Whoever is hired from now on has these planted, see `planted_worker`."""
        if plants:
            self.crew.plant(plants)

    def make_topics(self) -> None:
        """As its users do: `cxstreams topics create`."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
        done = subprocess.run(
            [sys.executable, "-m", "streams", "topics", "create"],
            env=environment | self.settings,
            cwd=_TREE,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def staff(self, workers: int, *, through_link: int = 0) -> list[Place]:
        """Send so many workers, the first of them through its own link, and wait until all run.

        `through_link` is the number of the link, 0 for none.
        """
        for number in range(workers):
            mine = through_link and number == 0
            broker = self.cluster.link(through_link).url if mine else self.cluster.url
            self.crew.hire(CX_BROKER=broker).start()
        self.crew.ready()
        return self.crew.at_work

    def recovered(self, since_s: float, partitions: set[int] | None = None) -> float:
        """Wait until each partition has committed something that was sent after this call.

        -> seconds since then (monotonic).
        """
        concerned = range(PARTITIONS) if partitions is None else partitions
        goals = {n: self.load.ends[n] + 1 for n in concerned}
        at_s = self.watch.passed(goals, deadline_s=120.0)
        if at_s is None:
            stand = {n: self.watch.positions[n] for n in goals}
            raise AssertionError(f"partitions stand at {stand} and should be beyond {goals}")
        return max(at_s, since_s) - since_s

    def caught_up(self, deadline_s: float = 180.0) -> None:
        """Wait until everything that was sent is durable."""
        goals = dict(enumerate(self.load.ends))
        if self.watch.passed(goals, deadline_s) is None:
            raise AssertionError(
                f"partitions stand at {self.watch.positions} and should be at {goals}"
            )

    def drained(self) -> None:
        """End the load, and wait until everything that was sent is durable."""
        self.load.stop()
        self.caught_up()

    def write(self, letters: Iterable[Letter]) -> None:
        """Write letters of one's own; the load must not be running."""
        self.load.write(letters)

    def write_more(self, count: int) -> None:
        """Write so many letters at once, beside the load or after its end."""
        extra = Load(
            self.cluster.bootstrap, self.source, self.letters, partitions=PARTITIONS, rate=None
        )
        extra.write(count)

    def remember_answer(self, wall_ms: int | None = None) -> None:
        """Work the right answer out now, because the source won't stay as it is."""
        records = read(self.cluster.bootstrap, self.source, PARTITIONS)
        self._answer = work_out(records, wall_ms)

    def verdict(self) -> tuple[Verdict, int]:
        """What came of it -> verdict and events of the source. Stops the workers first.

        `read_before` is what a subscriber had already read from topics that are no more.
        """
        self.crew.stop()
        if self._answer is None:
            self.remember_answer()
        assert self._answer is not None
        found = look(self.cluster.bootstrap, self.prefix, self.changelog, PARTITIONS)
        found.said.update(self.read_before)
        return judge(self._answer, found, self.delivery), self._answer.events


def now_s() -> float:
    """Monotonic seconds, the time of a fault."""
    return time.monotonic()
