"""Surveys over a week: shares and net scores with their intervals, and alerts gated by these.

An alert fires only when the whole 95 % interval misses the target, and ends when it no longer does:
few answers have a wide interval, and page nobody.
"""

from collections.abc import Iterator
from typing import NamedTuple

from streams.domain.policy.objectives import Objectives
from streams.monitoring.rules import intervals, recording
from streams.monitoring.rules.promql import number, series
from streams.monitoring.rules.recording import LATE
from streams.monitoring.rules.rule import Group, Links, Rule, Said, alert, group, record
from streams.monitoring.rules.windows import BASE, Counted, summed

WINDOW = "7d"
HOLD = "10m"
"""An interval that hangs on the target trembles with each answer."""

LEVELS = ("job_survey_channel", "job_survey")
"""Each channel by itself, and all of them together."""
_BOXES = (recording.ANSWERS, recording.TOP, recording.BOTTOM)


class Figures(NamedTuple):
    """The names of what is recorded of surveys at one level."""

    level: str

    @property
    def counts(self) -> tuple[str, str, str]:
        """Answers, those in the top box, those in the bottom box."""
        n, top, bottom = (Counted(self.level, box.metric).increase(WINDOW) for box in _BOXES)
        return n, top, bottom

    @property
    def share(self) -> str:
        """Top box per answers."""
        return Counted(self.level, recording.ANSWERS.metric).ratio("cx_survey_top_box", WINDOW)

    @property
    def net(self) -> str:
        """The net score, in points."""
        return f"{self.level}:cx_survey_net_score:points{WINDOW}"

    def end_of(self, figure: str, end: str) -> str:
        """The name of an end of a figure's interval, `low` or `high`."""
        way = "normal" if figure == self.net else "wilson"
        return f"{figure.rpartition(':')[0]}:{way}_{end}{WINDOW}"


class _Survey(NamedTuple):
    """A survey that can have a target: its alert, and its words."""

    alert: str
    title: str
    shown: str
    is_net: bool = False

    def figure(self, figures: Figures) -> str:
        """The one that its target is for."""
        return figures.net if self.is_net else figures.share

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
DASHBOARD = "cx-effort"


def surveys(objectives: Objectives, links: Links) -> list[Group]:
    """A group of recorded figures for each level, and one of alerts where there are targets."""
    groups = [
        group(name, [*_recorded(level)], LATE)
        for name, level in zip(("cx-surveys-by-channel", "cx-surveys-all"), LEVELS, strict=True)
    ]
    rules = [
        _below(name, target, level, objectives.at_least, links)
        for name, target in objectives.surveys.items()
        for level in LEVELS
    ]
    return [*groups, group("cx-surveys", rules, LATE)] if rules else groups


def _recorded(level: str) -> Iterator[Rule]:
    figures = Figures(level)
    n, top, bottom = figures.counts
    for box, name in zip(_BOXES, figures.counts, strict=True):
        week = summed(box.increase(BASE), WINDOW)
        counted = week if level == LEVELS[0] else f"sum without (channel) ({week})"
        yield record(name, f"{counted} > 0" if name == n else counted)
    yield record(figures.share, intervals.share(top, n))
    for end, sign in (("low", "-"), ("high", "+")):
        yield record(figures.end_of(figures.share, end), intervals.wilson(sign, figures.share, n))
    nps = {"survey": "nps"}
    yield record(figures.net, intervals.net(series(top, **nps), bottom, n))
    for end, sign in (("low", "-"), ("high", "+")):
        yield record(
            figures.end_of(figures.net, end), intervals.normal(sign, figures.net, top, bottom, n)
        )


def _below(survey: str, target: float, level: str, at_least: int, links: Links) -> Rule:
    what, figures = SURVEYS[survey], Figures(level)
    high = series(figures.end_of(what.figure(figures), "high"), survey=survey)
    count = series(figures.counts[0], survey=survey)
    everywhere = level == LEVELS[1]
    where = "all channels together" if everywhere else "{{ $labels.channel }}"
    said = Said(
        f"{what.title} is below its target on {where}.",
        f"With their whole 95 % interval the answers of the last {WINDOW} say: at most "
        f"{what.shown}. The target is {what.wanted(target)}.",
        DASHBOARD if everywhere else f"{DASHBOARD}?var-channel={{{{ $labels.channel }}}}",
    )
    labels = {"severity": "warning", "survey": survey} | ({"channel": "all"} if everywhere else {})
    expr = f"{high} < {number(target)}\nand\n{count} >= {at_least}"
    return alert(what.alert, expr, said, links, labels, HOLD)
