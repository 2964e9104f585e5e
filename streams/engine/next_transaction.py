"""The next transaction, opened while there is nothing to write yet.

Registering partitions with the coordinator is a round trip, and it needs no record. Done between
two units of work, it is one that no unit waits for.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Coroutine
from typing import Any

from streams.engine.transactional_producer import TransactionalProducer
from streams.engine.usual import Usual

PAUSE_S = 0.005
"""From the end of a transaction to the next: until its markers are written none can begin."""
KEEP = 0.25
"""Share of the time-out that a transaction waits for a unit of work. The broker must never be the
one to end it: to the producer that is the same as being fenced."""
DROP_S = 1.0


class NextTransaction:
    """Opens a producer's next transaction ahead, with the partitions that it usually writes.

    What goes wrong meanwhile is raised by `take`, as if the unit of work had met it: who has lost
    the lease finds out when there is something to write, not before. After a quarter of the
    time-out without a unit the transaction is ended, empty; the unit that comes then opens its own.
    """

    def __init__(
        self,
        producer: TransactionalProducer,
        partition: int,
        known: Collection[str],
        timeout_s: float,
    ) -> None:
        self._producer = producer
        self._partition = partition
        self._usual = Usual(known)
        self._keep_s = timeout_s * KEEP
        self._timer: asyncio.TimerHandle | None = None
        self._work: asyncio.Task[None] | None = None
        self._open = False  # and nobody has taken it
        self._dropped = False

    def prepare(self) -> None:
        """A transaction with a unit of work has ended: open the next one soon."""
        self._usual.learn(self._producer.written)
        if not self._dropped:
            self._later(PAUSE_S, self._begin)

    async def take(self) -> None:
        """A transaction is open when this returns.

        Raises whatever opening it ahead met.
        """
        self._no_timer()
        work, self._work = self._work, None
        if work is not None:
            await work  # mostly done: no turn of the loop
        self._open = False
        if not self._producer.in_transaction:
            await self._producer.begin()

    async def drop(self) -> None:
        """End what is open and untaken, or leave it to the successor, who settles it anyway."""
        self._dropped = True
        self._no_timer()
        if self._work is not None:
            self._work.cancel()  # done with an error, it keeps that to itself
            await asyncio.wait([self._work])
        if self._open:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._end(), DROP_S)

    # --- meanwhile

    async def _begin(self) -> None:
        began = asyncio.get_running_loop().time()
        await self._producer.begin()
        await self._producer.add(self._partition, self._usual.names())
        if self._work is asyncio.current_task():  # else a unit waits for it already
            self._open = True
            self._later(began + self._keep_s - asyncio.get_running_loop().time(), self._end)

    async def _end(self) -> None:
        self._open = False
        await self._producer.abort()

    def _later(self, seconds: float, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._start, step)

    def _start(self, step: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._timer = None
        self._work = asyncio.ensure_future(step())

    def _no_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
