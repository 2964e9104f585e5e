"""What opens a loop, and what the company does to close it."""

from collections.abc import Callable

from streams.domain.clocks.running import touch
from streams.domain.loops import running as loops
from streams.domain.loops.rounds import OPENS
from streams.domain.mutators.said import say
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.risk import signals
from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint


def complaint(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Speaks of leaving, and wants somebody to call."""
    say(customer, touchpoint, "complaint", 1.0, emit)
    points = signals.add(customer, touchpoint.occurred_at, signals.COMPLAINT, policy)
    loops.note(customer, touchpoint, OPENS, policy, emit)
    return points


def call_answered(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Somebody speaks with the customer."""
    points = touch(customer, touchpoint, policy, emit)
    loops.contact(customer, touchpoint, policy, emit)
    return points


def outreach(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """The company writes or calls by itself; a campaign's robot is nobody who cares."""
    if touchpoint.actor == "agent":
        loops.contact(customer, touchpoint, policy, emit)
    return 0
