"""When a case, and with it the customer, wants to be looked at by time alone."""

from streams.domain.calendars import ALWAYS
from streams.domain.cases.case import DUE, FOLD, MOMENTS, WAIT, Case
from streams.domain.cases.moments import CLOSED, CODE, PENDING, REOPENED, RESOLVED
from streams.domain.clocks.reading import rule_of, rules_of
from streams.domain.clocks.runs import clock_of_wait, pieces, progress, runs
from streams.domain.clocks.walk import first_wait, live, opened_at
from streams.domain.journey.stages import LAPSED
from streams.domain.policy import Policy
from streams.domain.policy.promises import Promise
from streams.domain.state import LOOPS, NEVER, Customer


def next_look(customer: Customer, case: Case, policy: Policy) -> int:
    """When the next threshold of a promise is passed (epoch ms); 0 for none.

    Most cases were never paused, reopened or resolved: their clocks run since their start.
    """
    now = customer.clock
    if case[FOLD] is not None or any(moment & CODE in _TURNS for moment in case[MOMENTS]):
        return _look_closely(customer, case, policy)
    rule = rule_of(case, customer.tier, policy)
    if rule is None:
        return 0
    look_at = 0
    wait = case[WAIT]
    if wait is not None:
        clock = clock_of_wait(rule, first=first_wait(case) == wait)
        if clock is not None:
            look_at = _passes(rule.promises[clock], wait, now)
    opened = -1
    for clock in ("resolution_first", "resolution_full"):
        promise = rule.promises.get(clock)
        if promise is not None:
            if opened < 0:
                opened = opened_at(case)
            at = _passes(promise, opened, now)
            if at and (at < look_at or not look_at):
                look_at = at
    return look_at


_TURNS = frozenset({PENDING, REOPENED, RESOLVED, CLOSED})


def _passes(promise: Promise, start: int, now: int) -> int:
    """One past the next threshold of a clock that runs since its start."""
    calendar = promise.calendar
    for threshold in promise.thresholds:
        at = start + threshold if calendar is ALWAYS else calendar.due(start, threshold)
        if at >= now:
            return at + 1
    return 0


def _look_closely(customer: Customer, case: Case, policy: Policy) -> int:
    life = live(case)
    look_at = 0
    for run, rule in runs(life, rules_of(customer, case, policy)):
        if run.end is None:
            promise = rule.promises[run.clock]
            at = progress(promise, pieces(run, life, pauses=promise.pauses), customer.clock).next_at
            if at and (at < look_at or not look_at):
                look_at = at
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
            for limit_ms in (policy.response_target_ms, policy.response_critical_ms):
                if now <= wait + limit_ms < due:
                    due = wait + limit_ms + 1
    if customer.rare is not None and (loop := customer.rare[LOOPS]) is not None:
        look_at = loop[-1]
        if 0 < look_at < due:
            due = look_at
    customer.due = due
