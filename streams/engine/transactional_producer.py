"""A transactional producer whose requests follow one another in the caller's own task.

aiokafka sends from a task of its own, which is woken, asked what there is to do and left again
between every two requests. Six such hops a transaction, each behind whatever else the loop has to
do, cost as much as the broker. A unit of work knows all it has to write, so here the one who
commits asks: add the partitions, write the batches, end. Requests, their answers and what is
tried again are still aiokafka's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aiokafka.producer.sender
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    ConcurrentTransactions,
    KafkaConnectionError,
    KafkaError,
    ProducerClosed,
    for_code,
)
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.producer.sender import (
    CoordinationType,
    EndTxnHandler,
    InitPIDHandler,
    Sender,
    SendProduceReqHandler,
)
from aiokafka.util import create_task
from typing_extensions import override

from streams.engine.outbox import BATCH_BYTES

ENDING_S = 0.002
"""EndTxn answers before the markers are written; who comes meanwhile is told to come again.

aiokafka would sleep 20 ms before the next transaction, longer than a whole one takes, and 100 ms
before the successor's first.
"""
aiokafka.producer.sender.BACKOFF_OVERRIDE = ENDING_S


class _TakeId(InitPIDHandler):
    """The question for the transactional id, asked again soon while the last holder's ends."""

    @override
    def handle_response(self, resp: Any) -> float | None:
        pause: float | None = super().handle_response(resp)
        return ENDING_S if for_code(resp.error_code) is ConcurrentTransactions else pause


class _Sender(Sender):
    """aiokafka's sender, asked instead of running by itself."""

    closed = False

    @override
    async def start(self) -> None:
        await self._maybe_wait_for_pid()
        # Stopping a producer waits for its sender's task, if it has one: this one just waits too.
        self._sender_task = create_task(asyncio.Event().wait())

    @override
    async def _find_coordinator(self, coordinator_type: Any, coordinator_key: Any) -> Any:
        """A broker that goes down amid the question is no end: there are others to ask."""
        while True:
            self._check_open()
            try:
                return await super()._find_coordinator(coordinator_type, coordinator_key)
            except KafkaError as error:
                if not isinstance(error.__cause__, KafkaConnectionError):
                    raise
                await asyncio.sleep(self._retry_backoff)

    @override
    async def _do_init_pid(self, node_id: Any) -> bool:
        taken: bool = await _TakeId(self).do(node_id)
        return taken

    def _check_open(self) -> None:
        if self.closed:
            raise ProducerClosed

    @override
    async def close(self) -> None:
        self._sender_task.cancel()
        await asyncio.wait([self._sender_task])

    async def flush(self) -> None:
        """Add pending partitions to the transaction, then write every pending batch."""
        while self._message_accumulator._batches:
            self._check_open()
            while partitions := self._txn_manager.partitions_to_add():
                await self._do_add_partitions_to_txn(set(partitions))
            if (over := self._txn_manager.wait_for_transaction_end()).done():
                over.result()  # raises: a topic isn't ours to write
            by_node, leaderless = self._message_accumulator.drain_by_nodes(ignore_nodes=())
            await asyncio.gather(
                *[
                    SendProduceReqHandler(self, batches).do(node)
                    for node, batches in by_node.items()
                ]
            )
            if leaderless and not by_node:
                await self.client.force_metadata_update()
                await asyncio.sleep(self._retry_backoff)

    async def end(self) -> None:
        """Commit or abort, as the transaction's state says."""
        transaction = self._txn_manager
        if transaction.is_empty_transaction():
            transaction.complete_transaction()
            return
        result, ended = transaction.needs_transaction_commit(), False
        while not ended:
            self._check_open()
            ended = await EndTxnHandler(self, result).do(await self._coordinator())

    async def _coordinator(self) -> Any:
        kind = CoordinationType.TRANSACTION
        return await self._find_coordinator(kind, self._txn_manager.transactional_id)


class TransactionalProducer:
    """One transaction at a time: `begin`, `write`, then `commit` or `abort`.

    Errors come out of the call that met them: `ProducerFenced` when another producer has taken
    the transactional id, or whatever the broker said.
    """

    def __init__(
        self, transactional_id: str, timeout_ms: int, connection: Mapping[str, Any]
    ) -> None:
        self._producer = producer = AIOKafkaProducer(
            transactional_id=transactional_id,
            transaction_timeout_ms=timeout_ms,
            max_batch_size=BATCH_BYTES,
            **connection,
        )
        self._transaction = producer._txn_manager
        stock = producer._sender
        self._sender = producer._sender = _Sender(
            producer.client,
            acks=stock._acks,
            txn_manager=producer._txn_manager,
            message_accumulator=producer._message_accumulator,
            retry_backoff_ms=stock._retry_backoff * 1000,
            request_timeout_ms=stock._request_timeout_ms,
        )

    async def start(self) -> None:
        """Connect and take the id: whoever held it is fenced, what they left open is settled."""
        await self._producer.start()

    async def stop(self) -> None:
        """Close the connections; an open transaction is left to its time-out."""
        self._sender.closed = True  # whoever is at work here finds out before its next request
        accumulator = self._producer._message_accumulator
        accumulator.fail_all(ProducerClosed())  # it would wait for them
        accumulator._batches.clear()
        await self._producer.stop()

    def create_batch(self) -> BatchBuilder:
        """An empty batch of a transaction."""
        return self._producer.create_batch()

    async def begin(self) -> None:
        """Start a transaction; says nothing to the broker yet."""
        await self._producer.begin_transaction()

    async def write(
        self, partition_on: Callable[[str], int], batches: Mapping[str, Sequence[BatchBuilder]]
    ) -> dict[str, int]:
        """Write batches to one partition of each topic -> offset of each one's first record."""
        firsts: dict[str, int] = {}
        for number in range(max(map(len, batches.values()), default=0)):
            written = {
                topic: await self._producer.send_batch(
                    mine[number], topic, partition=partition_on(topic)
                )
                for topic, mine in batches.items()
                if number < len(mine)
            }
            try:
                await self._sender.flush()
            except BaseException:
                for pending in written.values():
                    pending.add_done_callback(_heard)  # nobody will ask for them
                raise
            for topic, done in zip(written, await asyncio.gather(*written.values()), strict=True):
                firsts.setdefault(topic, done.offset)
        return firsts

    async def commit(self) -> None:
        """Let everything written be seen; raises if what became of it is unknown."""
        self._transaction.committing_transaction()
        await self._sender.end()

    async def abort(self) -> None:
        """Let nothing written be seen."""
        self._transaction.aborting_transaction()
        await self._sender.end()


def _heard(future: asyncio.Future[Any]) -> None:
    """An error that nobody asks for is no news."""
    if not future.cancelled():
        future.exception()
