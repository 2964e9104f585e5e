"""The numbers people may argue about, in one frozen place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from streams.domain.policy.default_promises import default_promises
from streams.domain.policy.durations import DAY_MS, HOUR_MS
from streams.domain.policy.promises import Promises


class Points(NamedTuple):
    """What a reason adds to the churn score: once, and at most however often it repeats."""

    each: int
    most: int


DEFAULT_POINTS: Mapping[str, Points] = MappingProxyType(
    {
        "silence": Points(20, 35),  # from twice, and from three times the own rhythm
        "unanswered": Points(20, 35),  # beyond the target, and beyond the last limit
        "repeat_contact": Points(10, 20),
        "complaint": Points(25, 40),
        "returned": Points(8, 16),
        "payment_failed": Points(10, 20),
        "downgraded": Points(25, 25),
        "cancelled": Points(50, 50),
        "reopened": Points(15, 30),
        "transferred": Points(5, 15),
        "low_ces2": Points(20, 20),
        "low_ces1": Points(20, 20),
        "low_csat": Points(20, 20),
        "low_nps": Points(20, 20),
    }
)
"""Reason → points. The literature gives prevalence and no weights, so these are policy, not
findings: no single irritation raises an alert (60 points), two or three grave ones do."""


DEFAULT_PROMISES = default_promises()


@dataclass(frozen=True, slots=True)
class Policy:
    """Targets, thresholds and points of one company; durations are milliseconds.

    `promises` say how soon clocks are to stop; to the churn score a wait is long after
    `response_target_ms` and very long after `response_critical_ms`. The score's bands are entered
    at `elevated`, `high`, `critical` and left below `..._exit` (hysteresis), so a score that
    trembles around a threshold doesn't page anybody twice. `recency_ms` is how long a fact
    speaks of leaving; silence counts from `silence_purchases` on, in rhythms of at least
    `silence_floor_ms`. `unheard` tells of a channel (index), an instant and a later one (epoch ms)
    whether the channel's feed was silent at the first as known at the second: 0 if it was heard,
    else when to ask again. A promise due in such a silence is neither missed nor kept.

    >>> Policy().response_target_ms // HOUR_MS
    24
    """

    response_target_ms: int = 24 * HOUR_MS
    response_critical_ms: int = 72 * HOUR_MS
    lapse_after_ms: int = 90 * DAY_MS
    recency_ms: int = 30 * DAY_MS
    elevated: int = 30
    elevated_exit: int = 20
    high: int = 60
    high_exit: int = 40
    critical: int = 80
    critical_exit: int = 70
    score_step: int = 10
    silence_ratio: float = 2.0
    silence_long_ratio: float = 3.0
    silence_purchases: int = 3
    silence_floor_ms: int = 7 * DAY_MS
    low_scores_most: int = 40
    points: Mapping[str, Points] = field(default_factory=lambda: DEFAULT_POINTS)
    promises: Promises = field(default_factory=lambda: DEFAULT_PROMISES)
    unheard: Callable[[int, int, int], int] | None = None


DEFAULT_POLICY = Policy()
