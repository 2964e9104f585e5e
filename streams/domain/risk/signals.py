"""Dated facts that speak of leaving, as sortable integers: `instant * 32 + code`."""

from bisect import insort

from streams.domain.policy import Policy
from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint

(
    COMPLAINT,
    RETURNED,
    PAYMENT_FAILED,
    DOWNGRADED,
    CANCELLED,
    REOPENED,
    TRANSFERRED,
    LOW_CES2,
    LOW_CES1,
    LOW_CSAT,
    LOW_NPS,
    FINE_CES2,
    FINE_CES1,
    FINE_CSAT,
    FINE_NPS,
) = range(15)
"""Codes; of one survey the latest answer, low or fine, is the one that counts."""

FINE = FINE_CES2 - LOW_CES2
"""Distance from a survey's low code to its fine one."""

SIGNALS_CAP = 16
"""Signals kept: more than enough to reach every maximum of the points."""

REASONS: tuple[str, ...] = (
    *("complaint", "returned", "payment_failed", "downgraded", "cancelled", "reopened"),
    *("transferred", "low_ces2", "low_ces1", "low_csat", "low_nps"),
    *("silence", "unanswered", "repeat_contact"),
)
"""Codes of the rule book, first those of the signals in the order of their codes. They only ever
grow at the end: states hold them as bits."""

DOWNGRADES = frozenset({"downgrade", "downgraded"})
CANCELLATIONS = frozenset({"cancel", "cancelled", "canceled", "churned", "terminated"})


def add(customer: Customer, at: int, code: int, policy: Policy) -> int:
    """Keep a signal among the newest few; return the points it may add to the score."""
    signals = customer.signals
    if signals is None:
        customer.signals = [at * 32 + code]
    else:
        insort(signals, at * 32 + code)
        oldest = (signals[-1] >> 5) - policy.recency_ms
        while len(signals) > SIGNALS_CAP or signals[0] >> 5 <= oldest:
            del signals[0]
    return 0 if code >= FINE_CES2 else policy.points[REASONS[code]].each


def of_subscription(touchpoint: Touchpoint) -> int | None:
    """The signal in a changed subscription, by its reason.

    >>> of_subscription(Touchpoint(1, "e", "C", "subscription_changed", "web", "customer", 0,
    ...                            reason="cancelled")) == CANCELLED
    True
    """
    reason = touchpoint.reason
    if reason in DOWNGRADES:
        return DOWNGRADED
    if reason in CANCELLATIONS:
        return CANCELLED
    return None
