"""When a case, and with it the customer, wants to be looked at by time alone."""

from typing import Any

from streams.domain.cases.case import DUE, TURNED, WAIT, Case
from streams.domain.clocks.reading import rule_of, rules_of
from streams.domain.clocks.runs import pieces, progress, runs
from streams.domain.clocks.walk import first_wait, live, opened_at
from streams.domain.journey.stages import LAPSED
from streams.domain.policy import Policy
from streams.domain.policy.promises import Rule
from streams.domain.queues.line import DUE as QUEUE_DUE
from streams.domain.state import HELD, LOOPS, NEVER, QUEUES, Customer


def next_look(customer: Customer, case: Case, policy: Policy) -> int:
    """When the next threshold of a promise is passed (epoch ms); 0 for none.

    Most cases were never paused, resolved or reopened: their clocks run since their start.
    """
    if case[TURNED]:
        return _look_closely(customer, case, policy)
    rule = rule_of(case, customer.tier, policy)
    if rule is None:
        return 0
    look_at = look_at_case(customer, case, rule)
    wait = case[WAIT]
    if wait is not None:
        promise = rule.first_wait if first_wait(case) == wait else rule.next_wait
        if promise is not None:
            look_at = sooner(look_at, promise.passes(wait, customer.clock))
    return look_at


def look_at_case(customer: Customer, case: Case, rule: Rule) -> int:
    """The same for the resolution clocks alone, of a case that lies with the desk since ever."""
    if not rule.of_case:
        return 0
    opened, look_at = opened_at(case), 0
    for promise in rule.of_case:
        look_at = sooner(look_at, promise.passes(opened, customer.clock))
    return look_at


def sooner(look_at: int, other: int) -> int:
    """The earlier of two instants, of which 0 is never.

    >>> sooner(0, 5), sooner(7, 5), sooner(7, 0)
    (5, 5, 7)
    """
    return other if other and (other < look_at or not look_at) else look_at


def _look_closely(customer: Customer, case: Case, policy: Policy) -> int:
    life = live(case)
    look_at = 0
    for run, rule in runs(life, rules_of(customer, case, policy)):
        if run.end is None:
            promise = rule.promises[run.clock]
            parts = pieces(run, life, pauses=promise.pauses)
            look_at = sooner(look_at, progress(promise, parts, customer.clock).next_at)
    return look_at


def set_due(customer: Customer, policy: Policy) -> None:
    """The customer's next deadline, by all that may become due.

    The churn score looks at a wait when it is longer than the policy's limits.
    """
    due = NEVER
    if customer.stage != LAPSED:
        due = customer.last_seen + policy.lapse_after_ms + 1
    if 0 < customer.risk_at < due:
        due = customer.risk_at
    now = customer.clock
    for case in customer.cases or ():
        if 0 < case[DUE] < due:
            due = case[DUE]
        wait = case[WAIT]
        if wait is not None:
            too_long_at = wait + policy.response_target_ms
            if too_long_at < now:
                too_long_at = wait + policy.response_critical_ms
            if now <= too_long_at < due:
                due = too_long_at + 1
    if customer.rare is not None:
        due = _rare_due(customer.rare, due)
    customer.due = due


def _rare_due(rare: list[Any], due: int) -> int:
    """The same with what few customers have: what is held, who queues, a loop to be closed."""
    if held := rare[HELD]:
        due = min(due, held[0][0])
    for line in rare[QUEUES] or ():
        due = sooner(due, line[QUEUE_DUE])
    if (loop := rare[LOOPS]) is not None:
        due = sooner(due, loop[-1])
    return due
