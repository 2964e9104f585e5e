"""When windows are due: to be said, to be corrected, to be forgotten."""

from collections.abc import Iterator, Mapping
from heapq import heappop, heappush

from streams.domain.windows.pages import Place

NEVER = 1 << 62
PAUSE_MS = 1000
"""Corrections wait for each other so long, and are said together."""


class Schedule:
    """The instants (epoch ms) at which pages are wanted. `retention` is in ms, by size.

    >>> schedule = Schedule({60_000: 7_200_000})
    >>> schedule.wait((60_000, 0, ""))
    >>> schedule.due, list(schedule.ended(60_000)), schedule.due == NEVER
    (60000, [(60000, 0, '')], True)
    """

    def __init__(self, retention: Mapping[int, int]) -> None:
        self.corrected: set[Place] = set()
        self._retention = retention
        self._ends: list[tuple[int, Place]] = []  # of pages with something open, a heap
        self._waiting: set[Place] = set()  # those on it
        self._limits: list[tuple[int, Place]] = []  # when pages are to be forgotten, a heap
        self._corrected_at = -NEVER

    def remember(self, place: Place) -> None:
        """There is a page: it is forgotten when its retention is over."""
        size, start, _ = place
        heappush(self._limits, (start + size + self._retention[size], place))

    def wait(self, place: Place) -> None:
        """Something on the page is to be said at its end."""
        if place not in self._waiting:
            self._waiting.add(place)
            heappush(self._ends, (place[1] + place[0], place))

    @property
    def due(self) -> int:
        """The next instant at which something is wanted."""
        due = self._ends[0][0] if self._ends else NEVER
        if self.corrected:
            due = min(due, self._corrected_at + PAUSE_MS)
        return min(due, self._limits[0][0]) if self._limits else due

    def ended(self, now_ms: int) -> Iterator[Place]:
        """The pages whose end has come, smaller windows first; more may join meanwhile."""
        while self._ends and self._ends[0][0] <= now_ms:
            place = heappop(self._ends)[1]
            self._waiting.discard(place)
            yield place

    def to_correct(self, now_ms: int) -> list[Place]:
        """The pages corrected, if they have waited long enough, or if some will be forgotten."""
        last = self._limits and self._limits[0][0] <= now_ms
        if not self.corrected or not (last or now_ms >= self._corrected_at + PAUSE_MS):
            return []
        places = sorted(self.corrected)
        self.corrected.clear()
        self._corrected_at = now_ms
        return places

    def outlived(self, now_ms: int) -> Iterator[Place]:
        """The pages whose retention is over."""
        while self._limits and self._limits[0][0] <= now_ms:
            yield heappop(self._limits)[1]
