"""Messages, and what is done to a case."""

from collections.abc import Callable

from streams.domain.cases.moments import (
    CLOSED,
    CONTACT,
    ON_HOLD,
    OPENED,
    OPENED_BY_CUSTOMER,
    PENDING,
    REOPENED,
    REPLY,
    RESOLVED,
    TRANSFERRED,
)
from streams.domain.clocks.running import note, touch
from streams.domain.loops import running as loops
from streams.domain.loops.rounds import RESOLVED as LOOP_RESOLVED
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.risk import signals
from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint


def message(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """A customer asks, a human answers in public; anything else only belongs to the case."""
    actor = touchpoint.actor
    if actor == "customer":
        return note(customer, touchpoint, CONTACT, policy, emit)
    if actor == "agent" and touchpoint.public:
        points = note(customer, touchpoint, REPLY, policy, emit)
        if customer.rare is not None or touchpoint.case_id is None:
            loops.contact(customer, touchpoint, policy, emit)
        return points
    return touch(customer, touchpoint, policy, emit)


def case_opened(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """An opening by the customer is a question too."""
    code = OPENED_BY_CUSTOMER if touchpoint.actor == "customer" else OPENED
    return note(customer, touchpoint, code, policy, emit)


def case_pending(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """It is the customer's turn."""
    return note(customer, touchpoint, PENDING, policy, emit)


def case_on_hold(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """The desk waits for somebody else, and the customer for the desk."""
    return note(customer, touchpoint, ON_HOLD, policy, emit)


def case_resolved(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Ends a wait, and stops the resolution clocks."""
    points = note(customer, touchpoint, RESOLVED, policy, emit)
    if customer.rare is not None and touchpoint.case_id is not None:
        loops.note(customer, touchpoint, LOOP_RESOLVED, policy, emit)
    return points


def case_closed(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Ends a wait; a closing is not a resolution."""
    return note(customer, touchpoint, CLOSED, policy, emit)


def case_reopened(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Opens the case again, and speaks of leaving."""
    points = note(customer, touchpoint, REOPENED, policy, emit)
    return points + signals.add(customer, touchpoint.occurred_at, signals.REOPENED, policy)


def case_transferred(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """The customer has to explain again."""
    points = note(customer, touchpoint, TRANSFERRED, policy, emit)
    return points + signals.add(customer, touchpoint.occurred_at, signals.TRANSFERRED, policy)
