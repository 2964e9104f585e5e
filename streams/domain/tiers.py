"""Which tier a customer was of when: the latest word counts, and those before it for their time."""

from bisect import insort

from streams.domain.state import TIERS_BEFORE, Customer, keep_rare, rare

TIERS_CAP = 8
"""Changes of tier remembered besides the latest; a tier is changed some times in a life."""


def change(customer: Customer, at: int, tier: int) -> bool:
    """The customer is of a tier (index) from an instant on; whether that is news.

    At one instant the higher tier counts.

    >>> from streams.domain.state import begin
    >>> customer = begin(0, "web")
    >>> change(customer, 100, 3), change(customer, 50, 2)
    (True, True)
    >>> customer.tier, tier_at(customer, 99), tier_at(customer, 49)
    (3, 2, 0)
    """
    known = [customer.tier_at, customer.tier]
    if [at, tier] == known:
        return False
    older = min(known, [at, tier])
    customer.tier_at, customer.tier = max(known, [at, tier])
    before = rare(customer, TIERS_BEFORE) or []
    if older != [0, 0] and older not in before:
        insort(before, older)
        keep_rare(customer, TIERS_BEFORE, before[-TIERS_CAP:])
    return True


def tier_at(customer: Customer, at: int) -> int:
    """The tier (index) at an instant (epoch ms); 0 before the first word on it."""
    if at >= customer.tier_at:
        return customer.tier
    tier = 0
    for since, was in rare(customer, TIERS_BEFORE) or ():
        if since <= at:
            tier = was
    return int(tier)
