"""The fold: one touchpoint, or the passing of a deadline, into a customer's state.

Events are folded in any order; the state they leave is the same. An event newer than everything
known takes a short path; a late one is put into the sorted histories and the difference is said.

Deadlines that an event has overtaken are passed before it, so what is said does not depend on how
often the timers of the machine run.
"""

from collections.abc import Callable

from streams.domain.alerts import churn
from streams.domain.alerts.farewell import farewell
from streams.domain.deadlines import expire, next_deadline, review
from streams.domain.journey import path, transitions
from streams.domain.journey.stages import (
    CONSIDERATION,
    LAPSED,
    stage_of,
)
from streams.domain.mutators import mutators
from streams.domain.mutators.signals import Mutator
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.products import name as name_product
from streams.domain.recent import MARK_BYTES, MARK_MASK, RECENT_BYTES, is_known
from streams.domain.risk.bands import HIGH
from streams.domain.state import (
    CHANNEL_INDEX,
    NEVER,
    Customer,
    begin,
    from_row,
    label,
    read_label,
    to_row,
)
from streams.domain.touchpoints import Touchpoint

__all__ = [
    "NEVER",
    "Customer",
    "advance",
    "expire",
    "from_row",
    "label",
    "next_deadline",
    "read_label",
    "review",
    "to_row",
]


def advance(
    customer: Customer | None,
    touchpoint: Touchpoint,
    policy: Policy,
    emit: Callable[[Output], None],
) -> Customer | None:
    """Fold one touchpoint; None is returned for a customer to be erased.

    The given state is changed in place. A duplicate changes nothing but its count.

    >>> said = []
    >>> question = Touchpoint(1, "e1", "C1", "message", "chat", "customer", 1000, case_id="K1")
    >>> answer = Touchpoint(2, "e2", "C1", "message", "chat", "agent", 61_000, case_id="K1")
    >>> customer = advance(None, question, Policy(), said.append)
    >>> customer = advance(customer, answer, Policy(), said.append)
    >>> [(output.metric, output.value) for output in said[2:]]
    [('next_response', 60.0), ('first_response', 60.0)]
    """
    kind = touchpoint.kind
    if kind == "erased":
        farewell(customer, touchpoint.customer_id, touchpoint.occurred_at, policy, emit)
        return None
    mark = (touchpoint.fingerprint & MARK_MASK).to_bytes(MARK_BYTES, "big")
    if customer is None:
        return _first(touchpoint, mark, policy, emit)
    recent = customer.recent
    if recent.find(mark) >= 0 and is_known(recent, mark):  # `in` costs thrice as much
        customer.duplicates += 1
        return customer
    customer.recent = (recent if len(recent) < RECENT_BYTES else recent[MARK_BYTES:]) + mark
    at = touchpoint.occurred_at
    if at <= customer.clock:
        return _late(customer, touchpoint, policy, emit)
    if at >= customer.due:
        expire(customer, touchpoint.customer_id, at, policy, emit)
    customer.events += 1
    customer.channel = touchpoint.channel
    if customer.stage == LAPSED:
        _come_back(customer, touchpoint, policy, emit)
    customer.last_seen = customer.clock = at
    mutator = mutators.get(kind)
    if mutator is None:
        return customer
    points = _mutate(mutator, customer, touchpoint, policy, emit)
    stage = stage_of(customer, touchpoint)
    if stage is not None:
        if stage != customer.stage:
            since = path.entered_at(customer, policy.lapse_after_ms)
            transitions.moved(customer, touchpoint.customer_id, stage, at, since, emit)
        facts = customer.path
        facts.append(at * 8 + stage)
        if len(facts) > path.PATH_CAP:
            path.fold(facts)
    if points or customer.band >= HIGH:
        churn.grow(customer, touchpoint.customer_id, points, policy, emit)
    return customer


def _mutate(
    mutator: Mutator,
    customer: Customer,
    touchpoint: Touchpoint,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """Let the mutator see the touchpoint, once what it is about is known."""
    if touchpoint.product is not None:
        name_product(customer, touchpoint)
    return mutator(customer, touchpoint, policy, emit)


def _first(
    touchpoint: Touchpoint, mark: bytes, policy: Policy, emit: Callable[[Output], None]
) -> Customer:
    """A customer's first event known so far begins the journey."""
    at = touchpoint.occurred_at
    customer = begin(at, touchpoint.channel)
    customer.events = 1
    customer.recent = mark
    customer.due = at + policy.lapse_after_ms + 1
    stage = stage_of(customer, touchpoint)
    if stage is not None:
        customer.stage = stage
        customer.path.append(at * 8 + stage)
    transitions.begun(customer, touchpoint.customer_id, emit)
    mutator = mutators.get(touchpoint.kind)
    points = _mutate(mutator, customer, touchpoint, policy, emit) if mutator is not None else 0
    if points:
        churn.grow(customer, touchpoint.customer_id, points, policy, emit)
    return customer


def _come_back(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """A lapsed customer is seen again; what brings nobody anywhere brings back to considering."""
    at = touchpoint.occurred_at
    lapsed_at = customer.last_seen + policy.lapse_after_ms
    path.insert_gap(customer, at, policy.lapse_after_ms)
    stage = stage_of(customer, touchpoint)
    if stage is None:
        stage = CONSIDERATION
    transitions.moved(customer, touchpoint.customer_id, stage, at, lapsed_at, emit)
    customer.due = min(customer.due, at + policy.lapse_after_ms + 1)


def _late(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> Customer:
    """An event older than what is known: into its place, and the difference is said."""
    at = touchpoint.occurred_at
    customer_id = touchpoint.customer_id
    lapse_after_ms = policy.lapse_after_ms
    before = path.read(customer, lapse_after_ms)
    customer.events += 1
    path.insert_gap(customer, at, lapse_after_ms)
    customer.first_seen = min(customer.first_seen, at)
    if at > customer.last_seen:
        customer.last_seen = at
        customer.channel = touchpoint.channel
    elif at == customer.last_seen:
        channels = (customer.channel, touchpoint.channel)
        customer.channel = max(channels, key=lambda channel: CHANNEL_INDEX.get(channel, 0))
    mutator = mutators.get(touchpoint.kind)
    points = _mutate(mutator, customer, touchpoint, policy, emit) if mutator is not None else 0
    stage = stage_of(customer, touchpoint)
    if stage is not None:
        path.insert(customer, at, stage)
        path.recode_purchases(customer)
    after = path.read(customer, lapse_after_ms)
    if after != before:
        transitions.amend(customer, customer_id, before, after, emit)
    if customer.stage != LAPSED:
        customer.due = min(customer.due, customer.last_seen + lapse_after_ms + 1)
    if points or customer.band >= HIGH:
        churn.grow(customer, customer_id, points, policy, emit)
    return expire(customer, customer_id, customer.clock, policy, emit)
