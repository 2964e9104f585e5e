"""What stands to be said of a case: a pure function of its sorted moments, never a counter.

- *next response*: a wait that ended with an answer; *first response*: the case's first wait, if it
  did. A first wait that ended without an answer leaves the case without a first response.
- *resolution (first)*: from the opening to the first resolution not before it. A reopening doesn't
  undo it; closing is not resolving.
- *resolution (full)*: the time until the last resolution in which the case was not at rest, and
  it is said where it is another than the first, or promised, or was spent with others too; and
  its *wait split*: with the desk, with the customer, with third parties, which add up to it. A
  part that is 0 isn't said, and a case that lay with the desk all the time has no split.

Values are calendar time. A clock that something is promised of also tells its business time and
whether it stopped in time.
"""

from collections.abc import Callable

from streams.domain.cases.case import BASE, CHANNEL, FOLD, KIND, MOMENTS, Case
from streams.domain.cases.moments import BITS, CODE, REOPENED, RESOLVED, TRANSFERRED
from streams.domain.clocks.runs import Run, instant_of, pieces, runs, spent_ms
from streams.domain.clocks.statement import Statement
from streams.domain.clocks.walk import (
    AT_REST,
    AWAITING_CUSTOMER,
    AWAITING_OTHERS,
    OPEN,
    RESOLVED_AT,
    Life,
    live,
    opened_at,
)
from streams.domain.policy import Policy
from streams.domain.policy.promises import Rule
from streams.domain.state import Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS

SPLIT = {
    OPEN: "wait_requester",
    AWAITING_CUSTOMER: "wait_agent",
    AWAITING_OTHERS: "wait_third_party",
}
"""The wait split: who waits while the case lies with the desk, the customer, or others."""


def statements(customer: Customer, case: Case, policy: Policy) -> dict[str, Statement]:
    """All that stands of the kept moments, by key.

    Keys are `first_response`, `next_response/<start of the wait>`, `resolution_first`,
    `resolution_full` and the parts of the wait split; `reopened` and `transferred`, 1 each, of a
    case that ever was.
    """
    life = live(case)
    said: dict[str, Statement] = {}
    for wait in life.waits:
        if wait.answered and wait.end is not None:
            statement = _said(customer, case, (wait.end - wait.start) / 1000, wait.end)
            said[f"next_response/{wait.start}"] = statement
            if wait.start == life.first_wait:
                said["first_response"] = statement
    said |= _resolutions(customer, case, life, policy)
    if case[FOLD] is None:  # of a folded history nobody knows the first any more
        said |= _turns(customer, case)
    return _judge(said, customer, case, life, policy)


def resolutions(customer: Customer, case: Case, policy: Policy) -> dict[str, Statement]:
    """Those of the statements that a resolution makes."""
    life = live(case)._replace(waits=[])
    said = _resolutions(customer, case, life, policy)
    return _judge(said, customer, case, life, policy)


def _judge(
    said: dict[str, Statement], customer: Customer, case: Case, life: Life, policy: Policy
) -> dict[str, Statement]:
    for run, rule in runs(life, rules_of(customer, case, policy)):
        key = f"next_response/{run.start}" if run.clock == "next_response" else run.clock
        if run.stopped and key in said:
            said[key] = _judged(said[key], run, life, rule)
    return said


def _resolutions(
    customer: Customer, case: Case, life: Life, policy: Policy
) -> dict[str, Statement]:
    found = {}
    first, full = life.resolved_at, life.full_at
    folded = case[FOLD] is not None and case[FOLD][RESOLVED_AT] is not None
    if first is not None and not folded:
        value = (first - life.opened_at) / 1000
        found["resolution_first"] = _said(customer, case, value, first)
    if full is not None:
        parts = list(life.folded_ms)
        for spell in life.spells:
            if spell.status != AT_REST and spell.end is not None and spell.end <= full:
                parts[spell.status] += spell.end - spell.start
        elsewhere = parts[AWAITING_CUSTOMER] + parts[AWAITING_OTHERS]
        told = _said(customer, case, sum(parts) / 1000, full)
        rule = rule_of(case, told.tier, policy)
        promised = rule is not None and "resolution_full" in rule.promises
        if promised or elsewhere or told != found.get("resolution_first"):
            found["resolution_full"] = told
        for status, name in SPLIT.items():
            if parts[status] and elsewhere:
                found[name] = _said(customer, case, parts[status] / 1000, full)
    return found


def _turns(customer: Customer, case: Case) -> dict[str, Statement]:
    turns = {"reopened": first_reopened(case), "transferred": _first(case, TRANSFERRED)}
    return {key: _said(customer, case, 1.0, at) for key, at in turns.items() if at is not None}


def first_reopened(case: Case) -> int | None:
    """The first reopening behind the first resolution of a case with all its moments (epoch ms)."""
    resolved = _first(case, RESOLVED, opened_at(case))
    return None if resolved is None else _first(case, REOPENED, resolved + 1)


def _first(case: Case, code: int, since: int = 0) -> int | None:
    """The first moment of a code, not before an instant (epoch ms)."""
    base = case[BASE]
    for moment in case[MOMENTS]:
        if moment & CODE == code and base + (moment >> BITS) >= since:
            return int(base + (moment >> BITS))
    return None


def _said(customer: Customer, case: Case, value: float, at: int) -> Statement:
    return Statement(value, at, case[CHANNEL], tier_at(customer, at))


def rule_of(case: Case, tier: int, policy: Policy) -> Rule | None:
    """The rule a case is under while its customer is of a tier (index)."""
    kind = case[KIND]
    if not kind:
        channel: int = case[CHANNEL]
        return policy.promises.usual[tier * len(CHANNELS) + channel]
    return policy.promises.rule_for(TIERS[tier], CHANNELS[case[CHANNEL]], kind)


def rules_of(customer: Customer, case: Case, policy: Policy) -> Callable[[int | None], Rule | None]:
    """The rule by the end of a run: that of the tier then, today's while it runs."""

    def rule_at(end: int | None) -> Rule | None:
        return rule_of(case, customer.tier if end is None else tier_at(customer, end), policy)

    return rule_at


def _judged(plain: Statement, run: Run, life: Life, rule: Rule) -> Statement:
    """The statement with what its promise says: business time, kept or not."""
    promise = rule.promises[run.clock]
    parts = pieces(run, life, pauses=promise.pauses)
    due = instant_of(promise, parts, promise.target_ms)
    business_s = spent_ms(promise, parts, plain.at) / 1000
    return plain._replace(
        business_s=business_s, kept=due is None or plain.at <= due, rule=rule.name
    )
