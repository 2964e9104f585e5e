"""One partition's life while it is ours: fold, fire deadlines, make durable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

from streams.engine.chunk import Chunk
from streams.engine.clock import PartitionClock
from streams.engine.delivery import Delivery
from streams.engine.fail_stop import guarded
from streams.engine.firing import fire, wake
from streams.engine.job import Decoded, Job, Unprepared
from streams.engine.ledger import Ledger
from streams.engine.review import Review
from streams.engine.table import StateTable
from streams.engine.unit_of_work import UnitOfWork
from streams.errors import StreamsError

SLICE = 2_000
"""Records folded without letting heartbeats, timers and probes in between (some 20 ms)."""
UNIT = 30_000
"""Records folded that are enough for a unit of work before their chunk ends."""
BACKLOG = 60_000
"""Records folded but not yet durable before folding waits."""


NOTHING: Decoded[Any] = Decoded((), (), (), ())
GIVEN_UP: Decoded[Any] = Decoded((), (), (), ())
"""Instead of a slice's rows when the partition is given back before they could be decoded."""


class Observer(Protocol):
    """Who wants to know how the engine works: sizes, seconds and positions, never content."""

    def folded(self, records: int, seconds: float) -> None:
        """A slice was decoded and folded."""

    def committed(self, records: int, seconds: float) -> None:
        """A unit of work became durable."""

    def recovered(self, records: int, states: int, seconds: float) -> None:
        """The state of the assigned partitions was read back."""


@dataclass(slots=True)
class Advanced:
    """What a slice did: its outputs, and how many rows the states already held."""

    outputs: list[Any] = field(default_factory=list)
    replayed: int = 0


class Partition:
    """State, timers, ledger and writer of one partition number over all source topics.

    Chunks and timers run one after the other under `lock`. Folding runs ahead: while one unit of
    work is being written, the next one fills; a partition has at most one write under way.
    """

    def __init__(
        self,
        number: int,
        job: Job[Any, Any, Any],
        sources: Mapping[str, int],
        clock: PartitionClock,
        delivery: Delivery,
        observer: Observer,
        fail: Callable[[BaseException], Any],
    ) -> None:
        self.number = number
        self.lock = asyncio.Lock()
        self.turn = asyncio.Lock()  # to fold a slice; the app gives all its partitions the same
        self.table = StateTable(job, len(sources), number, exclusive=delivery.exclusive)
        self.clock = clock
        self.ledgers = {topic: Ledger(0) for topic in sources}
        self.closing = True  # fold no further slice; until recovered
        self.units = 0  # made durable so far
        self.waiting = False  # for something that decoding needs, see `Unprepared`
        self._running = False  # the state is complete: its deadlines may fire
        self._job = job
        self._sources = sources
        self._delivery = delivery
        self._observer = observer
        self._fail = fail
        self._outputs: list[Any] = []
        self._dead: list[Any] = []
        self._touched = False  # notes or terms, which no state tells of
        self._reviewing: Review | None = None
        self._just_resumed = False
        self._taken: list[tuple[str, int]] = []
        self._backlog = 0
        self._folded = 0
        self._folding = False
        self._room = asyncio.Event()
        self._closed = asyncio.Event()  # `closing`, to be awaited
        self._writer: asyncio.Task[None] | None = None

    # --- folding

    async def slices(self, chunk: Chunk) -> AsyncIterator[Chunk]:
        """The chunk piece by piece, under the lock, each to be folded before the next is asked for.

        Ends early when the partition is being closed; the rest is read again by whoever owns it.
        """
        async with self.lock:
            self._folding = True
            for part in chunk.slices(SLICE):
                await self._room_for_more()
                async with self.turn:  # one slice at a time, or the loop turns too slowly
                    if self.closing:
                        break
                    self._say(self._caught_up() + self._reviewed())
                    began = perf_counter()
                    self.ledgers[part.topic].take(part.start, part.end)
                    yield part
                    self._observer.folded(len(part), perf_counter() - began)
                await asyncio.sleep(0)  # not a wait: lets heartbeats and probes have the loop
            self._folding = False
            self._write_soon()

    async def _room_for_more(self) -> None:
        while self._backlog > BACKLOG and not self.closing:
            self._room.clear()
            await self._room.wait()

    async def decode(self, part: Chunk) -> Decoded[Any]:
        """The readable rows of a slice, and the rejected rest.

        Waits for what decoding needs; GIVEN_UP when the partition goes meanwhile.
        """
        if not part.offsets:
            return NOTHING
        while True:
            try:
                return self._job.decode(part)
            except Unprepared as missing:
                if not await self._prepared(missing):
                    return GIVEN_UP

    async def _prepared(self, missing: Unprepared) -> bool:
        """Wait until it is here; what is folded is written meanwhile. False: being closed."""
        self._folding, self.waiting = False, True
        self.turn.release()  # the others go on
        self._write_soon()
        preparing = asyncio.ensure_future(missing.prepare())
        closed = asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait((preparing, closed), return_when=asyncio.FIRST_COMPLETED)
            if self.closing:
                return False
            preparing.result()
        finally:
            preparing.cancel()
            closed.cancel()
            await self.turn.acquire()
            self._folding, self.waiting = True, False
        return True

    def advance(self, topic: str, decoded: Decoded[Any]) -> Advanced:
        """Fold decoded rows into their states; a row its state already holds is skipped.

        A deadline that the watermark passes fires before the next row of its key is folded, so
        the answer doesn't depend on where a chunk ends.
        """
        result = Advanced()
        if decoded is GIVEN_UP:
            return result  # nothing may fire: what it said would not be published
        self.table.notes.job.foresee(decoded, self.clock.now(), self.clock.ceiling())
        emit = result.outputs.append
        table, deadline = self.table, self._job.deadline
        advance, expire = table.notes.job.advance, table.notes.job.expire
        opened, revive = table.opened, table.revive
        slot, horizon, lateness = (
            1 + self._sources[topic],
            self.clock.horizon,
            self.clock.lateness_ms,
        )
        passed, ceiling = horizon - lateness, self.clock.ceiling()
        for offset, key, at, row in zip(
            decoded.offsets, decoded.keys, decoded.times, decoded.rows, strict=True
        ):
            # A row read again moves the clock too, as it did the first time.
            if horizon < at and horizon < ceiling:
                horizon = at if at < ceiling else ceiling  # noqa: FURB136  (a call an event)
                passed = horizon - lateness
            entry = opened.get(key)
            if entry is None:
                entry = opened[key] = revive(key)
            if offset < entry[slot]:
                result.replayed += 1
                continue
            state = entry[0]
            if state is not None and deadline(state) < passed:
                state = wake(key, state, passed, deadline, expire, emit)
            entry[0] = advance(key, state, row, emit)
            entry[slot] = offset + 1
        self.clock.horizon = horizon
        self._note(decoded, result.outputs)
        result.outputs += self._time_passed()
        return result

    def publish(self, part: Chunk, decoded: Decoded[Any], advanced: Advanced) -> None:
        """Hand a folded slice to the current unit of work and see that it gets written."""
        if decoded is GIVEN_UP:
            return  # whoever has the partition next reads the slice again
        outputs = advanced.outputs
        self._job.observe(decoded, outputs)
        self._outputs += outputs
        if decoded.rejected:
            self._dead += self._job.dead_letters(part, decoded.rejected)
        self._taken.append((part.topic, part.end))
        self.table.fence.positions[part.topic] = part.end
        self._folded += len(part)
        self._backlog += len(part)
        if self._folded >= UNIT:
            self._write_soon()

    # --- deadlines, notes and terms

    async def tick(self) -> None:
        """Do what the partition's clock and the job's terms want; called every 200 ms.

        A go at a time, with the loop in between, until nothing is left of what was due when it
        began: what falls due meanwhile is the next tick's, or this one might never end.
        """
        now = self.clock.now()
        while not (self.closing or self.lock.locked()):  # a chunk being folded does its own
            if self._job.terms() == self.table.fence.terms and not self._is_due(now):
                return
            async with self.lock:
                self._say(self._reviewed() + self._time_passed())
                self._write_soon()
                if len(self._outputs) + len(self.table.opened) > UNIT:
                    await self.written()
            await asyncio.sleep(0)  # not a wait

    def _say(self, outputs: list[Any]) -> None:
        """Hand on what was said between slices."""
        if outputs:
            self._job.observe(NOTHING, outputs)
            self._outputs += outputs

    def _note(self, rows: Decoded[Any], outputs: list[Any]) -> None:
        """Let the notes take in what was said; what they say comes after it."""
        said: list[Any] = []
        self.table.notes.job.note(rows, outputs, said.append)
        outputs += said

    def _is_due(self, now: int) -> bool:
        return self.table.timers.next < now or self.table.notes.job.due < now

    def _time_passed(self) -> list[Any]:
        """What notes and states say because the clock went on; one go of it.

        Notes first: a deadline may depend on them. What deadlines say is then noted.
        """
        now, table, said = self.clock.now(), self.table, list[Any]()
        job = table.notes.job
        if job.due < now:
            self._touched = True
            job.pass_time(now, said.append)
            if job.due < now:
                raise StreamsError(
                    f"notes due at {job.due} did not move on when time passed to {now}: the job's "
                    "pass_time must set a later one"
                )
        if table.timers.next < now:
            fired: list[Any] = []
            fire(table, now, self._job.deadline, fired.append)
            if fired:
                self._touched = True
                self._note(NOTHING, fired)
            said += fired
        return said

    def _caught_up(self) -> list[Any]:
        """What is due before the first slice: the notes read back learn where the clock stands."""
        if not self._just_resumed:
            return []
        self._just_resumed = False
        return self._time_passed()

    def _reviewed(self) -> list[Any]:
        """What the states say under new terms; one go of it.

        Until all are reviewed the fence says that their terms are in doubt.
        """
        terms, fence = self._job.terms(), self.table.fence
        if terms == fence.terms:
            return []
        if self._reviewing is None or self._reviewing.terms != terms:
            self._reviewing, fence.terms = Review(terms, self.table), None
        said: list[Any] = []
        if self._reviewing.go(self.clock.now(), said.append):
            self._reviewing, fence.terms = None, terms
            self._touched |= bool(self.table.opened) or len(self.table) > 0
        if said:
            self._note(NOTHING, said)
        return said

    # --- making durable

    def _write_soon(self) -> None:
        if self._writer is None and self._pending():
            self._writer = asyncio.ensure_future(guarded(self._write(), self._fail))

    async def _write(self) -> None:
        """Group commit: what is folded during one write goes into the next one.

        A chunk isn't cut while it is folded, unless it is large: a customer who comes up several
        times in it is then packed and written once.
        """
        try:
            while self._pending() and (not self._folding or self._folded >= UNIT):
                unit, count, outputs = self._next_unit()
                began = perf_counter()
                base = await self._delivery.commit(unit)
                self._settle(unit, base, count)
                if self._job.produced is not None and outputs:
                    self._job.produced(outputs)
                self._observer.committed(count, perf_counter() - began)
        finally:
            self._writer = None

    @property
    def writing(self) -> bool:
        """A unit of work is on its way to the broker."""
        return self._writer is not None

    def _pending(self) -> bool:
        return bool(self._taken or self._outputs or self.table.opened or self._touched)

    def _next_unit(self) -> tuple[UnitOfWork, int, list[Any]]:
        outputs, self._outputs = self._outputs, []
        dead, self._dead = self._dead, []
        taken, self._taken = self._taken, []
        count, self._folded, self._touched = self._folded, 0, False
        self.table.fence.horizon = self.clock.horizon
        records = [*self._job.encode(outputs), *dead]
        unit = UnitOfWork(self.number, records, self.table.seal(), taken, self._job.gathered)
        return unit, count, [] if self._job.produced is None else outputs

    def _settle(self, unit: UnitOfWork, base: int | None, count: int) -> None:
        table = self.table
        ours = self._delivery.exclusive or base == table.changelog_position
        if base is not None and ours:  # nothing to read again at a rebalance
            table.changelog_position = base + len(unit.state)
        for topic, end in unit.taken:
            self.ledgers[topic].settle(end)
        self._backlog -= count
        self.units += 1
        self._room.set()

    # --- the end

    def close(self) -> None:
        """Fold no further slice; what waits for something waits no longer."""
        self.closing = True
        self._room.set()
        self._closed.set()

    async def settle(self) -> None:
        """Stop at the next slice boundary and wait until everything folded is durable.

        Deadlines that are due fire first, so that a log that ends leaves none behind.
        """
        self.close()
        async with self.lock:
            await self.written()
            now = self.clock.now()
            while self._running and self._is_due(now):
                self._say(self._time_passed())
                self._write_soon()
                await self.written()
            self._running = False

    async def written(self) -> None:
        """Wait until everything folded is durable."""
        while self._writer is not None:
            await asyncio.shield(self._writer)

    def resume(self, positions: Mapping[str, int]) -> None:
        """The state is read back: go on at these source positions."""
        for topic, position in positions.items():
            self.ledgers[topic].seek(position)
        self.clock.see(self.table.fence.horizon)
        self._reviewing = None  # what was left of it begins anew
        self._just_resumed = True
        self.closing = False
        self._closed.clear()
        self._running = True
