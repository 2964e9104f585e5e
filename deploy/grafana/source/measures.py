"""How values are written: unit, range, thresholds with their colours, and what stands for nothing.

The targets here colour the dashboards and page nobody: promises to customers stand in the policy
file, objectives that page in Prometheus' rules.
"""

from dataclasses import dataclass, replace

from deploy.grafana.source.words import BLUE, GREEN, RED, YELLOW

Steps = tuple[tuple[float | None, str], ...]
"""From which value on (None: from the lowest) which colour."""


def at_least(good: float, fair: float) -> Steps:
    """More is better: green from `good` on, yellow from `fair` on, else red."""
    return ((None, RED), (fair, YELLOW), (good, GREEN))


def at_most(good: float, fair: float) -> Steps:
    """Less is better: green up to `good`, yellow up to `fair`, else red."""
    return ((None, GREEN), (good, YELLOW), (fair, RED))


PLAIN: Steps = ((None, BLUE),)
"""Neither good nor bad."""


@dataclass(frozen=True)
class Measure:
    """Unit (Grafana's name of it), thresholds, decimals, range of the axis, words for no data."""

    unit: str
    steps: Steps = PLAIN
    decimals: int | None = None
    lowest: float | None = 0
    highest: float | None = None
    empty: str = "No data yet"

    def but(self, steps: Steps | None = None, empty: str | None = None) -> "Measure":
        """The same with other thresholds or other words.

        >>> SHARE.but(empty="No survey yet").empty
        'No survey yet'
        """
        return replace(
            self,
            steps=self.steps if steps is None else steps,
            empty=self.empty if empty is None else empty,
        )


HOUR, DAY = 3_600.0, 86_400.0

SHARE = Measure("percentunit", decimals=1, highest=1)
SECONDS = Measure("s", decimals=1)
COUNT = Measure("short", decimals=0)
PER_SECOND = Measure("cps")
POINTS = Measure("none", decimals=0, lowest=-100, highest=100)
"""Net shares, as NPS is: from -100, all against, to 100, all in favour."""
SCORE = Measure("none", decimals=2, lowest=1, highest=7)

KEPT = SHARE.but(at_least(0.95, 0.90), "No promise ended yet")
EASY = SHARE.but(at_least(0.80, 0.70), "No answer yet")
SATISFIED = SHARE.but(at_least(0.80, 0.70), "No answer yet")
SOLVED_AT_ONCE = SHARE.but(at_least(0.75, 0.65), "No case resolved yet")
RECOMMENDED = POINTS.but(at_least(30, 0), "No answer yet")
FIRST_REPLY = SECONDS.but(at_most(DAY / 2, DAY), "No reply yet")
"""The built-in promise is a day."""
QUEUE_KEPT = SHARE.but(at_least(0.80, 0.70), "No wait promised")
ABANDONED = SHARE.but(at_most(0.05, 0.10), "No call or chat yet")
