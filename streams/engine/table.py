"""The states of one partition: packed bytes at rest, live objects while being folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from streams.engine import state as sealed
from streams.engine.fence import Fence
from streams.engine.job import NEVER, Job, Record
from streams.engine.timers import Timers
from streams.errors import StreamsError

Entry = list[Any]
"""A state being folded: [live state or None, then for each source: offset + 1 folded in]."""


class StateTable:
    """Key → state of one partition, its timers and label counts, and its fence.

    At rest a state is one `bytes` (see `state`): small, nothing for the collector to walk, and the
    very value of the changelog. `open` brings it to life, `seal` packs everything that is alive.
    """

    def __init__(self, job: Job[Any, Any, Any], sources: int) -> None:
        self._job = job
        self._sources = sources
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
            entry = self._open[key] = self._revive(key)
        return entry

    def due(self, now: int) -> list[str]:
        """Take out the timers before `now`: their keys, whose next deadlines need new ones.

        Even if it is the old one again, set anew by a late event before the state is sealed.
        """
        keys = self.timers.due(now)
        self._woken.update(keys)
        return keys

    @property
    def opened(self) -> dict[str, Entry]:
        """The entries alive; the fold looks here first."""
        return self._open

    def state_of(self, key: str) -> Any | None:
        """The current state of a key without opening it for a change; None if unknown."""
        entry = self._open.get(key)
        return self._revive(key)[0] if entry is None else entry[0]

    def _revive(self, key: str) -> Entry:
        value = self._packed.get(key)
        if value is None:
            if key.startswith("\x00"):
                raise StreamsError(
                    "a key that begins with a zero byte is the engine's own: reject it"
                )
            return [None, *self._nothing]
        sealed.check(value)
        offsets, packed_at = sealed.offsets(value), sealed.packed_at(value)
        state = None if value[1] == sealed.GONE else self._job.unpack(value[packed_at:])
        if len(offsets) < len(self._nothing):  # written when there were fewer sources
            offsets += self._nothing[len(offsets) :]
        return [state, *offsets]

    # --- making durable

    def seal(self) -> list[Record]:
        """Pack every living entry back to rest -> its changelog records, fence last.

        Memory runs ahead of the changelog from here on; that is safe because a unit that can't
        be made durable ends the process.
        """
        # One flat loop, everything bound: it runs for nearly every event.
        job, packed, labels, seal = self._job, self._packed, self.labels, sealed.seal
        deadline_of, label_of, pack, add = job.deadline, job.label, job.pack, self.timers.add
        woken, records = self._woken, []
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
            known = before is not None and before[2:10] == value[2:10] and key not in woken
            if deadline < NEVER and not known:
                add(deadline, key)
            packed[key] = value
            records.append(Record("", key.encode(), value))
        self._open, self._woken = {}, set()
        self._tidy_timers()
        records.append(Record("", sealed.FENCE_KEY, self.fence.write()))
        return records

    def _tidy_timers(self) -> None:
        """Outdated entries would stay until they are due, months perhaps: begin anew when most are.

        Costs as much as the entries dropped did, so nothing in the long run.
        """
        if len(self.timers) > 2 * len(self._packed) + 1000:
            self.timers = Timers(self._deadlines())

    def _deadlines(self) -> Iterator[tuple[int, str]]:
        prefix = sealed.PREFIX.unpack_from
        return ((prefix(value)[2], key) for key, value in self._packed.items())

    # --- recovery

    def restore(self, keys: Iterable[bytes | None], values: Iterable[bytes | None]) -> None:
        """Take changelog records: the furthest of a key wins, values stay packed."""
        packed, further, fence_key = self._packed, sealed.further, sealed.FENCE_KEY
        for key, value in zip(keys, values, strict=True):
            if key is None or value is None:
                continue
            if key == fence_key:
                self.fence.advance(Fence.read(value))
                continue
            name = key.decode()
            known = packed.get(name)
            if known is None or further(value, known):
                packed[name] = value

    def restored(self) -> None:
        """All records are in: rebuild label counts and timers from the headers."""
        labels = [0] * 256
        for value in self._packed.values():
            labels[value[1]] += 1
        self.labels, self.timers = labels, Timers(self._deadlines())

    def clear(self) -> None:
        """Forget everything: the partition is gone, or its changelog must be read anew."""
        self.__init__(self._job, self._sources)  # type: ignore[misc]

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Keys and sealed values at rest."""
        return iter(self._packed.items())
