"""The alerts of the last minutes, step by step: all, and those that no cause explains."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from streams.domain.causes.roll import Roll
from streams.domain.causes.seen import Seen, from_row, to_row
from streams.domain.causes.tally import Tally

STEPS: Final = 5
"""How far back alerts are held against each other, in steps: a fifth of the window each."""
PAGE: Final = "step/"


class Window:
    """What was raised in the last `STEPS` steps; steps are counted since 1970.

    Each version of an alert is held for itself: what it has in common may have changed.

    >>> window, alert = Window(), Seen("a", 1, 7, 2, (("channel", "chat"),))
    >>> window.add(100, alert)
    >>> window.everything.customers == window.unexplained.customers
    True
    >>> window.explain(alert)
    >>> list(window.unexplained.customers), window.pass_to(105) == [(100, [])]
    ([], True)
    """

    def __init__(self) -> None:
        self.everything, self.unexplained = Tally(), Tally()
        self._steps: dict[int, list[Seen]] = {}
        self._rolls: dict[int, Roll] = {}
        self._free: set[Seen] = set()  # what no cause explains
        self._forgotten: list[tuple[str, bytes | None]] = []

    def __len__(self) -> int:
        return sum(map(len, self._steps.values()))

    def add(self, step: int, alert: Seen) -> None:
        """An alert was raised in a step of the window."""
        self._put(step, alert)
        roll = self._rolls.get(step)
        if roll is None:
            roll = self._rolls[step] = Roll(f"{PAGE}{step}")
        roll.add(to_row(alert))

    def _put(self, step: int, alert: Seen) -> None:
        self._steps.setdefault(step, []).append(alert)
        self.everything.add(alert)
        self.unexplained.add(alert)
        self._free.add(alert)

    def explain(self, alert: Seen) -> None:
        """An alert belongs to a cause; one that isn't in the window was never counted."""
        if alert in self._free:
            self._take_out(alert)

    def _take_out(self, alert: Seen) -> None:
        self._free.remove(alert)
        self.unexplained.remove(alert)

    def alerts(self, *, explained: bool = False) -> Iterator[Seen]:
        """Those that no cause explains, or those that one does, the oldest first."""
        for step in sorted(self._steps):
            for alert in self._steps[step]:
                if (alert not in self._free) is explained:
                    yield alert

    def pass_to(self, step: int) -> list[tuple[int, list[Seen]]]:
        """The window ends with this step -> the steps that left it, the oldest first.

        Of each those alerts that no cause explains.
        """
        left = []
        for old in sorted(old for old in self._steps if old <= step - STEPS):
            alerts = self._steps.pop(old)
            self._forgotten += self._rolls.pop(old).forgotten()
            unexplained = []
            for alert in alerts:
                self.everything.remove(alert)
                if alert in self._free:
                    self._take_out(alert)
                    unexplained.append(alert)
            left.append((old, unexplained))
        return left

    # --- what is remembered

    def changed(self, pack: Callable[[Any], bytes]) -> Iterator[tuple[str, bytes | None]]:
        """Its pages that changed since last asked."""
        forgotten, self._forgotten = self._forgotten, []
        yield from forgotten
        for roll in self._rolls.values():
            yield from roll.changed(pack)

    def restore(self, step: int, pages: dict[int, list[Any]]) -> None:
        """The pages of a step are read back; what is explained is for the causes to say."""
        self._rolls[step] = Roll(f"{PAGE}{step}")
        self._rolls[step].restore(pages)
        for _, rows in sorted(pages.items()):
            for row in rows:
                self._put(step, from_row(row))
