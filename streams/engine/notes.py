"""The notes of a partition on their way to the changelog and back: one record a page."""

from __future__ import annotations

from typing import Any

from streams.engine import state as sealed
from streams.engine.job import NEVER, Record
from streams.engine.partition_job import PartitionJob

STONES = 10_000
"""Forgotten pages whose names are kept, so that no late write of an older worker brings them back;
beyond, the oldest go. Where nobody else can write none is needed."""


class Notes:
    """The job of one partition, and which version of each of its pages is durable.

    A page is sealed like a state (see `state`), but in place of source offsets it says where all
    sources together stood, and its edition: the furthest record of a page wins, as with states.
    """

    def __init__(self, job: PartitionJob[Any, Any, Any], *, exclusive: bool) -> None:
        self.job = job
        self.overtaken = False  # somebody else has written further pages: read all anew
        self._exclusive = exclusive
        self._pages: dict[str, bytes] = {}  # whole until handed over, then their headers
        self._stones: dict[str, bytes] = {}  # oldest first
        self._handed_over = False
        self._edition = 0

    def seal(self, position: int) -> list[Record]:
        """The records of what has changed, the sources standing at `position` in all."""
        changed = list(self.job.changed())
        if not changed:
            return []
        self._edition += 1
        stands = (position, self._edition)
        records = []
        for name, packed in changed:
            if packed is not None:
                self._stones.pop(name, None)
                self._pages[name] = sealed.seal(NEVER, 0, stands, b"")
                records.append(_record(name, self._pages[name] + packed))
            elif self._pages.pop(name, None) is not None:
                records.append(_record(name, self._stone(name, stands)))
        while len(self._stones) > STONES:
            records.append(_record(self._sweep(), None))
        return records

    def _stone(self, name: str, stands: tuple[int, int]) -> bytes | None:
        if self._exclusive:
            return None
        stone = self._stones[name] = sealed.erased(stands)
        return stone

    def _sweep(self) -> str:
        oldest = next(iter(self._stones))
        del self._stones[oldest]
        return oldest

    def restore(self, name: str, value: bytes | None) -> None:
        """Take a changelog record of a page: the furthest wins."""
        known = self._pages.get(name) or self._stones.get(name)
        if value is None:
            self.overtaken |= self._handed_over and name in self._pages
            self._pages.pop(name, None)
            self._stones.pop(name, None)
            return
        offsets, _ = sealed.apart(value)
        if known is not None and not sealed.further(value, known):
            return
        if self._handed_over:  # what is not our own writing, read again, is somebody else's
            self.overtaken |= known is None or not sealed.further(known, value)
            return
        self._edition = max(self._edition, offsets[1])
        self._pages.pop(name, None)
        self._stones.pop(name, None)
        kept = self._stones if value[1] == sealed.GONE else self._pages
        kept[name] = value

    def restored(self) -> None:
        """Hand the pages to the job, once: from here on they are its own."""
        if self._handed_over:
            return
        for name in sorted(self._pages):
            stands, packed = sealed.apart(self._pages[name])
            self.job.restore(name, packed)
            self._pages[name] = sealed.seal(NEVER, 0, stands, b"")
        self.job.restored()
        self._stones = dict(sorted(self._stones.items(), key=lambda stone: stone[1]))
        self._handed_over = True


def _record(name: str, value: bytes | None) -> Record:
    return Record("", sealed.NOTE_PREFIX + name.encode(), value)
