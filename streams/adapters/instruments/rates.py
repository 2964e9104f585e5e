"""What is counted for rates: which cases came back, what went wrong, which promises were kept.

A rate is PromQL's work; here are its numerators, and those denominators nobody else counts. All are
counted by what is said first.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from prometheus_client.core import Metric

from streams.adapters.instruments import queues
from streams.adapters.instruments.counted import Counted
from streams.adapters.instruments.tally import OTHER, Label, Place, Tally
from streams.domain.policy.promises import CLOCKS
from streams.domain.touchpoints import CHANNELS, TIERS

RATES = {
    "complaint": ("complaint", None),
    "error": ("error", None),
    "returned": ("returned", None),
    "transferred": ("transferred", None),
    "reopened": ("reopened", None),
    "case": ("repeat_contact", "new_contact"),
    "on_time": ("on_time", "late"),
    "loop_recovered": ("recovered", "unrecovered"),
}
"""Metric → the rate it counts for when its value is not 0, and the one when it is."""

Sort: TypeAlias = tuple[str, str, str, bool | None, str | None]
"""What measurements are counted by: metric, channel, tier, promise kept or not, and its rule."""

RULES_CAP = 8
"""Rules of a policy with series of their own, the first of the file; the rest counts as `other`,
and so do those of a file taken over later, once so many were known."""

_MISSED = {f"missed_{clock}": clock for clock in CLOCKS}
RATED = frozenset({"resolution_first", "followed", *RATES, *_MISSED})
"""Metrics that tell something here, besides those of promises kept."""

_OUTCOME = Label("outcome", ("met", "missed"))
_CHANNEL = Label("channel", CHANNELS)


class Rates(Counted):
    """Counts what measurements tell; `rules` gives the names of the policy's rules just now.

    >>> rates = Rates(lambda: ["vip"])
    >>> rates.count(("strange", "web", "vip", None, None), [1.0])
    >>> rates.count(("error", "web", "vip", None, None), [1.0, 1.0])
    >>> [sample.value for family in rates.families() for sample in family.samples if sample.value]
    [2.0]
    """

    def __init__(self, rules: Callable[[], Iterable[str]] = tuple) -> None:
        names = [name for pair in RATES.values() for name in pair if name is not None]
        self._rates = Tally(
            "cx_rates",
            "What rates count, by rate; see docs/metrics.md.",
            Label("rate", names),
            _CHANNEL,
        )
        self._resolutions = Tally("cx_resolutions", "Cases resolved, once each.", _CHANNEL)
        self._followed = Tally(
            "cx_resolutions_followed",
            "Cases resolved whose issue came back within 7 days.",
            _CHANNEL,
        )
        self._promises = Tally(
            "cx_promises",
            "Promises kept and broken.",
            Label("clock", CLOCKS),
            _CHANNEL,
            Label("tier", TIERS),
            _OUTCOME,
            possible=_has_clock,
        )
        self._rules, self._rule = rules, Label("rule", (OTHER,))
        self._by_rule = Tally(
            "cx_rule_promises",
            "Promises kept and broken, by the rule of the policy.",
            self._rule,
            Label("clock", CLOCKS),
            _OUTCOME,
        )
        self.admit_rules()

    def admit_rules(self) -> None:
        """A policy that was taken over may have new ones; those it no longer has keep theirs."""
        if self._rule.admit(self._rules(), RULES_CAP + 1):
            self._by_rule.begin()

    def count(self, sort: Sort, values: Sequence[float]) -> None:
        """Count measurements of one sort for what they tell; those of most metrics tell nothing.

        None of them amends anything.
        """
        metric, channel, tier, kept, rule = sort
        count = len(values)
        if kept:
            self._promised((metric, channel, tier, rule or OTHER), "met", count)
        elif metric in _MISSED:
            self._promised((_MISSED[metric], channel, tier, rule or OTHER), "missed", count)
        if metric == "resolution_first":
            self._resolutions.counts[channel,] += count
        elif metric == "followed":
            self._followed.counts[channel,] += count
        elif metric in RATES:
            rate, other = RATES[metric]
            zeros = sum(value == 0 for value in values)
            self._rates.counts[rate, channel] += count - zeros
            if other is not None:
                self._rates.counts[other, channel] += zeros

    def _promised(self, place: tuple[str, str, str, str], outcome: str, count: int) -> None:
        clock, channel, tier, rule = place
        if rule not in self._rule:
            self.admit_rules()
            rule = self._rule.fold(rule)
        if clock == "queue_wait" and channel not in queues.CHANNELS:
            channel = OTHER
        self._promises.counts[clock, channel, tier, outcome] += count
        self._by_rule.counts[rule, clock, outcome] += count

    def families(self) -> Iterator[Metric]:
        """All metrics as of now."""
        tallies: Sequence[Tally] = (
            self._rates,
            self._resolutions,
            self._followed,
            self._promises,
            self._by_rule,
        )
        for tally in tallies:
            yield tally.family()


def _has_clock(place: Place) -> bool:
    """Calls and chats are what waits in queues."""
    clock, channel, *_ = place
    return clock != "queue_wait" or channel in queues.CHANNELS
