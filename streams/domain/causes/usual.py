"""How many alerts with a fact are usual: what was seen before, older things counting less."""

from collections.abc import Iterable
from math import exp, log
from typing import Final

from streams.domain.causes.facts import Fact

HALF_LIFE_MIN: Final = 24 * 60.0
"""Yesterday's alerts count half."""
PRIOR_MIN: Final = 2.0
PRIOR_COUNT: Final = 0.2
"""Before anything was seen: one alert in ten minutes, believed as much as two minutes are."""
FORGET_BELOW: Final = 0.05
FACTS_KEPT: Final = 2_000
"""Facts remembered; the names of products must not fill the memory."""

_DECAY = log(2) / HALF_LIFE_MIN


class Usual:
    """Rates of alerts by fact, from whole minutes; minutes since 1970.

    A rate is estimated as a gamma distribution would: (prior + counts) / (prior + minutes), both
    fading with the half-life. `learning_min` minutes must have been seen before anything can be
    called unusual.

    >>> usual = Usual()
    >>> usual.begin(0)
    True
    >>> for minute in range(60):
    ...     usual.learn(minute, [(("channel", "chat"), 2)])
    >>> round(usual.expected(("channel", "chat"), 60, 5), 1)
    9.7
    """

    def __init__(self, learning_min: float = 10.0) -> None:
        self._learning_min = learning_min
        self._since: int | None = None
        self._counts: dict[Fact, tuple[float, int]] = {}

    def begin(self, minute: int) -> bool:
        """From this minute on alerts would be seen -> whether it hadn't begun before."""
        if self._since is not None:
            return False
        self._since = minute
        return True

    def learn(self, minute: int, counts: Iterable[tuple[Fact, int]]) -> None:
        """A minute is over, with so many alerts of each fact."""
        for fact, count in counts:
            self._counts[fact] = (self._weight(fact, minute) + count, minute)
        if len(self._counts) > FACTS_KEPT:
            self._forget(minute)

    def accept(self, fact: Fact, minute: int, rate: float) -> None:
        """So many alerts a minute with the fact are usual from now on."""
        self._counts[fact] = (rate * (PRIOR_MIN + self._seen(minute)), minute)

    def knows(self, minute: int) -> bool:
        """Whether enough has been seen to call anything unusual."""
        return self._since is not None and minute - self._since >= self._learning_min

    def expected(self, fact: Fact, minute: int, minutes: float) -> float:
        """Alerts with the fact to be expected in so many minutes from `minute` on.

        All minutes before that one have been learned, or were without alerts.
        """
        weight = PRIOR_COUNT + self._weight(fact, minute)
        return minutes * weight / (PRIOR_MIN + self._seen(minute))

    def _seen(self, minute: int) -> float:
        """Minutes looked on so far, the older ones counting less."""
        told = 0 if self._since is None else max(0, minute - self._since)
        return (1 - exp(-_DECAY * told)) / _DECAY

    def _weight(self, fact: Fact, minute: int) -> float:
        weight, at = self._counts.get(fact, (0.0, minute))
        return weight * exp(-_DECAY * max(0, minute - at))

    def _forget(self, minute: int) -> None:
        """The weightiest half stays."""
        weights = sorted(self._counts, key=lambda fact: -self._weight(fact, minute))
        kept = [f for f in weights[: FACTS_KEPT // 2] if self._weight(f, minute) > FORGET_BELOW]
        self._counts = {fact: self._counts[fact] for fact in kept}

    # --- what is remembered

    def row(self) -> list[object]:
        """Plain values."""
        return [self._since, [[*fact, *known] for fact, known in self._counts.items()]]

    def restore(self, row: list[object]) -> None:
        """Take back what `row` gave."""
        since, counts = row
        assert since is None or isinstance(since, int)
        assert isinstance(counts, list)
        self._since = since
        self._counts = {(name, value): (weight, at) for name, value, weight, at in counts}
