"""Quantiles of a list of values."""

from collections.abc import Sequence


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The quantile of sorted values, linear between neighbours; None of nothing.

    Hyndman and Fan's definition 7, the default of numpy and R: position `share * (n - 1)`.

    >>> quantile([1.0, 2.0, 3.0, 10.0], 0.5), quantile([], 0.9)
    (2.5, None)
    """
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)
