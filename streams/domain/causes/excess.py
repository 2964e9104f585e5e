"""How far beyond the usual a number of alerts is, and which fact explains it best.

The measure is the logarithm of a likelihood ratio, as in the scan statistics of epidemiology
(Kulldorff 1997): counts are Poisson, and the question is how much better "more than usual" explains
them than "as usual". It weighs the size of an excess against its specificity: a rare fact that all
alerts share beats a common one that they share too.
"""

from collections.abc import Callable, Mapping
from math import log
from typing import Final

from streams.domain.causes.facts import PREFERRED, Fact

LEAST: Final = 5
"""Customers that make a cause at the least."""
TIMES: Final = 3.0
"""How many times the usual it must be: alerts come in bursts, more than by pure chance."""
BACK: Final = 1.5
"""How many times the usual it may be to be as usual."""
CLEAR: Final = 10.0
"""The excess from which on it is no chance (odds of e¹⁰ against it)."""


NEARLY: Final = 0.75
"""Which share of the greatest excess is as good: the rest is how rare each fact happened to be."""


def excess(count: int, expected: float) -> float:
    """Log likelihood ratio of more than usual against as usual; 0 for no more than expected.

    >>> excess(4, 8.0), round(excess(20, 2.0), 1)
    (0.0, 28.1)
    """
    if count <= expected:
        return 0.0
    return count * log(count / expected) - (count - expected)


def is_unusual(count: int, expected: float) -> bool:
    """Whether so many are certainly more than usual.

    >>> is_unusual(4, 0.1), is_unusual(5, 0.1), is_unusual(50, 30.0)
    (False, True, False)
    """
    return count >= LEAST and count >= TIMES * expected and excess(count, expected) >= CLEAR


def is_back(count: int, expected: float) -> bool:
    """Whether so many are as usual again: left lower than entered, so that nothing flutters.

    >>> is_back(2, 0.1), is_back(4, 0.1), is_back(14, 10.0), is_back(20, 10.0)
    (True, False, True, False)
    """
    return count <= LEAST // 2 or count <= BACK * expected


def most_unusual(counts: Mapping[Fact, int], expected: Callable[[Fact], float]) -> Fact | None:
    """The fact whose count is the furthest beyond the usual; None where none is certainly so.

    Of facts that are nearly as far the one comes first about which people can do most.
    """
    found = {
        fact: excess(count, usual)
        for fact, count in counts.items()
        if count >= LEAST and is_unusual(count, usual := expected(fact))
    }
    if not found:
        return None
    near = [fact for fact in found if found[fact] >= NEARLY * max(found.values())]
    return min(near, key=lambda fact: (PREFERRED.index(fact[0]), -found[fact], fact))
