"""What was counted since pages were last written: some bytes a slice instead of whole pages."""

from collections.abc import Callable, Iterator
from typing import Any

from streams.domain.windows.grouping import Change

LONGEST = 64
"""Slices after which the pages are written instead."""

NAME = "journal/"


class Journal:
    """The changes of slices, one entry each, since the pages were last written.

    >>> journal = Journal(repr)
    >>> journal.add([("a", 0, [1.0], 0, 0, 1)])
    >>> list(journal.write()), journal.is_full()
    ([('journal/0', "[('a', 0, [1.0], 0, 0, 1)]")], False)
    >>> list(journal.tear_up())
    [('journal/0', None)]
    """

    def __init__(self, pack: Callable[[Any], bytes]) -> None:
        self._pack = pack
        self._written = 0
        self._new: list[Change] = []

    def add(self, changes: list[Change]) -> None:
        """Something was counted."""
        self._new += changes

    def is_full(self) -> bool:
        """Whether it is time to write the pages."""
        return self._written >= LONGEST

    def write(self) -> Iterator[tuple[str, bytes | None]]:
        """What was counted since this was last asked, as an entry (name, packed)."""
        if self._new:
            name = f"{NAME}{self._written}"
            self._written += 1
            yield name, self._pack(self._new)
            self._new = []

    def tear_up(self) -> Iterator[tuple[str, bytes | None]]:
        """The pages have been written: every entry is to be forgotten."""
        for number in range(self._written):
            yield f"{NAME}{number}", None
        self._written = 0
        self._new = []

    def resume(self, entries: int) -> None:
        """So many entries have been read back."""
        self._written = entries
