"""The stages of a journey, and which kind of touchpoint leads into which.

What is not in the table (page views, log-ins of the company's own doing, profile changes) moves
nobody. Everybody begins in awareness; silence leads to `lapsed`; whoever comes back from there
considers again. The first purchase leads to `purchase`, every later one to `loyalty`.
"""

from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint

STAGES: tuple[str, ...] = (
    "awareness",
    "consideration",
    "purchase",
    "fulfilment",
    "use",
    "support",
    "loyalty",
    "lapsed",
)
(
    AWARENESS,
    CONSIDERATION,
    PURCHASE,
    FULFILMENT,
    USE,
    SUPPORT,
    LOYALTY,
    LAPSED,
) = range(8)

STAGE_OF_KIND: dict[str, int] = {
    "searched": CONSIDERATION,
    "purchase": PURCHASE,
    "shipped": FULFILMENT,
    "delivered": USE,
    "logged_in": USE,
    "subscription_changed": USE,
    "case_resolved": USE,
    "message": SUPPORT,  # of the customer only: an answer doesn't move anybody
    "call_queued": SUPPORT,
    "call_answered": SUPPORT,
    "call_abandoned": SUPPORT,
    "case_opened": SUPPORT,
    "case_reopened": SUPPORT,
    "self_served": SUPPORT,
    "error_met": SUPPORT,
    "complaint": SUPPORT,
    "returned": SUPPORT,
    "review": LOYALTY,
    "referral": LOYALTY,
}
"""Kind of touchpoint → stage it leads into."""


def stage_of(customer: Customer, touchpoint: Touchpoint) -> int | None:
    """The stage a touchpoint leads its customer into, the touchpoint itself being counted in.

    >>> from streams.domain.state import begin
    >>> answer = Touchpoint(1, "e", "C", "message", "web", "agent", 0)
    >>> stage_of(begin(0, "web"), answer) is None
    True
    """
    kind = touchpoint.kind
    stage = STAGE_OF_KIND.get(kind)
    if stage == SUPPORT:
        if kind == "message" and touchpoint.actor != "customer":
            return None
    elif stage == PURCHASE and 0 < customer.first_purchase < touchpoint.occurred_at:
        return LOYALTY
    return stage
