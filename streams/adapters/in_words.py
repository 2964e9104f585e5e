"""Durations, instants and reasons as people say them."""

from datetime import UTC, datetime

from streams.domain.outputs import Alert, Reason
from streams.domain.policy.promises import CLOCKS

_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def short(seconds: float | None) -> str:
    """A duration in its largest fitting unit; a dash for none.

    >>> [short(s) for s in (0.04, 12, 90, 7_200, 200_000, None)]
    ['0.04 s', '12 s', '1.5 min', '2 h', '2.3 d', '–']
    """
    if seconds is None:
        return "–"
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{_three(seconds / size)} {unit}"
    return f"{_three(seconds)} s"


def _three(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def instant(at_ms: int) -> str:
    """An instant for people, UTC to the minute.

    >>> instant(1_735_689_600_000)
    '2025-01-01 00:00'
    >>> instant(10**17)  # what no calendar has
    '9999-12-31 23:59'
    """
    at_ms = min(max(at_ms, _FIRST_MS), _LAST_MS)
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M}"


def reasons_in_words(alert: Alert, most: int = 4) -> str:
    """Why, in a few words: codes with their points, and how long a customer has waited.

    >>> reasons_in_words(Alert("a", 1, "churn_risk", "raised", "ann", None, 0, 9, "high", 60,
    ...     (Reason("unanswered", 35, 3e5), Reason("complaint", 25, 1.0)), "web", "vip"))
    'unanswered 3.5 d +35, complaint +25'
    >>> reasons_in_words(Alert("a", 1, "cx.common_cause", "raised", "", None, 0, 9, "high", 80, (),
    ...     "chat", "other", affected=1204, shared=(("channel", "chat"),)))
    '1,204 customers: channel chat'
    """
    if alert.shared:
        shared = ", ".join(f"{dimension} {value}" for dimension, value in alert.shared)
        return f"{alert.affected or 0:,} customers: {shared}"
    said = [_in_words(reason) for reason in alert.reasons]
    more = [f"{len(said) - most} more"] if len(said) > most else []
    return ", ".join(said[:most] + more)


_WAITS = frozenset({"unanswered", *CLOCKS})
"""Reasons whose number is seconds."""


def _in_words(reason: Reason) -> str:
    words = reason.code.replace("_", " ")
    if reason.code in _WAITS:
        words += f" {short(reason.value)}"
    return f"{words} +{reason.points}"
