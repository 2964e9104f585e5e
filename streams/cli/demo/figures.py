"""What a worker's `/metrics` say, read as any Prometheus would, and summed up for the screen."""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from math import inf

from prometheus_client.parser import text_string_to_metric_families

from streams.cli.demo.snapshot import Clock, Figures, Score
from streams.domain.alerts.words import MISSED
from streams.domain.surveys.intervals import of_difference, wilson


def read(text: str) -> Figures:
    """The figures in an exposition.

    >>> read('cx_lag_records{partition="0"} 3').lag
    3
    """
    samples = _Samples(text)
    customers = samples.by("cx_customers", "stage")
    waiting = samples.by("cx_customers", "stage", partial(_says, "waiting", "true"))
    letters = samples.by("cx_dead_letters_total", "reason")
    newest = samples.total("cx_newest_touchpoint_timestamp_seconds")
    return Figures(
        events=int(samples.total("cx_touchpoints_total")),
        newest_ms=round(newest * 1000) or None,
        dead_letters={reason: int(n) for reason, n in letters.items() if n},
        lag=int(samples.total("cx_lag_records")),
        customers={stage: int(n) for stage, n in customers.items()},
        waiting={stage: int(n) for stage, n in waiting.items()},
        clocks=_clocks(samples),
        scores=_scores(samples),
        raised=_raised(samples),
    )


class _Samples:
    """Samples by name, asked for sums."""

    def __init__(self, text: str) -> None:
        self._samples: dict[str, list[tuple[dict[str, str], float]]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self._samples.setdefault(sample.name, []).append((sample.labels, sample.value))

    def total(self, name: str) -> float:
        return sum(value for _, value in self._samples.get(name, ()))

    def by(
        self, name: str, label: str, wanted: Callable[[dict[str, str]], bool] = lambda _: True
    ) -> defaultdict[str, float]:
        """Sums by the values of one label."""
        sums: defaultdict[str, float] = defaultdict(float)
        for labels, value in self._samples.get(name, ()):
            if label in labels and wanted(labels):
                sums[labels[label]] += value
        return sums


def _clocks(samples: _Samples) -> dict[str, Clock]:
    clocks = {}
    for clock, count in samples.by("cx_response_seconds_count", "clock").items():
        if not count:
            continue
        of_clock = partial(_says, "clock", clock)
        buckets = samples.by("cx_response_seconds_bucket", "le", of_clock)
        ends = sorted((float(end), n) for end, n in buckets.items())
        clocks[clock] = Clock(int(count), quantile(ends, 0.5), quantile(ends, 0.9))
    return clocks


def _says(label: str, value: str, labels: dict[str, str]) -> bool:
    return labels[label] == value


def _scores(samples: _Samples) -> dict[str, Score]:
    answers = samples.by("cx_survey_responses_total", "survey")
    tops = samples.by("cx_survey_top_box_total", "survey")
    bottoms = samples.by("cx_survey_bottom_box_total", "survey")
    scores = {}
    for survey in ("ces2", "csat", "nps"):
        n = int(answers[survey])
        top, bottom = int(tops[survey]), int(bottoms[survey])
        scores[survey] = nps(n, top, bottom) if survey == "nps" else share(n, top)
    return scores


def _raised(samples: _Samples) -> dict[str, int]:
    """How often a rule spoke up: a miss mostly follows a warning, under the same alert."""
    raised = samples.by("cx_alerts_total", "rule", partial(_says, "status", "raised"))
    missed = samples.by("cx_alerts_total", "rule", _missed_after_a_warning)
    for rule, count in missed.items():
        raised[rule] += count
    return {rule: int(n) for rule, n in raised.items() if n}


def _missed_after_a_warning(labels: dict[str, str]) -> bool:
    missed = labels["rule"] == MISSED
    return missed and labels["status"] == "updated" and labels["band"] == "high"


def quantile(buckets: list[tuple[float, float]], q: float) -> float | None:
    """The q-quantile of a cumulative histogram, as PromQL's histogram_quantile estimates it.

    `buckets` are (upper end, cumulative count), ascending, the last end infinite.

    >>> quantile([(10.0, 5.0), (20.0, 10.0), (inf, 10.0)], 0.75)
    15.0
    """
    if not buckets or not buckets[-1][1]:
        return None
    rank = q * buckets[-1][1]
    below_end, below = 0.0, 0.0
    for end, count in buckets:
        if count >= rank:
            if end == inf:
                return below_end
            return below_end + (end - below_end) * (rank - below) / (count - below)
        below_end, below = end, count
    return below_end


def share(n: int, hits: int) -> Score:
    """A share with its Wilson interval.

    >>> share(100, 80)
    Score(n=100, value=0.8, low=0.7111708344068411, high=0.8666330666689676)
    """
    if not n:
        return Score(0, None, None, None)
    return Score(n, hits / n, *wilson(hits, n))


def nps(n: int, promoters: int, detractors: int) -> Score:
    """Promoters less detractors, in points, with the normal interval of the difference.

    >>> [round(part, 2) for part in nps(100, 50, 20)]
    [100, 30.0, 14.69, 45.31]
    """
    if not n:
        return Score(0, None, None, None)
    p, d = promoters / n, detractors / n
    low, high = of_difference(p, d, n)
    return Score(n, 100 * (p - d), 100 * low, 100 * high)
