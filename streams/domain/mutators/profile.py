"""What is known of the customer as such."""

# ruff: noqa: ARG001  (all mutators are called alike, whatever they need)

from collections.abc import Callable

from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.state import Customer
from streams.domain.touchpoints import TIERS, Touchpoint

TIER_INDEX = {tier: index for index, tier in enumerate(TIERS)}


def tier_changed(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """The latest word on the tier counts; at one instant the higher tier."""
    if touchpoint.tier is not None:
        tier = TIER_INDEX.get(touchpoint.tier, 0)
        at = touchpoint.occurred_at
        known = customer.tier_at, customer.tier
        customer.tier_at, customer.tier = max(known, (at, tier))
    return 0
