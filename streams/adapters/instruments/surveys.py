"""Answers to surveys, by channel and by tier: how many, their sum, their top and bottom box."""

from collections.abc import Iterable, Iterator, Sequence

from prometheus_client.core import Metric, SummaryMetricFamily

from streams.adapters.instruments.counted import Counted
from streams.adapters.instruments.tally import Label, Tally
from streams.domain.surveys.scale import DEFAULT_SCALES
from streams.domain.touchpoints import CHANNELS, TIERS

SURVEYS = tuple(DEFAULT_SCALES)
"""An answer to any other survey has no scale, and isn't measured."""
BOXES = {
    "ces2": ((5, 7), (1, 3)),
    "csat": ((4, 5), (1, 2)),
    "nps": ((9, 10), (0, 6)),
}
"""Top and bottom box of each survey, on its own scale; CES 1.0 has none, only a mean."""

_SCORES = "Scores of survey answers, on each survey's own scale."


class Surveys(Counted):
    """Counts answers; scores are on the survey's own scale.

    >>> surveys = Surveys()
    >>> surveys.count("nps", "web", "vip", [9.0, 6.0])
    >>> for family in surveys.families():
    ...     for sample in family.samples:
    ...         if sample.value and "tier" in sample.labels:
    ...             print(sample.name, sample.value)
    cx_tier_survey_responses_total 2.0
    cx_tier_survey_top_box_total 1.0
    cx_tier_survey_bottom_box_total 1.0
    cx_tier_survey_score_count 2
    cx_tier_survey_score_sum 15.0
    """

    def __init__(self) -> None:
        survey, boxed = Label("survey", SURVEYS), Label("survey", BOXES)
        where = Label("channel", CHANNELS), Label("tier", TIERS)
        self._answers = Tally("cx_survey_responses", "Survey answers.", survey, *where)
        self._scores = Tally("cx_survey_score", _SCORES, survey, *where)
        self._top = Tally(
            "cx_survey_top_box",
            "Survey answers in the top box: CES 2.0 5-7, CSAT 4-5, NPS 9-10.",
            boxed,
            *where,
        )
        self._bottom = Tally(
            "cx_survey_bottom_box",
            "Survey answers in the bottom box: CES 2.0 1-3, CSAT 1-2, NPS 0-6.",
            boxed,
            *where,
        )

    def count(self, survey: str, channel: str, tier: str, scores: Sequence[float]) -> None:
        """Answers to one survey, from one channel and tier."""
        place = (survey, channel, tier)
        self._answers.counts[place] += len(scores)
        self._scores.counts[place] += sum(scores)  # type: ignore[assignment]  # a sum
        if survey in BOXES:
            top, bottom = BOXES[survey]
            self._top.counts[place] += _within(top, scores)
            self._bottom.counts[place] += _within(bottom, scores)

    def families(self) -> Iterator[Metric]:
        """Each of them by channel, and again by tier."""
        by_channel, by_tier = ("survey", "channel"), ("survey", "tier")
        yield self._answers.family(*by_channel)
        yield self._top.family(*by_channel)
        yield self._bottom.family(*by_channel)
        yield self._summary("cx_survey_score", _SCORES, by_channel)
        yield self._answers.cut("cx_tier_survey_responses", "Survey answers, by tier.", *by_tier)
        yield self._top.cut(
            "cx_tier_survey_top_box",
            "Survey answers in the top box (see cx_survey_top_box_total), by tier.",
            *by_tier,
        )
        yield self._bottom.cut(
            "cx_tier_survey_bottom_box",
            "Survey answers in the bottom box (see cx_survey_bottom_box_total), by tier.",
            *by_tier,
        )
        yield self._summary("cx_tier_survey_score", _SCORES, by_tier)

    def _summary(self, name: str, documentation: str, by: Sequence[str]) -> SummaryMetricFamily:
        """Scores as sum and count, of which a mean is made."""
        family = SummaryMetricFamily(name, documentation, labels=by)
        totals = self._scores.sums(*by)
        for place, count in self._answers.sums(*by).items():
            family.add_metric(place, count, totals[place])
        return family


def _within(box: tuple[float, float], scores: Iterable[float]) -> int:
    lowest, highest = box
    return sum(lowest <= score <= highest for score in scores)
