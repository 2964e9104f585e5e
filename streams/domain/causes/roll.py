"""A list that only grows, kept in pages: what is new costs the last page, not the whole list."""

from collections.abc import Callable, Iterator
from typing import Any, Final

ROWS: Final = 200
"""Rows on a page: some 20 KB."""


class Roll:
    """Rows of plain values under a name; page n holds the rows from n · 200 on.

    >>> roll = Roll("step/7")
    >>> roll.add(["a"])
    >>> list(roll.changed(repr)), list(roll.changed(repr))
    ([('step/7/0', "[['a']]")], [])
    >>> list(roll.forgotten())
    [('step/7/0', None)]
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[list[Any]] = []
        self._written = 0

    def add(self, row: list[Any]) -> None:
        """One more row."""
        self.rows.append(row)

    def changed(self, pack: Callable[[Any], bytes]) -> Iterator[tuple[str, bytes | None]]:
        """The pages with rows that are new since last asked."""
        if self._written < len(self.rows):
            for page in range(self._written // ROWS, 1 + (len(self.rows) - 1) // ROWS):
                yield f"{self.name}/{page}", pack(self.rows[page * ROWS : (page + 1) * ROWS])
            self._written = len(self.rows)

    def forgotten(self) -> Iterator[tuple[str, bytes | None]]:
        """Its pages, to be forgotten."""
        for page in range(-(-self._written // ROWS)):
            yield f"{self.name}/{page}", None

    def restore(self, page: int, rows: list[list[Any]]) -> None:
        """A page is read back; pages may come in any order, and all come."""
        start = page * ROWS
        self.rows += [[]] * (start + len(rows) - len(self.rows))
        self.rows[start : start + len(rows)] = rows
        self._written = len(self.rows)
