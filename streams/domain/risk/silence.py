"""Silence against the customer's own rhythm of purchases.

The rhythm is the mean gap, (last - first) / (n - 1): a function of three numbers that come out
alike in any order. Page views have no rhythm of their own, they come in bursts.
"""

from streams.domain.policy import Policy
from streams.domain.state import NEVER, Customer


def rhythm_ms(customer: Customer, policy: Policy) -> float:
    """Mean gap between purchases, never below the policy's floor (ms); needs two purchases."""
    mean = (customer.last_purchase - customer.first_purchase) / (customer.purchases - 1)
    return max(mean, policy.silence_floor_ms)


def limits(customer: Customer, policy: Policy) -> tuple[int, int]:
    """When silence begins to count, and when it counts more (epoch ms); NEVER without rhythm.

    >>> from streams.domain.state import begin
    >>> customer = begin(0, "web")
    >>> customer.purchases, customer.last_purchase = 3, 28 * 86_400_000
    >>> [limit // 86_400_000 for limit in limits(customer, Policy())]
    [56, 70]
    """
    if customer.purchases < policy.silence_purchases:
        return NEVER, NEVER
    rhythm = rhythm_ms(customer, policy)
    last = customer.last_purchase
    begins = last + int(rhythm * policy.silence_ratio)
    return begins, last + int(rhythm * policy.silence_long_ratio)
