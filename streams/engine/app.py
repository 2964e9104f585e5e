"""The Faust app of the engine: one job, its sources, its state, its way out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias, cast

import faust
from faust.serializers.schemas import Schema
from typing_extensions import override

from streams.engine.assignment import Assignment
from streams.engine.chunk import Chunk
from streams.engine.clock import PartitionClock
from streams.engine.consumer import ChunkConsumer, ChunkTransport
from streams.engine.credentials import credentials
from streams.engine.delivery import Delivery, Wanted, choose_delivery
from streams.engine.exactly_once import ExactlyOnce
from streams.engine.fail_stop import fail_stop, guarded
from streams.engine.job import Job
from streams.engine.partition import Observer, Partition
from streams.engine.recovery import Recovery
from streams.engine.turned_away import TurnedAway
from streams.engine.watchdog import Watchdog

AHEAD = 1_000
"""Chunks smaller than this are written before the next is taken: when there is little to do,
folding ahead gains nothing, while each chunk costs the same to hand over. What comes meanwhile
grows into one chunk, and goes into one unit of work."""

JOIN_S = 10.0
"""How long a worker that is told to stop waits for a rebalance under way."""

Slices: TypeAlias = AsyncIterator[tuple[Chunk, Partition]]
Follower: TypeAlias = Callable[[Slices], Coroutine[Any, Any, None]]


class ChunkSchema(Schema[Any, Any]):
    """Lets a chunk through Faust's decoding untouched."""

    @override
    def compile(self, app: Any, **_: Any) -> Any:
        async def decode(message: Any, *, propagate: bool = False) -> Any:  # noqa: ARG001
            return app.create_event(None, message.value, None, message)

        return decode


class EngineApp(faust.App):
    """A Faust app that delivers chunks and keeps state by partition.

    `connection` are aiokafka's connection settings (bootstrap_servers, security…); `conf` holds
    Faust's own. `wall_ms` is the wall clock for live deadlines, None in a replay.
    """

    def __init__(  # noqa: PLR0913  (the engine's whole configuration, by keyword)
        self,
        name: str,
        *,
        job: Job[Any, Any, Any],
        sources: Sequence[str],
        changelog: str,
        connection: Mapping[str, Any],
        observer: Observer,
        lateness_ms: int = 0,
        wall_ms: Callable[[], int] | None = None,
        delivery: Wanted = "auto",
        transaction_timeout_ms: int = 60_000,
        watchdog_s: float = 120.0,
        fail: Callable[[BaseException], Any] = fail_stop,
        **conf: Any,
    ) -> None:
        self.job = job
        self.sources = {topic: index for index, topic in enumerate(sources)}
        self.changelog = changelog
        self.fail = fail
        self.observer = observer
        self.beat = time.monotonic()
        self._lateness_ms, self._wall_ms = lateness_ms, wall_ms
        self._choose = partial(
            choose_delivery, delivery, name, changelog, connection, transaction_timeout_ms
        )
        self._delivery: Delivery | None = None
        self.recovery = Recovery(changelog, connection, "read_committed", observer)
        self._watchdog_s = watchdog_s
        self._watchdog: Watchdog | None = None
        self._folding: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        super().__init__(
            name,
            broker=[f"kafka://{place}" for place in connection["bootstrap_servers"]],
            broker_credentials=credentials(connection),
            TableManager=Assignment,
            store="memory://",
            web_enabled=False,
            topic_disable_leader=True,
            table_standby_replicas=0,
            worker_redirect_stdouts=False,
            stream_buffer_maxsize=64,
            **conf,
        )

    # --- wiring

    @override
    def _new_transport(self) -> ChunkTransport:
        return ChunkTransport(self.conf.broker_consumer, self)

    @property
    def assignment(self) -> Assignment:
        """The partitions owned."""
        return cast(Assignment, self.tables)

    @property
    def chunk_consumer(self) -> ChunkConsumer:
        """The consumer, by its real type."""
        return cast(ChunkConsumer, self.consumer)

    @property
    def delivery(self) -> Delivery:
        """How units of work become durable; known once the app has started."""
        assert self._delivery is not None
        return self._delivery

    @property
    def guarantee(self) -> str:
        """The name of the delivery guarantee; empty until the broker was asked."""
        if self._delivery is None:
            return ""
        return "exactly_once" if isinstance(self._delivery, ExactlyOnce) else "effectively_once"

    def new_partition(self, number: int) -> Partition:
        """A partition with nothing in it yet."""
        clock = PartitionClock(self._lateness_ms, self._wall_ms)
        partition = Partition(
            number, self.job, self.sources, clock, self.delivery, self.observer, self.fail
        )
        partition.turn = self._turn
        return partition

    # --- for agents

    def follow(self, topic: str) -> Callable[[Follower], Any]:
        """Decorator: make an agent of a function that folds the slices of a source topic.

        A slice is folded before the next is asked for. Faust acknowledges what a failed agent
        held; here a failure ends the process before anything is acknowledged.
        """

        def register(work: Follower) -> Any:
            async def agent(stream: Any) -> None:
                await guarded(self._deal_out(stream, work), self.fail)

            return self.agent(self.topic(topic, schema=ChunkSchema()), name=work.__name__)(agent)

        return register

    async def _deal_out(self, stream: Any, work: Follower) -> None:
        """Fold each chunk in a task of its own: a partition that waits holds up no other.

        None has two at once, since of a partition one chunk is out at a time.
        """
        async for event in stream.noack().events():
            task = asyncio.ensure_future(guarded(work(self._slices(event)), self.fail))
            self._folding.add(task)
            task.add_done_callback(self._folding.discard)

    async def _slices(self, event: Any) -> Slices:
        chunk = event.value
        partition = self.assignment.partitions.get(chunk.partition)
        intake = self.chunk_consumer.intake
        # What flow control held up through a rebalance is void: its partition was sought anew.
        if partition is not None and chunk.era == intake.era:
            async for part in partition.slices(chunk):
                yield part, partition
            if len(chunk) < AHEAD:
                await partition.written()
        if chunk.era == intake.era:
            self.chunk_consumer.free(chunk)

    # --- start and stop

    @override
    async def on_start(self) -> None:
        await super().on_start()
        TurnedAway(self.fail).watch()
        self._watchdog = Watchdog(self.assignment.sight, self._watchdog_s, self.fail)
        self._watchdog.start()
        self._delivery = await self._choose()
        await self._delivery.start()

    @override
    async def on_started(self) -> None:
        await super().on_started()
        self.add_future(self._beats())

    async def _beats(self) -> None:
        while not self.should_stop:
            self.beat = time.monotonic()
            await self.sleep(0.5)

    @override
    async def stop(self) -> None:
        """Finish what is folded, commit it, leave the group.

        Faust's own waiting is skipped once it is told to stop, so it happens before.
        """
        if self._watchdog is not None:
            self._watchdog.stop()
        if not self.should_stop and self._consumer is not None:
            # In the middle of a join there is no way to leave the group: it would miss us until
            # the session time-out. A takeover, though, can be given up at any time.
            await asyncio.wait(
                [asyncio.ensure_future(self.assignment.joined.wait())], timeout=JOIN_S
            )
            await self.assignment.abandon()
            self.consumer.stop_flow()
            await self.assignment.settle()
            await self.consumer.commit()
            self.rebalancing = False  # else Faust calls its own stopping a crash
        await super().stop()
        if self._delivery is not None:
            await self._delivery.stop()
