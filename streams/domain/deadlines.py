"""What becomes due by time alone: promises, lapses, risk that grows or fades.

Deadlines are passed one by one, each at its own instant and not at the clock's, so a clock that
jumps says the same as one that ticks.
"""

from collections.abc import Callable

from streams.domain.alerts import churn, loops, promises, queues
from streams.domain.cases.case import DUE
from streams.domain.clocks.due import set_due
from streams.domain.journey import path, transitions
from streams.domain.journey.stages import LAPSED
from streams.domain.loops import loop as kept
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.state import Customer


def expire(
    customer: Customer,
    customer_id: str,
    now_ms: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> Customer:
    """Pass every deadline up to now, one by one and each at its own instant.

    >>> from streams.domain.customer import advance
    >>> from streams.domain.touchpoints import Touchpoint
    >>> said = []
    >>> question = Touchpoint(1, "e1", "C1", "message", "chat", "customer", 0, case_id="K1")
    >>> customer = advance(None, question, Policy(), said.append)
    >>> customer = expire(customer, "C1", 25 * 3_600_000, Policy(), said.append)
    >>> [(alert.rule, alert.status, alert.band) for alert in said if hasattr(alert, "status")][-1]
    ('sla.missed', 'updated', 'high')
    """
    while customer.due <= now_ms:
        customer.clock = max(customer.clock, customer.due)
        _pass(customer, customer_id, policy, emit)
    return customer


def _pass(
    customer: Customer, customer_id: str, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """Say what is due at the customer's clock, and set the next deadline, later than it."""
    now_ms = customer.clock
    for case in customer.cases or ():
        if 0 < case[DUE] <= now_ms:
            case[DUE] = promises.pass_time(customer, customer_id, case, policy, emit)
    if customer.rare is not None:
        queues.pass_time(customer, customer_id, policy, emit)
    loop = kept.loop_of(customer)
    if loop is not None and 0 < loop[kept.DUE] <= now_ms:
        loop[kept.DUE] = loops.watch(customer, customer_id, loop, policy, emit)
    if customer.stage != LAPSED:
        lapses_at = customer.last_seen + policy.lapse_after_ms
        if now_ms > lapses_at:
            since = path.entered_at(customer, policy.lapse_after_ms)
            transitions.moved(customer, customer_id, LAPSED, lapses_at, since, emit)
    if customer.waiting or 0 < customer.risk_at <= now_ms:
        churn.consider(customer, customer_id, now_ms, policy, emit)
    set_due(customer, policy)


def review(
    customer: Customer, customer_id: str, policy: Policy, emit: Callable[[Output], None]
) -> Customer:
    """Bring a customer under another policy: running clocks keep their start and their pauses.

    What is said is as of the customer's clock; what the new targets make due since then passes
    next. Doing it twice says nothing new.
    """
    for case in customer.cases or ():
        case[DUE] = promises.watch(customer, customer_id, case, policy, emit)
    queues.review(customer, customer_id, policy, emit)
    loop = kept.loop_of(customer)
    if loop is not None:
        loop[kept.DUE] = loops.watch(customer, customer_id, loop, policy, emit)
    set_due(customer, policy)
    return customer


def next_deadline(customer: Customer, policy: Policy) -> int:  # noqa: ARG001  (set under it)
    """The next instant (epoch ms) at which `expire` is wanted; NEVER for none.

    It may come early (an answered question leaves its deadline standing): then nothing is said
    and the next one is set. It never comes late.
    """
    return customer.due
