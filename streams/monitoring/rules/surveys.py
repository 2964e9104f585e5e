"""Surveys over a week: shares and net scores with their intervals, and alerts gated by these.

An alert fires only when the whole 95 % interval misses the target, and ends when it no longer does:
few answers have a wide interval, and page nobody.
"""

from collections.abc import Iterator
from typing import NamedTuple

from streams.domain.policy.objectives import Objectives
from streams.monitoring.rules import intervals
from streams.monitoring.rules.answers import ALL, BY_CHANNEL, BY_TIER, SOMEWHERE, Answers
from streams.monitoring.rules.promql import either, number, series
from streams.monitoring.rules.recording import LATE
from streams.monitoring.rules.rule import Group, Links, Rule, Said, alert, group, record
from streams.monitoring.rules.windows import BASE, summed

WINDOW = "7d"
HOLD = "10m"
"""An interval that hangs on the target trembles with each answer."""


class Figures(NamedTuple):
    """The names of what is recorded of surveys under one cut."""

    answers: Answers

    @property
    def counts(self) -> tuple[str, str, str]:
        """Answers, those in the top box, those in the bottom box."""
        n, top, bottom = (counted.increase(WINDOW) for counted in self.answers.counted)
        return n, top, bottom

    @property
    def share(self) -> str:
        """Top box per answers."""
        return self.answers.responses.ratio("cx_survey_top_box", WINDOW)

    @property
    def net(self) -> str:
        """The net score, in points."""
        return f"{self.answers.level}:cx_survey_net_score:points{WINDOW}"

    def end_of(self, figure: str, end: str) -> str:
        """The name of an end of a figure's interval, `low` or `high`."""
        way = "normal" if figure == self.net else "wilson"
        return f"{figure.rpartition(':')[0]}:{way}_{end}{WINDOW}"


CUTS = {"cx-surveys-by-channel": BY_CHANNEL, "cx-surveys-by-tier": BY_TIER, "cx-surveys-all": ALL}


class _Survey(NamedTuple):
    """A survey that can have a target: its alert, and its words."""

    alert: str
    title: str
    shown: str
    is_net: bool = False

    def high(self, figures: Figures) -> str:
        """The upper end of what its target is for."""
        return figures.end_of(figures.net if self.is_net else figures.share, "high")

    def wanted(self, target: float) -> str:
        """The target in words."""
        return f"{number(target)} points" if self.is_net else f"{number(100 * target)}%"


SURVEYS = {
    "ces2": _Survey(
        "CxEffortBelowTarget", "CES 2.0", "{{ $value | humanizePercentage }} found it easy"
    ),
    "csat": _Survey(
        "CxSatisfactionBelowTarget", "CSAT", "{{ $value | humanizePercentage }} were satisfied"
    ),
    "nps": _Survey(
        "CxRecommendationBelowTarget", "NPS", '{{ $value | printf "%.1f" }} points', is_net=True
    ),
}


def surveys(objectives: Objectives, links: Links) -> list[Group]:
    """A group of recorded figures for each cut, and one of alerts where there are targets."""
    groups = [group(name, [*_recorded(cut)], LATE) for name, cut in CUTS.items()]
    rules = [
        _below(name, target, objectives.at_least, links)
        for name, target in objectives.surveys.items()
    ]
    return [*groups, group("cx-surveys", rules, LATE)] if rules else groups


def _recorded(cut: Answers) -> Iterator[Rule]:
    figures = Figures(cut)
    n, top, bottom = figures.counts
    counted_by = BY_CHANNEL if cut == ALL else cut
    for source, name in zip(counted_by.counted, figures.counts, strict=True):
        week = summed(source.increase(BASE), WINDOW)
        counted = f"sum without (channel) ({week})" if cut == ALL else week
        yield record(name, f"{counted} > 0" if name == n else counted)
    yield record(figures.share, intervals.share(top, n))
    for end, sign in (("low", "-"), ("high", "+")):
        yield record(figures.end_of(figures.share, end), intervals.wilson(sign, figures.share, n))
    yield record(figures.net, intervals.net(series(top, survey="nps"), bottom, n))
    for end, sign in (("low", "-"), ("high", "+")):
        yield record(
            figures.end_of(figures.net, end), intervals.normal(sign, figures.net, top, bottom, n)
        )


def _below(survey: str, target: float, at_least: int, links: Links) -> Rule:
    """One alert for every channel, for every tier, and for all together (channel `all`)."""
    what = SURVEYS[survey]
    by_cut = [_misses(what, survey, target, at_least, cut) for cut in (BY_CHANNEL, BY_TIER)]
    together = _misses(what, survey, target, at_least, ALL)
    everywhere = f'label_replace(\n{together},\n"channel", "all", "", "")'
    said = Said(
        f"{what.title} is below its target {SOMEWHERE}.",
        f"With their whole 95 % interval the answers of the last {WINDOW} say: at most "
        f"{what.shown}. The target is {what.wanted(target)}.",
        "cx-effort",
    )
    labels = {"severity": "warning", "survey": survey}
    return alert(what.alert, either([*by_cut, everywhere]), said, links, labels, HOLD)


def _misses(what: _Survey, survey: str, target: float, at_least: int, cut: Answers) -> str:
    figures = Figures(cut)
    high = series(what.high(figures), survey=survey)
    count = series(figures.counts[0], survey=survey)
    return f"{high} < {number(target)}\nand\n{count} >= {at_least}"
