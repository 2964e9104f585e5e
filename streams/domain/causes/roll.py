"""A list that only grows, kept in pages: what is new costs the last page, not the whole list."""

from collections.abc import Callable, Iterator
from typing import Any, Final

ROWS: Final = 200
"""Rows on a page: some 20 KB."""


class Roll:
    """Rows of plain values under a name; page n holds the rows from n · 200 on.

    Only pages that can still change are held.

    >>> roll = Roll("step/7")
    >>> roll.add(["a"])
    >>> list(roll.changed(repr)), list(roll.changed(repr))
    ([('step/7/0', "[['a']]")], [])
    >>> list(roll.forgotten())
    [('step/7/0', None)]
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._rows: list[list[Any]] = []
        self._first = 0  # number of the page that `_rows` begin with
        self._new = False

    def add(self, row: list[Any]) -> None:
        """One more row."""
        self._rows.append(row)
        self._new = True

    def changed(self, pack: Callable[[Any], bytes]) -> Iterator[tuple[str, bytes | None]]:
        """The pages with rows that are new since last asked."""
        if not self._new:
            return
        self._new = False
        while True:
            yield f"{self.name}/{self._first}", pack(self._rows[:ROWS])
            if len(self._rows) < ROWS:
                return
            del self._rows[:ROWS]  # full: it won't change any more
            self._first += 1
            if not self._rows:
                return

    def forgotten(self) -> Iterator[tuple[str, bytes | None]]:
        """Its pages, to be forgotten."""
        for page in range(self._first + 1 if self._rows else self._first):
            yield f"{self.name}/{page}", None

    def restore(self, pages: dict[int, list[list[Any]]]) -> None:
        """All its pages are read back."""
        last = max(pages, default=0)
        rows = pages.get(last, [])
        full = len(rows) == ROWS
        self._first, self._rows = (last + 1, []) if full else (last, list(rows))
