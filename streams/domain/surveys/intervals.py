"""95 % intervals: Wilson's for shares, the normal one for means and differences of shares."""

from math import sqrt
from typing import NamedTuple

Z95 = 1.959963984540054
"""Quantile of the normal distribution that leaves 2.5 % beyond."""


class Interval(NamedTuple):
    """Lower and upper end."""

    low: float
    high: float


def wilson(hits: float, n: float, z: float = Z95) -> Interval:
    """Interval of a share (Wilson 1927); sound for small n and for shares of 0 and 1.

    >>> [round(end, 5) for end in wilson(80, 100)], [round(end, 5) for end in wilson(0, 10)]
    ([0.71117, 0.86663], [0.0, 0.27753])
    """
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def of_mean(n: float, total: float, squares: float, z: float = Z95) -> Interval | None:
    """Normal interval of a mean from its sums; one answer alone has none.

    >>> of_mean(1, 5.0, 25.0) is None
    True
    >>> [round(end, 3) for end in of_mean(4, 20.0, 104.0)]
    [3.868, 6.132]
    """
    if n < 2:
        return None
    mean = total / n
    variance = max(0.0, squares - n * mean * mean) / (n - 1)
    half = z * sqrt(variance / n)
    return Interval(mean - half, mean + half)


def of_difference(p: float, d: float, n: float, z: float = Z95) -> Interval:
    """Normal interval of p - d, two shares of the same n answers.

    >>> [round(100 * end, 2) for end in of_difference(0.5, 0.2, 100)]
    [14.69, 45.31]
    """
    half = z * sqrt((p + d - (p - d) ** 2) / n)
    return Interval(p - d - half, p - d + half)
