"""Delivery in transactions: outputs, state and fence of a unit are seen together or never."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any, ClassVar

from aiokafka.errors import InvalidProducerIdMapping, ProducerFenced

from streams.engine.outbox import batches_of
from streams.engine.transactional_producer import TransactionalProducer
from streams.engine.unit_of_work import UnitOfWork
from streams.errors import BrokerUnreachable, Fenced

log = logging.getLogger(__name__)

OPEN_S = 60.0
STOP_S = 3.0
ABORT_S = 5.0


class ExactlyOnce:
    """One transactional producer a partition, one transaction a unit of work.

    The transactional id (application + partition number) is the lease on the partition: opening
    it anew fences whoever held it, aborts or finishes what they left open, and only then returns.
    A worker that was paused meanwhile finds out at its next transaction and leaves; nothing it
    wrote counts. `name` begins the ids, so that an access rule on that prefix covers them.
    """

    exclusive: ClassVar[bool] = True

    def __init__(
        self, name: str, changelog: str, connection: Mapping[str, Any], timeout_ms: int
    ) -> None:
        self._name = name
        self._changelog = changelog
        self._connection = dict(connection)
        self._timeout_ms = timeout_ms
        self._writers: dict[int, TransactionalProducer] = {}

    async def start(self) -> None:
        """Nothing yet: a producer is opened with its partition."""

    async def stop(self) -> None:
        """Close every producer."""
        await asyncio.gather(*[self.close(partition) for partition in list(self._writers)])

    async def open(self, partition: int) -> None:
        """Take the lease of the partition; done again at every takeover.

        Raises:
            BrokerUnreachable: no transaction coordinator in 60 s.
        """
        await self.close(partition)
        writer = TransactionalProducer(
            f"{self._name}-{partition}", self._timeout_ms, self._connection
        )
        try:
            await asyncio.wait_for(writer.start(), OPEN_S)
        except BaseException as error:
            await _stop(writer)
            if isinstance(error, TimeoutError):
                raise BrokerUnreachable(
                    f"no transaction coordinator for partition {partition} within {OPEN_S:.0f} s: "
                    "check that all brokers are up and __transaction_state has its replicas"
                ) from error
            raise
        self._writers[partition] = writer

    async def close(self, partition: int) -> None:
        """Give up the producer; the lease stays ours until somebody else takes it."""
        writer = self._writers.pop(partition, None)
        if writer is not None:
            await _stop(writer)

    async def commit(self, unit: UnitOfWork) -> int | None:
        """Everything in one transaction.

        Raises:
            Fenced: somebody else took the partition.
        """
        writer = self._writers[unit.partition]
        try:
            await writer.begin()
            base = await self._write(writer, unit)
            await writer.commit()
        except (ProducerFenced, InvalidProducerIdMapping) as error:  # or forgotten: idle too long
            # No abort: the transaction is the successor's now.
            raise Fenced(
                f"partition {unit.partition} was taken over by another worker (or its transaction "
                "timed out, or the broker forgot it): leaving, to be started anew"
            ) from error
        except Exception:
            # After an error the outcome is unknown, so nothing is tried again on this producer;
            # the abort only keeps readers of committed records from waiting for the time-out.
            with contextlib.suppress(Exception):
                await asyncio.wait_for(writer.abort(), ABORT_S)
            raise
        return base

    async def _write(self, writer: TransactionalProducer, unit: UnitOfWork) -> int | None:
        groups = dict(unit.outputs_by_topic())
        if unit.state:
            groups[self._changelog] = list(unit.state)
        batches = {
            topic: batches_of(records, writer.create_batch) for topic, records in groups.items()
        }
        return (await writer.write(unit.partition_on, batches)).get(self._changelog)


async def _stop(producer: TransactionalProducer) -> None:
    """Stop a producer, but don't wait for ever: one that was fenced may never end."""
    with contextlib.suppress(Exception):
        await asyncio.wait([asyncio.ensure_future(producer.stop())], timeout=STOP_S)
