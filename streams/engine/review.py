"""A review: every state of a partition is looked at again, because the job's terms changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice
from typing import Any

from streams.engine.firing import GO
from streams.engine.table import StateTable

RUN = 20_000
"""Keys sorted at once: a million in one go would hold up the loop for a second."""


class Review:
    """One pass over the states in the order of their keys, so that it doesn't depend on arrival.

    Keys that come later are folded under the new terms and need none.
    """

    def __init__(self, terms: str, table: StateTable) -> None:
        self.terms = terms
        self._table = table
        self._goes = in_order(table.keys())

    def go(self, now: int, emit: Callable[[Any], None]) -> bool:
        """Review as many as a go takes -> whether all are reviewed."""
        keys = next(self._goes, None)
        for key in keys or ():
            self._table.review(key, now, emit)
        return keys is None


def in_order(keys: list[str], run: int = RUN, go: int = GO) -> Iterator[list[str]]:
    """The keys sorted, a go at a time; empty goes while they are being sorted.

    >>> list(in_order(["c", "a", "b"], run=2, go=2))
    [[], [], ['a', 'b'], ['c']]
    """
    runs = []
    for low in range(0, len(keys), run):
        runs.append(sorted(keys[low : low + run]))
        yield []
    merged = merge(*runs)
    while part := list(islice(merged, go)):
        yield part
