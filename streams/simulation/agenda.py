"""What happens next: a heap of planned actions, the only clock the shop has."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any, TypeAlias

Action: TypeAlias = Callable[..., None]


class Agenda:
    """Actions by the instant (epoch ms) they are due; equal instants in the order planned.

    >>> done, agenda = [], Agenda()
    >>> agenda.plan(20, lambda at, who: done.append((at, who)), "b")
    >>> agenda.plan(10, lambda at, who: done.append((at, who)), "a")
    >>> while agenda.run_next(until=100): pass
    >>> done
    [(10, 'a'), (20, 'b')]
    """

    __slots__ = ("_heap", "_planned", "now")

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Action, tuple[Any, ...]]] = []
        self._planned = 0
        self.now = 0

    def __len__(self) -> int:
        return len(self._heap)

    def plan(self, at: float, action: Action, *arguments: Any) -> None:
        """Have `action(at, *arguments)` done at `at`, or now if that has passed."""
        self._planned += 1
        heappush(self._heap, (max(int(at), self.now), self._planned, action, arguments))

    def run_next(self, until: int) -> bool:
        """Do what is due next; False when nothing is due before `until`."""
        if not self._heap or self._heap[0][0] >= until:
            return False
        self.now, _, action, arguments = heappop(self._heap)
        action(self.now, *arguments)
        return True
