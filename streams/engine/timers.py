"""Deadlines of one partition: a heap with lazy deletion, rebuilt from state after recovery.

An entry is one `bytes`: the deadline, so written that bytes compare as instants do, and the key.
That is a third of a tuple with a number and a string, nothing for the collector to walk, and
compared in one go.
"""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from struct import Struct

from streams.engine.job import NEVER

_DEADLINE = Struct(">Q")
_KEY_AT = _DEADLINE.size
_BIAS = 1 << 63
"""Makes instants before 1970 compare as smaller too."""


class Timers:
    """When which key wants to be woken. Entries outdated by a newer deadline stay in the heap.

    The caller checks each due key against its state, so an outdated entry costs one look.

    >>> timers = Timers()
    >>> timers.add(300, b"b"); timers.add(100, b"a")
    >>> timers.due(200, 10)
    ['a']
    >>> timers.next
    300
    """

    __slots__ = ("_heap",)

    def __init__(self, entries: Iterable[tuple[int, bytes]] = ()) -> None:
        pack = _DEADLINE.pack
        self._heap = [pack(at + _BIAS) + key for at, key in entries if at < NEVER]
        heapify(self._heap)

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next(self) -> int:
        """The earliest deadline (epoch ms), NEVER when none."""
        return _deadline(self._heap[0]) if self._heap else NEVER

    def add(self, deadline: int, key: bytes) -> None:
        """Wake `key` (UTF-8) when the clock has passed `deadline`."""
        if deadline < NEVER:
            heappush(self._heap, _DEADLINE.pack(deadline + _BIAS) + key)

    def due(self, now: int, most: int) -> list[str]:
        """Remove and return the earliest keys, at most so many, with a deadline before `now`."""
        heap, keys = self._heap, list[str]()
        while heap and _deadline(heap[0]) < now and len(keys) < most:
            keys.append(heappop(heap)[_KEY_AT:].decode())
        return keys


def _deadline(entry: bytes) -> int:
    at: int = _DEADLINE.unpack_from(entry)[0]
    return at - _BIAS
