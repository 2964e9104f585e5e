"""The partitions this process owns: taken over, read back, run, given back.

Stands in Faust's place for tables: the rebalance callbacks arrive here.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
from typing import TYPE_CHECKING, Any, cast

from faust.tables.manager import TableManager
from faust.types import TP
from mode import Service
from typing_extensions import override

from streams.engine.fail_stop import guarded
from streams.engine.partition import Partition
from streams.engine.standing import Standing
from streams.engine.watchdog import Sight

if TYPE_CHECKING:
    from streams.engine.app import EngineApp

log = logging.getLogger(__name__)

TICK_S = 0.2


class Assignment(TableManager):
    """Keeps one `Partition` for each partition number assigned, and brings it up to date.

    Partitions that stay here over a rebalance keep their state and read only what was added to
    their changelog since, in case somebody else held them in between.
    """

    app: EngineApp

    def __init__(self, app: Any, **kwargs: Any) -> None:
        super().__init__(app, **kwargs)
        self.partitions: dict[int, Partition] = {}
        self.recovered = False
        self.joined = asyncio.Event()  # a member of the group, no rebalance under way
        self._taking_over: asyncio.Task[None] | None = None

    # --- what Faust asks of its tables

    @property
    def changelog_topics(self) -> set[str]:
        """Named so that Faust uses its own assignor, which keeps sources co-partitioned."""
        return {self.app.changelog}

    @override
    async def on_start(self) -> None:
        self._tables_finalized.set()
        self._tables_registered.set()

    @override
    async def on_stop(self) -> None:
        await self.abandon()

    @override
    async def wait_until_recovery_completed(self) -> bool:
        """Faust starts its own timers and services now; ours wait for each partition."""
        return False

    @override
    def on_rebalance_start(self) -> None:
        super().on_rebalance_start()
        self.recovered = False
        self.joined.clear()
        if self._taking_over is not None:
            self._taking_over.cancel()

    @override
    def on_partitions_revoked(self, revoked: set[TP]) -> None:
        for partition in self.partitions.values():
            partition.close()

    @override
    async def on_rebalance(
        self,
        assigned: set[TP],
        revoked: set[TP],
        newly_assigned: set[TP],
        generation_id: int = 0,
    ) -> None:
        """The new assignment is known; reading back goes on while heartbeats continue."""
        await self.abandon()
        self.joined.set()
        work = self._take_over(set(assigned), generation_id)
        self._taking_over = asyncio.ensure_future(guarded(work, self.app.fail))

    # --- taking over

    async def _take_over(self, assigned: set[TP], generation: int) -> None:
        numbers = {tp.partition for tp in assigned if tp.topic in self.app.sources}
        gone = set(self.partitions) - numbers
        for number in gone:
            del self.partitions[number]
        await asyncio.gather(*[self.app.delivery.close(number) for number in gone])
        for number in numbers - set(self.partitions):
            self.partitions[number] = self.app.new_partition(number)
        await asyncio.gather(*[self.app.delivery.open(number) for number in numbers])
        await self.app.recovery.recover(list(self.partitions.values()))
        self._freeze_garbage()
        if self.app.consumer_generation_id == generation:
            await self._run(assigned)

    async def _run(self, assigned: set[TP]) -> None:
        consumer = self.app.chunk_consumer
        assigned = {tp for tp in assigned if tp.topic in self.app.sources}
        seeks = {tp: self.partitions[tp.partition].ledgers[tp.topic].position for tp in assigned}
        await consumer.seek_all(seeks)
        consumer.resume_partitions(assigned)
        self.app.flow_control.resume()
        consumer.resume_flow()
        await cast(Any, self.app)._fetcher.maybe_start()
        self.app.on_rebalance_end()
        self.recovered = True
        log.info("running partitions %s", sorted(self.partitions))

    async def abandon(self) -> None:
        """Give up a takeover under way."""
        task, self._taking_over = self._taking_over, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    @staticmethod
    def _freeze_garbage() -> None:
        """The collector would walk every state again and again while chunks build lists."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(1_000_000, 20, 100)

    # --- running

    @Service.task
    async def _ticks(self) -> None:
        while not self.should_stop:
            await self.sleep(TICK_S)
            if self.recovered:
                for partition in list(self.partitions.values()):
                    await guarded(partition.tick(), self.app.fail)

    async def settle(self) -> None:
        """Make durable what every partition has folded; none folds on until resumed."""
        await asyncio.gather(*[p.settle() for p in self.partitions.values()])

    def committable(self) -> dict[TP, int]:
        """Durable position of each source partition."""
        return {
            TP(topic, number): ledger.committable
            for number, partition in self.partitions.items()
            for topic, ledger in partition.ledgers.items()
        }

    # --- for instruments, read from another thread

    def label_counts(self) -> list[int]:
        """Number of states by label, over all partitions owned."""
        tables = [partition.table for partition in list(self.partitions.values())]
        return [sum(counts) for counts in zip([0] * 256, *(t.labels for t in tables), strict=True)]

    def jobs(self) -> list[Any]:
        """What `Job.of_partition` made of each partition owned."""
        return [partition.table.notes.job for partition in list(self.partitions.values())]

    def recovering(self) -> bool:
        """Whether a rebalance, or the recovery behind it, is under way."""
        return not self.recovered

    def standings(self) -> dict[TP, Standing]:
        """Where each source partition of the current assignment stands, as of the last fetch."""
        ends = self.app.chunk_consumer.ends
        found = {}
        for number, partition in list(self.partitions.items()):
            for topic, ledger in partition.ledgers.items():
                end, stable_end = ends(topic, number)
                found[TP(topic, number)] = Standing(
                    ledger.position, ledger.committable, end, stable_end
                )
        return found

    def sight(self) -> Sight:
        """What the watchdog wants to know."""
        standings, partitions = self.standings(), list(self.partitions.values())
        behind = sum(max(0, s.stable_end - s.committed) for s in standings.values())
        progress = (
            self.app.consumer_generation_id,
            self.recovered,
            self.app.recovery.read,
            tuple(p.units for p in partitions),
            tuple(s.committed for s in standings.values()),
        )
        if not self.recovered:
            busy = "partitions are not assigned or not read back"
        elif any(p.waiting for p in partitions):
            busy = ""  # by setting: it may wait as long as it has to
        elif any(p.writing for p in partitions):
            busy = "a unit of work is being written"
        else:
            busy = f"{behind} records wait" if behind else ""
        return Sight(progress, self.app.beat, busy)
