"""The clocks while events come in: cheap for the newest event, a re-reading for a late one.

The newest event can only start or stop what is running, so it is handled where it stands. A late
event is put into the sorted history, the history is read before and after, and the difference is
said: new, changed and retracted measurements.
"""

from bisect import insort
from collections.abc import Callable
from typing import Any

from streams.domain.alerts import promises
from streams.domain.cases.case import (
    BASE,
    CASE_ID,
    CHANNEL,
    DUE,
    FOLD,
    KIND,
    MOMENTS,
    SAID,
    TURNED,
    WAIT,
    Case,
    begin,
    find,
    is_forgotten,
    make_room,
    put_in_order,
)
from streams.domain.cases.moments import (
    BITS,
    CODE,
    CONTACT,
    CONTACTS,
    OPENED_BY_CUSTOMER,
    REOPENED,
    REPLY,
    RESOLVED,
    TURNS,
)
from streams.domain.clocks.due import next_look, set_due, sooner
from streams.domain.clocks.reading import BUSINESS_S, Statement, resolutions, rule_of, statements
from streams.domain.clocks.said import say
from streams.domain.clocks.walk import MOMENTS_CAP, UNTIL, first_wait, fold_oldest, live, opened_at
from streams.domain.outputs import Output, Was
from streams.domain.policy import Policy
from streams.domain.state import CHANNEL_INDEX, Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS, Touchpoint


def note(
    customer: Customer,
    touchpoint: Touchpoint,
    code: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """Note a moment of the touchpoint's case, if it has one.

    Returns the points the churn score may have grown by.
    """
    case_id = touchpoint.case_id
    if case_id is None:
        return 0
    cases = customer.cases
    case = None if cases is None else cases[-1]  # the latest is mostly the one
    if case is None or case[CASE_ID] != case_id:
        case = find(customer, case_id)
        if case is None:
            return _begin(customer, touchpoint, code, policy, emit)
    if touchpoint.attributes is not None:
        _learn_kind(customer, touchpoint, case, policy, emit)
    at = touchpoint.occurred_at
    moments = case[MOMENTS]
    moment = ((at - case[BASE]) << BITS) + code
    is_newest = moment > CODE and (not moments or moment > moments[-1])
    if not is_newest or code <= OPENED_BY_CUSTOMER or at < customer.clock:
        return _amend(customer, touchpoint, case, code, policy, emit)
    if code >= RESOLVED or code == REOPENED:
        _turn(customer, touchpoint.customer_id, case, moment, policy, emit)
        return 0
    moments.append(moment)
    if len(moments) > MOMENTS_CAP:
        fold_oldest(case)
        case[TURNED] = 1
    if code == REPLY:
        if case[WAIT] is not None:
            _answer(customer, touchpoint.customer_id, case, at, policy, emit)
    elif code == CONTACT and case[WAIT] is None:
        _ask(customer, case, at, policy)
    else:
        _pause(customer, touchpoint.customer_id, case, code, policy, emit)
    return 0


def _pause(
    customer: Customer,
    customer_id: str,
    case: Case,
    code: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The newest moment may stop clocks for a while, or let them go on."""
    if code in TURNS:
        case[TURNED] = 1
    if case[TURNED] and policy.promises.pauses:
        _replan(customer, customer_id, case, policy, emit)


def touch(
    customer: Customer,
    touchpoint: Touchpoint,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """An event of the case that moves no clock; the case may begin with it."""
    case_id = touchpoint.case_id
    if case_id is None:
        return 0
    case = find(customer, case_id)
    if case is None:
        return _begin(customer, touchpoint, None, policy, emit)
    if touchpoint.attributes is not None:
        _learn_kind(customer, touchpoint, case, policy, emit)
    if touchpoint.occurred_at <= case[BASE]:
        return _amend(customer, touchpoint, case, None, policy, emit)
    return 0


def _learn_kind(
    customer: Customer,
    touchpoint: Touchpoint,
    case: Case,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """A case is of the kind its touchpoints name; of several the first in the alphabet."""
    kind = _kind(touchpoint)
    if kind and (not case[KIND] or kind < case[KIND]):
        before = statements(customer, case, policy)
        case[KIND] = kind
        after = statements(customer, case, policy)
        _say_difference(customer, touchpoint.customer_id, case, before, after, emit)
        _replan(customer, touchpoint.customer_id, case, policy, emit)


def _begin(
    customer: Customer,
    touchpoint: Touchpoint,
    code: int | None,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    case_id = touchpoint.case_id
    assert case_id is not None
    if customer.forgotten is not None and is_forgotten(customer, case_id):
        return 0
    at = touchpoint.occurred_at
    customer_id = touchpoint.customer_id
    for forgotten in make_room(customer):
        promises.leave(customer, customer_id, forgotten, customer.clock, policy, emit)
    case = begin(customer, case_id, at, CHANNEL_INDEX.get(touchpoint.channel, 0))
    case[KIND] = _kind(touchpoint)
    say(customer, customer_id, case, "case", 1.0, at, emit)
    if code == RESOLVED:
        _turn(customer, customer_id, case, code, policy, emit)
        return _of_repeat(customer, policy)
    if code is not None:
        case[MOMENTS].append(code)
        case[TURNED] = int(code in TURNS)
    if at < customer.clock:
        _follow_wait(customer, case)
        _replan(customer, customer_id, case, policy, emit)
        return _of_repeat(customer, policy)
    case[DUE] = next_look(customer, case, policy)
    if code in CONTACTS:
        _ask(customer, case, at, policy)
    else:
        customer.due = sooner(customer.due, case[DUE])
    return _of_repeat(customer, policy)


def _of_repeat(customer: Customer, policy: Policy) -> int:
    """Points that a case beyond the first may add."""
    return policy.points["repeat_contact"].each if len(customer.cases or ()) > 1 else 0


def _kind(touchpoint: Touchpoint) -> str:
    """What kind of case it is: the touchpoint's attribute `case_kind`, empty for none."""
    attributes = touchpoint.attributes
    return "" if attributes is None else attributes.get("case_kind", "")


def _ask(customer: Customer, case: Case, at: int, policy: Policy) -> None:
    """The newest contact starts a wait; the other clocks of the case run on."""
    case[WAIT] = at
    customer.waiting += 1
    if case[TURNED]:
        case[DUE] = next_look(customer, case, policy)
    elif (rule := rule_of(case, customer.tier, policy)) is not None:
        promise = rule.first_wait if first_wait(case) == at else rule.next_wait
        if promise is not None:
            case[DUE] = sooner(case[DUE], promise.passes(at, at))
    if 0 < case[DUE] < customer.due:
        customer.due = case[DUE]
    too_long_at = at + policy.response_target_ms + 1  # for the churn score
    customer.due = min(customer.due, too_long_at)


def _answer(
    customer: Customer,
    customer_id: str,
    case: Case,
    at: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The newest reply ends the wait."""
    wait = case[WAIT]
    key = f"next_response/{wait}"
    seconds = (at - wait) / 1000
    first = first_wait(case) == wait
    rule = rule_of(case, customer.tier, policy)
    promise = None
    if rule is not None:
        promise = rule.first_wait if first else rule.next_wait
    verdict: tuple[Any, ...] | None = None
    of_first = False
    if rule is not None and promise is not None:
        of_first = promise.clock == "first_response"
        if promise.plain:
            verdict = seconds, at - wait <= promise.target_ms, rule.name
        else:
            told = statements(customer, case, policy)["first_response" if of_first else key]
            verdict = told[BUSINESS_S:]
    say(customer, customer_id, case, key, seconds, at, emit, None if of_first else verdict)
    if first:
        verdict = verdict if of_first else None
        say(customer, customer_id, case, "first_response", seconds, at, emit, verdict)
    case[WAIT] = None
    customer.waiting -= 1
    if case[SAID] is None:
        case[DUE] = next_look(customer, case, policy)
        set_due(customer, policy)
    else:
        _replan(customer, customer_id, case, policy, emit)


def _turn(
    customer: Customer,
    customer_id: str,
    case: Case,
    moment: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The newest moment resolves, closes or reopens the case."""
    code = moment & CODE
    moments = case[MOMENTS]
    turned, case[TURNED] = case[TURNED], 1
    changes = turned and code in {RESOLVED, REOPENED}  # reopened, no promise is kept any more
    before = resolutions(customer, case, policy) if changes else {}
    moments.append(moment)
    if len(moments) > MOMENTS_CAP:
        fold_oldest(case)
    if code != REOPENED and case[WAIT] is not None:
        case[WAIT] = None
        customer.waiting -= 1
    if changes:
        after = resolutions(customer, case, policy)
        _say_difference(customer, customer_id, case, before, after, emit)
    elif code == RESOLVED:
        _solve(customer, customer_id, case, policy, emit)
    if case[SAID] is None and code != REOPENED:
        case[DUE] = 0
        set_due(customer, policy)
    else:
        _replan(customer, customer_id, case, policy, emit)


def _solve(
    customer: Customer,
    customer_id: str,
    case: Case,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """A case that lay with the desk all the time is resolved: as `resolutions`, in short."""
    opened, at = opened_at(case), case[BASE] + (case[MOMENTS][-1] >> BITS)
    if at < opened:
        return
    rule = rule_of(case, tier_at(customer, at), policy)
    for clock in ("resolution_first", "resolution_full"):
        verdict = None
        promise = None if rule is None else rule.promises.get(clock)
        if rule is not None and promise is not None:
            spent_ms = promise.calendar.elapsed_ms(opened, at)
            kept = spent_ms < promise.target_ms or (
                # All of it spent, and perhaps the desk has closed since.
                spent_ms == promise.target_ms and at <= promise.calendar.due(opened, spent_ms)
            )
            verdict = spent_ms / 1000, kept, rule.name
        say(customer, customer_id, case, clock, (at - opened) / 1000, at, emit, verdict)


def _replan(
    customer: Customer,
    customer_id: str,
    case: Case,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """Hold the promises against what is known now, and see when to look again."""
    case[DUE] = promises.watch(customer, customer_id, case, policy, emit)
    set_due(customer, policy)


def revise(
    customer: Customer,
    customer_id: str,
    policy: Policy,
    emit: Callable[[Output], None],
    change: Callable[[], bool],
) -> int:
    """Let something change that all cases are judged by, and say the difference.

    Running clocks keep their start and what was paused; stopped ones are judged by the tier at
    their end. Returns the points the churn score may have grown by.
    """
    cases = customer.cases or ()
    before = [statements(customer, case, policy) for case in cases]
    if change():
        for case, told in zip(cases, before, strict=True):
            after = statements(customer, case, policy)
            _say_difference(customer, customer_id, case, told, after, emit)
            case[DUE] = promises.watch(customer, customer_id, case, policy, emit)
        set_due(customer, policy)
    return 0


def _amend(
    customer: Customer,
    touchpoint: Touchpoint,
    case: Case,
    code: int | None,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """Put a late moment into its place, and say what it changes."""
    at = touchpoint.occurred_at
    customer_id = touchpoint.customer_id
    begun = case[BASE], case[CHANNEL]
    before = statements(customer, case, policy)
    _rebase(case, at, CHANNEL_INDEX.get(touchpoint.channel, 0))
    fold = case[FOLD]
    if code is not None and (fold is None or at >= fold[UNTIL]):
        insort(case[MOMENTS], ((at - case[BASE]) << BITS) + code)
        if code in TURNS:
            case[TURNED] = 1
    after = statements(customer, case, policy)
    if (case[BASE], case[CHANNEL]) != begun:
        put_in_order(customer)
    _say_difference(customer, customer_id, case, before, after, emit)
    _follow_wait(customer, case)
    _replan(customer, customer_id, case, policy, emit)
    if len(case[MOMENTS]) > MOMENTS_CAP:
        fold_oldest(case)
        case[TURNED] = 1
    return policy.points["unanswered"].most


def _follow_wait(customer: Customer, case: Case) -> None:
    """The wait that runs now, by the whole history."""
    waits = live(case).waits
    waiting = waits[-1].start if waits and waits[-1].end is None else None
    customer.waiting += (waiting is not None) - (case[WAIT] is not None)
    case[WAIT] = waiting


def _say_difference(
    customer: Customer,
    customer_id: str,
    case: Case,
    before: dict[str, Statement],
    after: dict[str, Statement],
    emit: Callable[[Output], None],
) -> None:
    for key, told in after.items():
        known = before.get(key)
        if known != told:
            was = None if known is None else _was(known)
            say(customer, customer_id, case, key, told.value, told.at, emit, told[BUSINESS_S:], was)
    for key, known in before.items():
        if key not in after:
            gone, value, at = known[BUSINESS_S:], known.value, known.at
            was = _was(known)
            say(customer, customer_id, case, key, value, at, emit, gone, was, retracted=True)


def _was(told: Statement) -> Was:
    return Was(told.value, told.at, CHANNELS[told.channel], TIERS[told.tier], told.kept)


def _rebase(case: Case, at: int, channel: int) -> None:
    """Let a case begin earlier; at one instant the lowest channel counts as the first."""
    if at < case[BASE]:
        shift = (case[BASE] - at) << BITS
        case[BASE] = at
        case[CHANNEL] = channel
        case[MOMENTS] = [moment + shift for moment in case[MOMENTS]]
    elif at == case[BASE]:
        case[CHANNEL] = min(case[CHANNEL], channel)
