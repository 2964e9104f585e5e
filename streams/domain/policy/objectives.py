"""How many of the promises are to be kept, and how surveys are to turn out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

USUAL_SHARE: Final = 0.95
"""Of each clock that something is promised of, where nobody says otherwise."""

USUAL_FLOOR: Final = 20
"""Fewer events than this in a window raise nothing: three of four missed is no trend."""


@dataclass(frozen=True, slots=True)
class Objectives:
    """What Prometheus holds the company to; nothing of it is promised to a customer.

    `clocks` are shares of promises to be kept, by clock, above 0 and below 1; what is left to 1 is
    the error budget. `surveys` are targets: shares of the top box (`ces2`, `csat`) and points of
    the net score (`nps`). `at_least` is the number of events a window must hold to be judged.
    """

    clocks: Mapping[str, float] = field(default_factory=dict)
    surveys: Mapping[str, float] = field(default_factory=dict)
    at_least: int = USUAL_FLOOR


def usual(clocks: Iterable[str], surveys: Mapping[str, float] | None = None) -> Objectives:
    """The same share of each clock that something is promised of.

    >>> usual(["first_response"]).clocks
    {'first_response': 0.95}
    """
    return Objectives(dict.fromkeys(clocks, USUAL_SHARE), surveys or {})
