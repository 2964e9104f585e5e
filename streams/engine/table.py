"""The states of one partition: packed bytes at rest, live objects while being folded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from streams.engine import state as sealed
from streams.engine.fence import Fence
from streams.engine.job import NEVER, Job, PlainRecord, Record, records
from streams.engine.notes import Notes
from streams.engine.timers import Timers
from streams.errors import StreamsError

Entry = list[Any]
"""A state being folded: [live state or None, then for each source: offset + 1 folded in]."""


class StateTable:
    """Key → state of one partition, its timers and label counts, its notes and its fence.

    At rest a state is one `bytes` (see `state`): small, nothing for the collector to walk, and the
    very value of the changelog. `open` brings it to life, `seal` packs everything that is alive.
    """

    def __init__(
        self, job: Job[Any, Any, Any], sources: int, number: int = 0, *, exclusive: bool = False
    ) -> None:
        self._job = job
        self._sources = sources
        self._number = number
        self._exclusive = exclusive  # nobody else can write to the changelog
        self.notes = Notes(job.of_partition(number), exclusive=exclusive)
        self._nothing = (0,) * sources
        self._packed: dict[str, bytes] = {}
        self._open: dict[str, Entry] = {}
        self._woken: set[str] = set()
        self.timers = Timers()
        self.labels = [0] * 256
        self.fence = Fence()
        self.changelog_position = 0

    def __len__(self) -> int:
        """Number of keys with a living state, those being folded for the first time excepted."""
        return len(self._packed) - self.labels[sealed.GONE]

    # --- while folding

    def open(self, key: str) -> Entry:
        """The entry of a key, brought to life if need be; a key never seen has state None."""
        entry = self._open.get(key)
        if entry is None:
            entry = self._open[key] = self.revive(key)
        return entry

    def due(self, now: int, most: int) -> list[str]:
        """Take out timers before `now`: their keys, whose next deadlines need new ones.

        Even if it is the old one again, set anew by a late event before the state is sealed.
        """
        keys = self.timers.due(now, most)
        self._woken.update(keys)
        return keys

    @property
    def opened(self) -> dict[str, Entry]:
        """The entries alive; the fold looks here first, and puts those revived here."""
        return self._open

    def deadline_of(self, key: str) -> int:
        """When a key wants to be woken, without bringing its state to life; NEVER if unknown."""
        entry = self._open.get(key)
        if entry is not None:
            return NEVER if entry[0] is None else self._job.deadline(entry[0])
        value = self._packed.get(key)
        return NEVER if value is None else sealed.PREFIX.unpack_from(value)[2]

    def review(self, key: str, now: int, emit: Callable[[Any], None]) -> None:
        """Let the job look at a state again; one that stays as it is needn't be written."""
        opened = self._open.get(key)
        entry = opened or self.revive(key)
        if entry[0] is None:
            return
        entry[0] = self.notes.job.review(key, entry[0], now, emit)
        if opened is None and self._sealed(entry) != self._packed[key]:
            self._open[key] = entry

    def keys(self) -> list[str]:
        """All keys known, in no order that means anything."""
        return [*self._packed, *(key for key in self._open if key not in self._packed)]

    def _sealed(self, entry: Entry) -> bytes:
        state, *offsets = entry
        if state is None:
            return sealed.erased(offsets)
        job = self._job
        return sealed.seal(job.deadline(state), job.label(state), offsets, job.pack(state))

    def revive(self, key: str) -> Entry:
        """The entry of a key as it lies at rest; the fold puts it among those `opened`."""
        value = self._packed.get(key)
        if value is None:
            if key.startswith("\x00"):
                raise StreamsError(
                    "a key that begins with a zero byte is the engine's own: reject it"
                )
            return [None, *self._nothing]
        offsets, packed = sealed.apart(value)
        state = None if value[1] == sealed.GONE else self._job.unpack(packed)
        if len(offsets) < len(self._nothing):  # written when there were fewer sources
            offsets += self._nothing[len(offsets) :]
        return [state, *offsets]

    # --- making durable

    def seal(self) -> list[PlainRecord]:
        """Pack every living entry back to rest -> its changelog records, notes, fence last.

        Memory runs ahead of the changelog from here on; that is safe because a unit that can't
        be made durable ends the process.
        """
        # One flat loop, everything bound: it runs for nearly every event.
        job, packed, labels, seal = self._job, self._packed, self.labels, sealed.seal
        deadline_of, label_of, pack, add = job.deadline, job.label, job.pack, self.timers.add
        woken, names, values = self._woken, list[bytes](), list[bytes]()
        for key, (state, *offsets) in self._open.items():
            if state is None:
                deadline, label, value = NEVER, sealed.GONE, sealed.erased(offsets)
            else:
                deadline, label = deadline_of(state), label_of(state)
                value = seal(deadline, label, offsets, pack(state))
            before = packed.get(key)
            if before is not None:
                labels[before[1]] -= 1
            labels[label] += 1
            name = key.encode()
            known = before is not None and before[2:10] == value[2:10] and key not in woken
            if deadline < NEVER and not known:
                add(deadline, name)
            packed[key] = value
            names.append(name)
            values.append(value)
        sealed_records: list[PlainRecord] = [*records("", names, values)]
        self._open, self._woken = {}, set()
        self._tidy_timers()
        sealed_records += self.notes.seal(sum(self.fence.positions.values()))
        sealed_records.append(Record("", sealed.FENCE_KEY, self.fence.write()))
        return sealed_records

    def _tidy_timers(self) -> None:
        """Outdated entries would stay until they are due, months perhaps: begin anew when most are.

        Costs as much as the entries dropped did, so nothing in the long run.
        """
        if len(self.timers) > 2 * len(self._packed) + 1000:
            self.timers = Timers(self._deadlines())

    def _deadlines(self) -> Iterator[tuple[int, bytes]]:
        prefix = sealed.PREFIX.unpack_from
        return ((prefix(value)[2], key.encode()) for key, value in self._packed.items())

    # --- recovery

    def restore(self, keys: Iterable[bytes | None], values: Iterable[bytes | None]) -> None:
        """Take changelog records: the furthest of a key wins, values stay packed."""
        packed, further, states_from = self._packed, sealed.further, b"\x01"
        for key, value in zip(keys, values, strict=True):
            if key is None:
                continue
            if key < states_from:  # the engine's own: a zero byte in front; `[:1]` costs more
                self._restore_own(key, value)
                continue
            if value is None:
                continue
            name = key.decode()
            known = packed.get(name)
            if known is None or further(value, known):
                packed[name] = value

    def _restore_own(self, key: bytes, value: bytes | None) -> None:
        if key == sealed.FENCE_KEY and value is not None:
            self.fence.advance(Fence.read(value))
        elif key.startswith(sealed.NOTE_PREFIX):
            self.notes.restore(key[len(sealed.NOTE_PREFIX) :].decode(), value)

    def restored(self) -> None:
        """All records are in: rebuild label counts and timers from the headers, hand over notes."""
        labels = [0] * 256
        for value in self._packed.values():
            labels[value[1]] += 1
        self.labels, self.timers = labels, Timers(self._deadlines())
        self.notes.restored()

    def clear(self) -> None:
        """Forget everything: the partition is gone, or its changelog must be read anew."""
        self.__init__(  # type: ignore[misc]
            self._job, self._sources, self._number, exclusive=self._exclusive
        )

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Keys and sealed values at rest."""
        return iter(self._packed.items())
