"""One moment of the demo, as plain values: everything the screen and the summary show."""

from typing import Any, NamedTuple

from streams.domain.outputs import Alert


class Clock(NamedTuple):
    """A response clock: how many readings, median and 90th percentile in seconds."""

    n: int
    p50_s: float | None
    p90_s: float | None


class Score(NamedTuple):
    """A survey's value with its 95 % interval; None where nobody answered."""

    n: int
    value: float | None
    low: float | None
    high: float | None


class Figures(NamedTuple):
    """What the worker's `/metrics` say.

    `newest_ms` is the latest event time read, epoch ms: the shop's clock. `raised` counts alerts
    ever raised.
    """

    events: int = 0
    newest_ms: int | None = None
    dead_letters: dict[str, int] = {}  # noqa: RUF012 - read only, by reason
    lag: int = 0
    customers: dict[str, int] = {}  # noqa: RUF012 - by stage
    waiting: dict[str, int] = {}  # noqa: RUF012 - by stage
    clocks: dict[str, Clock] = {}  # noqa: RUF012 - by clock
    scores: dict[str, Score] = {}  # noqa: RUF012 - by survey
    raised: dict[str, int] = {}  # noqa: RUF012 - by rule


class Snapshot(NamedTuple):
    """The demo at one moment.

    `elapsed_s` and `seconds` count since the worker was ready; `pace` are events/s of the last
    moments, the newest last.
    """

    elapsed_s: float
    seconds: float
    pace: tuple[float, ...]
    figures: Figures
    open_alerts: tuple[Alert, ...]

    @property
    def events_s(self) -> float:
        """Events a second over the last few moments."""
        latest = self.pace[-4:]
        return sum(latest) / len(latest) if latest else 0.0

    def as_json(self) -> dict[str, Any]:
        """For programs: the numbers, and of alerts how many."""
        figures = self.figures
        return {
            "elapsed_s": round(self.elapsed_s, 1),
            "newest_ms": figures.newest_ms,
            "events": figures.events,
            "events_s": round(self.events_s, 1),
            "lag": figures.lag,
            "dead_letters": figures.dead_letters,
            "customers": figures.customers,
            "waiting": figures.waiting,
            "clocks": {name: clock._asdict() for name, clock in figures.clocks.items()},
            "surveys": {name: score._asdict() for name, score in figures.scores.items()},
            "alerts": {"raised": figures.raised, "open": len(self.open_alerts)},
        }
