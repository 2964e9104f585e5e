"""What is known of the customer as such."""

from collections.abc import Callable

from streams.domain.clocks.amending import revise
from streams.domain.loops import running as loops
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.queues import running as queues
from streams.domain.state import Customer
from streams.domain.tiers import change
from streams.domain.touchpoints import TIERS, Touchpoint

TIER_INDEX = {tier: index for index, tier in enumerate(TIERS)}


def tier_changed(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """The latest word on the tier counts, each for its time; other promises may hold from now."""
    if touchpoint.tier is None:
        return 0
    tier = TIER_INDEX.get(touchpoint.tier, 0)
    customer_id = touchpoint.customer_id

    def of_cases() -> int:
        return revise(
            customer,
            customer_id,
            policy,
            emit,
            lambda: change(customer, touchpoint.occurred_at, tier),
        )

    def of_loops() -> int:
        return loops.revise(customer, customer_id, policy, emit, of_cases)

    return queues.revise(customer, customer_id, policy, emit, of_loops)
