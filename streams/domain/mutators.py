"""One mutator a kind of touchpoint: what it changes in a customer's facts.

A mutator says its measurements and returns the points the churn score may have grown by. It is
given late events as well as new ones, so it may only do what comes out alike in any order. Kinds
not in the table change nothing beyond being seen.
"""

# ruff: noqa: ARG001  (all mutators are called alike, whatever they need)

from collections.abc import Callable
from typing import TypeAlias

from streams.domain.cases.moments import (
    CLOSED,
    CONTACT,
    OPENED,
    OPENED_BY_CUSTOMER,
    REOPENED,
    REPLY,
    RESOLVED,
)
from streams.domain.clocks.running import note, touch
from streams.domain.outputs import Measurement, Output
from streams.domain.policy import Policy
from streams.domain.risk import signals
from streams.domain.risk.silence import limits
from streams.domain.state import Customer
from streams.domain.surveys.scale import is_low, standard
from streams.domain.touchpoints import SURVEYS, TIERS, Touchpoint

Mutator: TypeAlias = Callable[[Customer, Touchpoint, Policy, Callable[[Output], None]], int]

new = tuple.__new__


def message(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """A customer asks, a human answers in public; anything else only belongs to the case."""
    actor = touchpoint.actor
    if actor == "customer":
        return note(customer, touchpoint, CONTACT, policy, emit)
    if actor == "agent" and touchpoint.public:
        return note(customer, touchpoint, REPLY, policy, emit)
    return touch(customer, touchpoint, policy, emit)


def case_opened(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """An opening by the customer is a question too."""
    code = OPENED_BY_CUSTOMER if touchpoint.actor == "customer" else OPENED
    return note(customer, touchpoint, code, policy, emit)


def case_resolved(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Ends a wait, and stops the resolution clock for the first time."""
    return note(customer, touchpoint, RESOLVED, policy, emit)


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
    points = touch(customer, touchpoint, policy, emit)
    return points + signals.add(customer, touchpoint.occurred_at, signals.TRANSFERRED, policy)


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
        customer.spend_minor += amount
    _measured(customer, touchpoint, "purchase", None if amount is None else float(amount), emit)
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


def survey_answered(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """An answer is a measurement; the latest of a survey says whether effort or mood is bad."""
    survey = touchpoint.survey
    score = touchpoint.score
    if survey is None or score is None:
        return 0
    value = standard(survey, score, touchpoint.scale_min, touchpoint.scale_max)
    if value is None:
        return 0
    _measured(customer, touchpoint, survey, value, emit)
    signal = SURVEY_SIGNALS[survey]
    if not is_low(survey, value):
        signal += signals.FINE
    return signals.add(customer, touchpoint.occurred_at, signal, policy)


SURVEY_SIGNALS = dict(
    zip(
        SURVEYS[1:],
        (signals.LOW_CES2, signals.LOW_CES1, signals.LOW_CSAT, signals.LOW_NPS),
        strict=True,
    )
)
"""Survey → its signal when the answer is low."""


def _signal(code: int) -> Mutator:
    def mutate(
        customer: Customer,
        touchpoint: Touchpoint,
        policy: Policy,
        emit: Callable[[Output], None],
    ) -> int:
        return signals.add(customer, touchpoint.occurred_at, code, policy)

    return mutate


def subscription_changed(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Down or away is a signal; up and sideways isn't."""
    code = signals.of_subscription(touchpoint)
    return 0 if code is None else signals.add(customer, touchpoint.occurred_at, code, policy)


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


def passes_through(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Changes no facts, but leads into a stage (`STAGE_OF_KIND`)."""
    return 0


TIER_INDEX = {tier: index for index, tier in enumerate(TIERS)}


def _measured(
    customer: Customer,
    touchpoint: Touchpoint,
    metric: str,
    value: float | None,
    emit: Callable[[Output], None],
) -> None:
    customer_id = touchpoint.customer_id
    emit(
        new(  # half the cost of the class's own constructor
            Measurement,
            (
                f"{customer_id}/{touchpoint.event_id}/{metric}",
                customer.events,
                metric,
                customer_id,
                touchpoint.case_id,
                value,
                touchpoint.occurred_at,
                touchpoint.channel,
                TIERS[customer.tier],
                False,
                False,
            ),
        )
    )


mutators: dict[str, Mutator] = {
    "message": message,
    "call_queued": touch,
    "call_answered": touch,
    "call_abandoned": touch,
    "call_ended": touch,
    "case_opened": case_opened,
    "case_assigned": touch,
    "case_transferred": case_transferred,
    "case_pending": touch,
    "case_on_hold": touch,
    "case_resolved": case_resolved,
    "case_reopened": case_reopened,
    "case_closed": case_closed,
    "survey_answered": survey_answered,
    "purchase": purchase,
    "returned": _signal(signals.RETURNED),
    "payment_failed": _signal(signals.PAYMENT_FAILED),
    "complaint": _signal(signals.COMPLAINT),
    "subscription_changed": subscription_changed,
    "tier_changed": tier_changed,
    "shipped": passes_through,
    "delivered": passes_through,
    "logged_in": passes_through,
    "searched": passes_through,
    "self_served": passes_through,
    "error_met": passes_through,
    "review": passes_through,
    "referral": passes_through,
}
"""Kind of touchpoint → what it changes."""
