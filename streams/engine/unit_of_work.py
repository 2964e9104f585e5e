"""One unit of work: outputs, state and fence that become durable together, and how they do.

The order without transactions is outputs, then state and fence, then the commit: a crash between
outputs and state repeats outputs (same ids), the other order would lose them. A delivery guarantee
is one class that commits a unit; transactions replace that class and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from streams.engine.job import Record
from streams.engine.outbox import Outbox


@dataclass(slots=True)
class UnitOfWork:
    """What one partition has to make durable: all of it, in this order, or nothing."""

    partition: int
    outputs: Sequence[Record] = ()
    state: Sequence[Record] = ()  # ends with the fence
    taken: list[tuple[str, int]] = field(default_factory=list)  # (source topic, end) of each chunk


class Delivery(Protocol):
    """A delivery guarantee."""

    async def open(self, partition: int) -> None:
        """Make ready to write for a partition, before its changelog is read."""

    async def close(self, partition: int) -> None:
        """The partition is no longer ours."""

    async def commit(self, unit: UnitOfWork) -> int | None:
        """Make the unit durable -> offset of its first changelog record, None without state.

        Raises whatever went wrong; the process then stops, since what became durable is unknown.
        """


class EffectivelyOnce:
    """For brokers without transactions: ordered writes, states that skip what they already hold.

    After a crash the outputs of the last unit may come again with the same ids; those without a
    state behind them (dead letters) may come twice.
    """

    def __init__(self, outbox: Outbox, changelog: str) -> None:
        self._outbox = outbox
        self._changelog = changelog

    async def open(self, partition: int) -> None:
        """Nothing to prepare."""

    async def close(self, partition: int) -> None:
        """Nothing to release."""

    async def commit(self, unit: UnitOfWork) -> int | None:
        """Outputs, awaited; then state and fence, awaited."""
        if unit.outputs:
            await self._outbox.send_outputs(unit.partition, unit.outputs)
        if not unit.state:
            return None
        return await self._outbox.send_state(self._changelog, unit.partition, unit.state)
