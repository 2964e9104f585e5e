"""CES 1.0: "how much effort did you have to put forth", 1 to 5, low is good.

Another question than CES 2.0 and turned round: the two are never pooled, and this one has a mean
only.
"""

from streams.domain.surveys import sums as tally
from streams.domain.surveys.intervals import of_mean
from streams.domain.surveys.sums import SQUARES, TOTAL, N, Result, Statistic, Sums


def add(sums: Sums, score: float) -> None:
    """Count an answer; its boxes are kept, 1 and 2 the good one, though nothing is made of them."""
    tally.add(sums, score, top=score <= 2, bottom=score >= 4)


def result(sums: Sums) -> Result | None:
    """The mean with its normal interval.

    >>> figures = CES1.of([1, 2, 3])
    >>> figures.mean, figures.top_box
    (2.0, None)
    """
    n = sums[N]
    if n == 0:
        return None
    interval = of_mean(n, sums[TOTAL], sums[SQUARES])
    return Result(
        n=int(n),
        mean=sums[TOTAL] / n,
        top_box=None,
        net=None,
        interval=interval,
        mean_interval=interval,
    )


CES1 = Statistic("ces1", add, result)
