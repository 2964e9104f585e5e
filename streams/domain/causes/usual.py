"""How many alerts with a fact are usual: what was seen before, older things counting less."""

from collections.abc import Iterable
from math import exp, log
from typing import Final

from streams.domain.causes.facts import Fact

HALF_LIFE_MS: Final = 24 * 3_600_000
"""Yesterday's alerts count half."""
PRIOR_STEPS: Final = 2.0
PRIOR_COUNT: Final = 0.2
"""Before anything was seen: one alert in ten steps, believed as much as two steps are."""
FORGET_BELOW: Final = 0.05
FACTS_KEPT: Final = 2_000
"""Facts remembered; the names of products must not fill the memory."""


class Usual:
    """Rates of alerts by fact, from whole steps; steps are counted since 1970.

    A rate is estimated as a gamma distribution would: (prior + counts) / (prior + steps), both
    fading with the half-life. `learning` steps must have been seen before anything can be
    called unusual.

    >>> usual = Usual()
    >>> usual.begin(0)
    True
    >>> for step in range(60):
    ...     usual.learn(step, [(("channel", "chat"), 2)])
    >>> round(usual.expected(("channel", "chat"), 60, 5), 1)
    9.7
    """

    def __init__(self, step_ms: int = 60_000, learning: float = 10.0) -> None:
        self._learning = learning
        self._decay = log(2) * step_ms / HALF_LIFE_MS
        self._since: int | None = None
        self._counts: dict[Fact, tuple[float, int]] = {}

    def begin(self, step: int) -> bool:
        """From this step on alerts would be seen -> whether it hadn't begun before."""
        if self._since is not None:
            return False
        self._since = step
        return True

    def learn(self, step: int, counts: Iterable[tuple[Fact, int]]) -> None:
        """A step is over, with so many alerts of each fact."""
        for fact, count in counts:
            self._counts[fact] = (self._weight(fact, step) + count, step)
        self._bound(step)

    def accept(self, fact: Fact, step: int, rate: float) -> None:
        """So many alerts a step with the fact are usual from now on."""
        self._counts[fact] = (rate * (PRIOR_STEPS + self._seen(step)), step)
        self._bound(step)

    def knows(self, step: int) -> bool:
        """Whether enough has been seen to call anything unusual."""
        return self._since is not None and step - self._since >= self._learning

    def expected(self, fact: Fact, step: int, steps: float) -> float:
        """Alerts with the fact to be expected in so many steps from `step` on.

        All steps before that one have been learned, or were without alerts.
        """
        weight = PRIOR_COUNT + self._weight(fact, step)
        return steps * weight / (PRIOR_STEPS + self._seen(step))

    def _seen(self, step: int) -> float:
        """Steps looked on so far, the older ones counting less."""
        told = 0 if self._since is None else max(0, step - self._since)
        return (1 - exp(-self._decay * told)) / self._decay

    def _weight(self, fact: Fact, step: int) -> float:
        weight, at = self._counts.get(fact, (0.0, step))
        return weight * exp(-self._decay * max(0, step - at))

    def _bound(self, step: int) -> None:
        """Of too many facts the weightier half stays."""
        if len(self._counts) <= FACTS_KEPT:
            return
        weights = sorted(self._counts, key=lambda fact: -self._weight(fact, step))
        kept = [f for f in weights[: FACTS_KEPT // 2] if self._weight(f, step) > FORGET_BELOW]
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
