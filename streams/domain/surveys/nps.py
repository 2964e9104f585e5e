"""NPS: "would you recommend us", 0 to 10."""

from streams.domain.surveys import sums as tally
from streams.domain.surveys.intervals import Interval, of_difference, of_mean
from streams.domain.surveys.sums import BOTTOM, SQUARES, TOP, TOTAL, N, Result, Statistic, Sums


def add(sums: Sums, score: float) -> None:
    """Count an answer: 9 and 10 promote, 0 to 6 detract."""
    tally.add(sums, score, top=score >= 9, bottom=score <= 6)


def result(sums: Sums) -> Result | None:
    """Promoters less detractors, in points: 100·(p - d), variance 100²·(p + d - (p - d)²) / n.

    >>> figures = NPS.of([10] * 50 + [8] * 30 + [3] * 20)
    >>> figures.net, [round(end, 2) for end in figures.interval]
    (30.0, [14.69, 45.31])
    """
    n = sums[N]
    if n == 0:
        return None
    promoters, detractors = sums[TOP] / n, sums[BOTTOM] / n
    interval = of_difference(promoters, detractors, n)
    return Result(
        n=int(n),
        mean=sums[TOTAL] / n,
        top_box=promoters,
        net=100 * (sums[TOP] - sums[BOTTOM]) / n,
        interval=Interval(100 * interval.low, 100 * interval.high),
        mean_interval=of_mean(n, sums[TOTAL], sums[SQUARES]),
    )


NPS = Statistic("nps", add, result)
