"""Faust's consumer with another unit of delivery: one message is one chunk of one partition."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import aiokafka
from aiokafka import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage
from typing_extensions import override

from streams.engine.chunk import Chunk
from streams.engine.intake import Intake
from streams.engine.positions import made_anew
from streams.errors import Stalled

if TYPE_CHECKING:
    from streams.engine.app import EngineApp

FETCH_WAIT_MS = 20
"""How long the broker may hold a fetch. Faust hard-codes 1,500; with one fetch a broker in
flight a long poll for idle partitions holds up the busy ones."""
POLL_S = 0.5
RECOMMIT_S = 5.0
"""How often an idle worker commits where it stands anyway."""


class InlineThread(driver.AIOKafkaConsumerThread):
    """Faust's consumer "thread" in the agents' own loop: no hop, no fight for the interpreter lock.

    Heartbeats therefore share the loop with folding; slices keep that below 50 ms, and a job that
    hangs loses its partitions, as it should.
    """

    @override
    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        # What a foreign producer aborted must not be folded. Faust sets this only under its own
        # exactly_once, which is not used.
        consumer._isolation_level = "read_committed"
        return consumer

    @override
    async def on_start(self) -> None:
        await super().on_start()
        # aiokafka tells of a refused group, session or authorisation whoever fetches next; before
        # the first assignment that is nobody, and the worker would stay idle for ever.
        coordinator = self._ensure_consumer()._coordinator
        fail = cast("EngineApp", self.app).fail
        coordinator._push_error_to_user = _failing(fail)
        coordinator._coordination_task.add_done_callback(partial(_ended, fail))
        fetcher = self._ensure_consumer()._fetcher
        fetcher._fetch_task.add_done_callback(partial(_fetched_no_more, fail, fetcher))

    @override
    async def start(self) -> None:
        self._thread_started.set()  # maybe_start() looks at it
        await self._default_start()

    @override
    async def stop(self) -> None:
        if not self._stopped.is_set():
            self._stopped.set()
            await self._ensure_consumer().stop()
            self._shutdown.set()
            await self._default_stop_futures()

    @override
    async def call_thread(self, fun: Any, *args: Any, **kwargs: Any) -> Any:
        result = fun(*args, **kwargs)
        if asyncio.iscoroutine(result) or isinstance(result, asyncio.Future):
            return await result
        return result


def _failing(fail: Callable[[BaseException], Any]) -> Callable[[BaseException], Any]:
    async def push(error: BaseException) -> None:
        fail(error)

    return push


def _ended(fail: Callable[[BaseException], Any], task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()):
        fail(error)


def _fetched_no_more(
    fail: Callable[[BaseException], Any], fetcher: Any, task: asyncio.Task[Any]
) -> None:
    """Without its fetcher a worker would hear of nothing, not even that there is more to read."""
    if not fetcher._closed:
        error = None if task.cancelled() else task.exception()
        fail(error or Stalled("the client has stopped fetching: restart to read on"))


class ChunkConsumer(driver.Consumer):
    """Delivers chunks, one a partition at a time; the next one grows meanwhile.

    Commit bookkeeping is the partitions' own (see `ledger`): stock gap handling commits past
    unprocessed records and gets stuck on compaction gaps.
    """

    app: EngineApp

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._intake: Intake | None = None
        self._busy: set[TopicPartition] = set()
        self._committed: dict[TP, int] = {}
        self._giving_back = False
        self.committed_at = time.monotonic()
        super().__init__(*args, **kwargs)

    @override
    def _new_consumer_thread(self) -> InlineThread:
        loop = asyncio.get_event_loop()
        return InlineThread(self, loop=self.loop, thread_loop=loop, beacon=self.beacon)

    @property
    def intake(self) -> Intake:
        """What is fetched and not yet taken."""
        if self._intake is None:
            self._intake = Intake(self._thread._ensure_consumer())
        return self._intake

    # --- delivery

    @override
    async def _drain_messages(self, fetcher: Any) -> None:
        """Faust's fetcher service runs this: fetch, deliver, again."""
        stopped = self._stopped.is_set
        try:
            while not (stopped() or fetcher._stopped.is_set()):
                if not self.flow_active:
                    await self.wait_first(self.can_resume_flow.wait(), fetcher._stopped.wait())
                    continue
                for chunk in await self.intake.chunks(self._active, self._busy, POLL_S):
                    if not self.flow_active or chunk.era != self.intake.era:
                        break  # a rebalance began while one was delivered
                    await self._deliver(chunk)
        except asyncio.CancelledError:
            raise
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except Exception as error:  # noqa: BLE001  (whatever it is, nothing more may be committed)
            self.app.fail(error)

    def _active(self) -> set[TopicPartition]:
        active = self._get_active_partitions() if self.flow_active else set()
        return cast("set[TopicPartition]", active)

    async def _deliver(self, chunk: Chunk) -> None:
        tp = TP(chunk.topic, chunk.partition)
        self._refuse_another_log(tp, chunk.start)
        self._busy.add(cast("TopicPartition", tp))
        message = ConsumerMessage(
            chunk.topic,
            chunk.partition,
            chunk.end - 1,
            chunk.timestamps[-1] / 1000.0 if chunk.timestamps else 0.0,
            0,
            None,
            None,
            cast("bytes", chunk),
            None,
            0,
            0,
            tp,
            generation_id=self.app.consumer_generation_id,
        )
        await self.callback(message)

    def _refuse_another_log(self, tp: TP, start: int) -> None:
        """Where our position is no more, the client begins anew at the topic's beginning.

        Raises SourceReplaced if the topic ends before our position. Otherwise the ledger says that
        something is missing, and a restart may mend it.
        """
        partition = self.app.assignment.partitions.get(tp.partition)
        if partition is not None and start < (position := partition.ledgers[tp.topic].position):
            end, _ = self.ends(tp.topic, tp.partition)
            if 0 < end < position:
                raise made_anew(tp.partition, tp.topic, position, end)

    def free(self, chunk: Chunk) -> None:
        """The chunk was folded: its partition may have the next one."""
        self._busy.discard(TopicPartition(chunk.topic, chunk.partition))
        self.intake.wake()

    def forget(self) -> None:
        """Drop everything fetched: void after a rebalance, each partition is sought anew."""
        self.intake.forget()
        self._busy.clear()

    # --- committing: a hint for lag tools, the fence is the truth

    @override
    async def force_commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Commit what is durable; not while the group is changing.

        Between the join and the new assignment the broker already counts the next generation; it
        refuses the commit, and aiokafka then throws its member id away and joins as a new member:
        the next rebalance, in which the other workers' commits do the same.
        """
        if not (self.app.assignment.recovered or self._giving_back):
            return False
        assigned = self.assignment()
        durable = {t: p for t, p in self.app.assignment.committable().items() if t in assigned}
        offsets = {t: p for t, p in durable.items() if p > self._committed.get(t, 0)}
        if not offsets and time.monotonic() > self.committed_at + RECOMMIT_S:
            offsets = durable  # says to the broker, and to `/readyz`, that we are there
        if not offsets or not await self._thread.commit(offsets):
            return False
        self._committed.update(offsets)
        self.committed_at = time.monotonic()
        return True

    @override
    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        return await self._thread.commit(offsets)

    @override
    async def wait_empty(self) -> None:
        """Before partitions go: make durable what was folded, commit it."""
        await self.app.assignment.settle()
        self._giving_back = True
        try:
            await self.commit()
        finally:
            self._giving_back = False

    @override
    async def on_stop(self) -> None:
        await self.wait_empty()

    @override
    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        await super().on_partitions_revoked(revoked)
        self.forget()
        for tp in revoked:
            self._committed.pop(tp, None)

    @override
    async def perform_seek(self) -> None:
        """Positions come from the fence, never from the group's commit."""

    @override
    async def verify_all_partitions_active(self) -> None:
        """Faust's own stall warnings look at bookkeeping that is not in use."""

    # --- positions

    async def seek_all(self, positions: Mapping[TP, int]) -> None:
        """Go to these positions; what was fetched before is void."""
        self.forget()
        consumer = self._thread._ensure_consumer()
        for tp, position in positions.items():
            consumer.seek(TopicPartition(tp.topic, tp.partition), position)

    def ends(self, topic: str, number: int) -> tuple[int, int]:
        """End and stable end of a partition as told by the last fetch; 0 before it, or not ours."""
        consumer, tp = self._thread._consumer, TopicPartition(topic, number)
        if consumer is None or tp not in consumer.assignment():
            return 0, 0
        return consumer.highwater(tp) or 0, consumer.last_stable_offset(tp) or 0


class ChunkTransport(driver.Transport):
    """Faust's aiokafka transport with the chunk consumer."""

    Consumer = ChunkConsumer
