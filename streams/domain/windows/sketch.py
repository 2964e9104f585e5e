"""Quantiles from counts by bin: the bins of a DDSketch, but they can be taken out again.

A bin is as wide as the relative accuracy α allows: bin i holds the values above g^(i-1) and up to
g^i, with g = (1 + α) / (1 - α). Whatever is counted there is within α of one value. The bins are
those of the package `ddsketch` with its logarithmic mapping (Masson, Rim, Lee: DDSketch, VLDB
2019).
"""

from collections.abc import Iterable
from math import ceil, log2

ACCURACY = 0.01
"""Relative error of a quantile (α)."""

ZERO = -32_768
"""The bin of values too small to tell from zero; no other bin lies as low."""

_TINY = 1e-9
_PER_DOUBLING = 1 / log2((1 + ACCURACY) / (1 - ACCURACY))

DURATIONS = frozenset(
    {
        "first_response",
        "next_response",
        "resolution_first",
        "resolution_full",
        "wait_requester",
        "wait_agent",
        "wait_third_party",
        "handling",
        "queue_wait",
        "abandoned_after",
        "loop_contact",
        "loop_resolve",
    }
)
"""Metrics in seconds, whose quantiles somebody asks for. Of all others sums and counts will do."""


def bins_of(values: Iterable[float]) -> list[int]:
    """The bin of each value, which is no less than 0.

    >>> bins_of([0.0, 1.0, 60.0, 60.5])
    [-32768, 0, 205, 206]
    """
    return [ceil(log2(value) * _PER_DOUBLING) if value > _TINY else ZERO for value in values]
