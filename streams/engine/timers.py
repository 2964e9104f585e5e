"""Deadlines of one partition: a heap with lazy deletion, rebuilt from state after recovery."""

import heapq
from collections.abc import Iterable

from streams.engine.job import NEVER


class Timers:
    """When which key wants to be woken. Entries outdated by a newer deadline stay in the heap.

    The caller checks each due key against its state, so an outdated entry costs one look.

    >>> timers = Timers()
    >>> timers.add(300, "b"); timers.add(100, "a")
    >>> timers.due(200, 10)
    ['a']
    >>> timers.next
    300
    """

    __slots__ = ("_heap",)

    def __init__(self, entries: Iterable[tuple[int, str]] = ()) -> None:
        self._heap = [entry for entry in entries if entry[0] < NEVER]
        heapq.heapify(self._heap)

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next(self) -> int:
        """The earliest deadline (epoch ms), NEVER when none."""
        return self._heap[0][0] if self._heap else NEVER

    def add(self, deadline: int, key: str) -> None:
        """Wake `key` when the clock has passed `deadline`."""
        if deadline < NEVER:
            heapq.heappush(self._heap, (deadline, key))

    def due(self, now: int, most: int) -> list[str]:
        """Remove and return the earliest keys, at most so many, with a deadline before `now`."""
        heap, keys = self._heap, list[str]()
        while heap and heap[0][0] < now and len(keys) < most:
            keys.append(heapq.heappop(heap)[1])
        return keys
