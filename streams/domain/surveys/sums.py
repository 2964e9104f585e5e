"""What is kept of the answers to a survey: five sums, which add up in any order and place."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from streams.domain.surveys.intervals import Interval

Sums: TypeAlias = list[float]

N, TOTAL, SQUARES, TOP, BOTTOM = range(5)
"""Positions: answers, sum of scores, sum of their squares, answers in the top and bottom box."""


class Result(NamedTuple):
    """A survey's figures. None where the survey doesn't define one, never 0 for want of answers.

    `net` is a difference of shares (in points, 100 times, for NPS only). `interval` is the 95 %
    interval of the survey's headline: the share in the top box, for NPS the net, for CES 1.0 the
    mean. `mean_interval` is that of the mean.
    """

    n: int
    mean: float
    top_box: float | None
    net: float | None
    interval: Interval | None
    mean_interval: Interval | None


class Statistic(NamedTuple):
    """One survey's way from answers to figures: `initialise`, `add` each, `merge`, `result`."""

    name: str
    add: Callable[[Sums, float], None]
    result: Callable[[Sums], Result | None]

    def of(self, scores: Iterable[float]) -> Result | None:
        """The figures of all scores at once; None for none."""
        sums = initialise()
        for score in scores:
            self.add(sums, score)
        return self.result(sums)


def initialise() -> Sums:
    """The sums of no answers."""
    return [0.0] * 5


def add(sums: Sums, score: float, *, top: bool, bottom: bool) -> None:
    """Count one answer in.

    >>> sums = initialise()
    >>> add(sums, 4.0, top=True, bottom=False)
    >>> sums
    [1.0, 4.0, 16.0, 1.0, 0.0]
    """
    sums[N] += 1
    sums[TOTAL] += score
    sums[SQUARES] += score * score
    sums[TOP] += top
    sums[BOTTOM] += bottom


def merge(sums: Sums, other: Sums) -> Sums:
    """The sums of both, made anew.

    >>> merge([1.0, 4.0, 16.0, 1.0, 0.0], [1.0, 2.0, 4.0, 0.0, 1.0])
    [2.0, 6.0, 20.0, 1.0, 1.0]
    """
    return [mine + theirs for mine, theirs in zip(sums, other, strict=True)]
