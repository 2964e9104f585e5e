"""When an error budget is spent too fast: several windows, several rates.

An objective of 95 % leaves a budget of 5 % of the promises to be missed. Burning it at 1× for 30
days spends it all. Each rate is watched over a long window, which says that it matters, and a short
one, which says that it still goes on and lets the alert end soon.

The rates and windows are those of the Site Reliability Workbook, chapter 5.
"""

from typing import Final, NamedTuple

from streams.monitoring.rules.rule import Severity


class Burn(NamedTuple):
    """A rate at which the budget is burnt, and who is to hear of it.

    `most` is the share missed at which it fires in any case: an objective of 90 % can be burnt at
    10× and no faster, so that 14.4× would never page though nobody were answered any more. Where
    events are few the short window is empty now and then: `keep` bridges that.
    """

    speed: str
    rate: float
    long: str
    short: str
    severity: Severity
    most: float
    keep: str = ""

    def threshold(self, objective: float) -> float:
        """The share missed above which it fires; it can always be reached.

        >>> [round(FAST.threshold(objective), 3) for objective in (0.99, 0.95, 0.9, 0.8)]
        [0.144, 0.72, 0.9, 0.9]
        """
        budget = 1 - objective
        return min(self.rate * budget, max(self.most, budget))

    def reached(self, objective: float) -> float:
        """The rate that the threshold stands for: its own, or a lower one where it is capped.

        >>> round(FAST.reached(0.95), 3), round(FAST.reached(0.9), 3)
        (14.4, 9.0)
        """
        return self.threshold(objective) / (1 - objective)


FAST: Final = Burn("Fast", 14.4, "1h", "5m", "critical", most=0.9, keep="10m")
"""2 % of a month's budget in an hour."""
SLOW: Final = Burn("Slow", 6, "6h", "30m", "critical", most=0.75, keep="30m")
"""5 % of it in six hours."""
TICKET: Final = Burn("Ticket", 1, "3d", "6h", "warning", most=0.75)
"""10 % of it in three days."""
BURNS: Final = (FAST, SLOW, TICKET)

WINDOWS: Final = ("30m", "1h", "6h", "3d")
"""All windows of them that are longer than 5m, which is recorded as the base of all others."""
