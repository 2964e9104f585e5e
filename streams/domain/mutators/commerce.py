"""Purchases and subscriptions, and what goes wrong with them."""

# ruff: noqa: ARG001  (all mutators are called alike, whatever they need)

from collections.abc import Callable

from streams.domain.mutators.said import say
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.risk import signals
from streams.domain.risk.silence import limits
from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint

MOST_SPENT = 2**63 - 1
"""A sum stops here, so that it always fits into the state."""


def purchase(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Counts, adds up, and keeps the ends of the customer's own rhythm."""
    at = touchpoint.occurred_at
    amount = touchpoint.amount_minor
    if customer.purchases == 0:
        customer.first_purchase = customer.last_purchase = at
    elif at > customer.last_purchase:
        customer.last_purchase = at
    elif at < customer.first_purchase:
        customer.first_purchase = at
    customer.purchases += 1
    if amount is not None:
        customer.spend_minor = min(customer.spend_minor + amount, MOST_SPENT)
    say(customer, touchpoint, "purchase", None if amount is None else float(amount), emit)
    if customer.purchases >= policy.silence_purchases:
        soonest = at + policy.silence_ratio * policy.silence_floor_ms
        if not 0 < customer.risk_at <= soonest:
            _watch_silence(customer, policy)
    return 0


def _watch_silence(customer: Customer, policy: Policy) -> None:
    """Look again when the silence begins; an earlier look that stands will find its way here."""
    begins_at, _ = limits(customer, policy)
    if not 0 < customer.risk_at <= begins_at:
        customer.risk_at = begins_at
        customer.due = min(customer.due, begins_at)


def returned(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Counts, and is a signal."""
    say(customer, touchpoint, "returned", 1.0, emit)
    return signals.add(customer, touchpoint.occurred_at, signals.RETURNED, policy)


def error_met(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Counts."""
    say(customer, touchpoint, "error", 1.0, emit)
    return 0


def subscription_changed(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Down or away is a signal; up and sideways isn't."""
    code = signals.of_subscription(touchpoint)
    return 0 if code is None else signals.add(customer, touchpoint.occurred_at, code, policy)
