"""CSAT: satisfaction, 1 to 5 (other scales are brought to it first, see `scale`)."""

from streams.domain.surveys import sums as tally
from streams.domain.surveys.intervals import of_mean, wilson
from streams.domain.surveys.sums import SQUARES, TOP, TOTAL, N, Result, Statistic, Sums


def add(sums: Sums, score: float) -> None:
    """Count an answer: 4 and 5 are satisfied, 1 and 2 are not."""
    tally.add(sums, score, top=score >= 4, bottom=score <= 2)


def result(sums: Sums) -> Result | None:
    """The share of 4–5 with Wilson's interval.

    >>> figures = CSAT.of([5] * 80 + [3] * 20)
    >>> figures.top_box, [round(end, 5) for end in figures.interval]
    (0.8, [0.71117, 0.86663])
    """
    n = sums[N]
    if n == 0:
        return None
    return Result(
        n=int(n),
        mean=sums[TOTAL] / n,
        top_box=sums[TOP] / n,
        net=None,
        interval=wilson(sums[TOP], n),
        mean_interval=of_mean(n, sums[TOTAL], sums[SQUARES]),
    )


CSAT = Statistic("csat", add, result)
