"""CES 2.0: "made it easy for me to handle my issue", 1 to 7, high is good."""

from streams.domain.surveys import sums as tally
from streams.domain.surveys.intervals import of_mean, wilson
from streams.domain.surveys.sums import BOTTOM, SQUARES, TOP, TOTAL, N, Result, Statistic, Sums


def add(sums: Sums, score: float) -> None:
    """Count an answer: 5 to 7 is easy, 1 to 3 hard."""
    tally.add(sums, score, top=score >= 5, bottom=score <= 3)


def result(sums: Sums) -> Result | None:
    """Mean, share of 5–7 with Wilson's interval, and share of 5–7 less share of 1–3.

    >>> figures = CES2.of([7, 6, 5, 4, 2])
    >>> figures.n, figures.mean, figures.top_box, round(figures.net, 3)
    (5, 4.8, 0.6, 0.4)
    """
    n = sums[N]
    if n == 0:
        return None
    return Result(
        n=int(n),
        mean=sums[TOTAL] / n,
        top_box=sums[TOP] / n,
        net=(sums[TOP] - sums[BOTTOM]) / n,
        interval=wilson(sums[TOP], n),
        mean_interval=of_mean(n, sums[TOTAL], sums[SQUARES]),
    )


CES2 = Statistic("ces2", add, result)
