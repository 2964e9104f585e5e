"""The clocks while events come in: cheap for the newest event, a re-reading for a late one.

The newest event can only start or stop what is running, so it is handled where it stands. A late
event is put into the sorted history, the history is read before and after, and the difference is
said: new, changed and retracted measurements.
"""

from collections.abc import Callable
from typing import Any

from streams.domain.alerts import promises
from streams.domain.cases.case import (
    BASE,
    CASE_ID,
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
)
from streams.domain.cases.moments import (
    BITS,
    CLOSED,
    CODE,
    CONTACT,
    CONTACTS,
    OPENED_BY_CUSTOMER,
    REOPENED,
    REPLY,
    RESOLVED,
    TRANSFERRED,
    TURNS,
)
from streams.domain.clocks import follow_ups
from streams.domain.clocks.amending import (
    amend,
    follow_wait,
    is_of_another_kind,
    kind_of,
    replan,
    say_difference,
    say_follow_ups,
)
from streams.domain.clocks.due import look_at_case, next_look, set_due, sooner
from streams.domain.clocks.reading import (
    first_reopened,
    resolutions,
    rule_of,
    statements,
)
from streams.domain.clocks.said import say
from streams.domain.clocks.statement import BUSINESS_S, Statement
from streams.domain.clocks.walk import MOMENTS_CAP, first_wait, fold_oldest, opened_at
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.policy.promises import Promise
from streams.domain.state import CHANNEL_INDEX, Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import Touchpoint


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
    if touchpoint.attributes is not None and is_of_another_kind(case, touchpoint):
        return amend(customer, touchpoint, case, code, policy, emit)
    at = touchpoint.occurred_at
    moments = case[MOMENTS]
    moment = ((at - case[BASE]) << BITS) + code
    is_newest = moment > CODE and (not moments or moment > moments[-1])
    if not is_newest or code <= OPENED_BY_CUSTOMER or at < customer.clock:
        return amend(customer, touchpoint, case, code, policy, emit)
    if code >= RESOLVED or code == REOPENED:
        turn = _pass_on if code == TRANSFERRED else _turn
        turn(customer, touchpoint.customer_id, case, moment, policy, emit)
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
        _come_back(customer, touchpoint.customer_id, case, emit)
        if case[SAID] is not None:
            _pause(customer, touchpoint.customer_id, case, code, policy, emit)
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
        replan(customer, customer_id, case, policy, emit)


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
    learns = touchpoint.attributes is not None and is_of_another_kind(case, touchpoint)
    if learns or touchpoint.occurred_at <= case[BASE]:
        return amend(customer, touchpoint, case, None, policy, emit)
    return 0


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
    late = at < customer.clock
    before = follow_ups.readings(customer) if late else {}
    lately = [] if late or customer.cases is None else follow_ups.resolved_lately(customer, at)
    for known, resolved_at in lately:
        if follow_ups.stands(customer, known, resolved_at):
            say(customer, customer_id, known, "followed", 1.0, resolved_at, emit)
    case = begin(customer, case_id, at, CHANNEL_INDEX.get(touchpoint.channel, 0))
    if touchpoint.attributes is not None:
        case[KIND] = kind_of(touchpoint)
    if not late:
        say(customer, customer_id, case, "case", 1.0 if lately else 0.0, at, emit)
    _start(customer, customer_id, case, code, policy, emit)
    if late:
        say_follow_ups(customer, customer_id, before, emit)
    return policy.points["repeat_contact"].each if len(customer.cases or ()) > 1 else 0


def _start(
    customer: Customer,
    customer_id: str,
    case: Case,
    code: int | None,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The first moment of a case."""
    at = case[BASE]
    late = at < customer.clock
    if code == RESOLVED and not late:
        _turn(customer, customer_id, case, code, policy, emit)
        return
    if code is not None:
        case[MOMENTS].append(code)
        case[TURNED] = int(code in TURNS)
    if code == TRANSFERRED:
        say(customer, customer_id, case, "transferred", 1.0, at, emit)
    if late:
        after = resolutions(customer, case, policy)
        say_difference(customer, customer_id, case, {}, after, emit)
        follow_wait(customer, case)
        replan(customer, customer_id, case, policy, emit)
        return
    rule = rule_of(case, customer.tier, policy)
    opening_ms = -1 if rule is None else rule.opening_ms
    if case[TURNED] or opening_ms is None:
        case[DUE] = next_look(customer, case, policy)
    elif opening_ms >= 0:
        case[DUE] = at + opening_ms + 1
    if code in CONTACTS:
        _wait_since(customer, case, at, None if rule is None else rule.first_wait, policy)
    else:
        customer.due = sooner(customer.due, case[DUE])


def _ask(customer: Customer, case: Case, at: int, policy: Policy) -> None:
    """A contact in a case that is known starts a wait; the other clocks of the case run on."""
    promise = None
    rule = rule_of(case, customer.tier, policy)
    if rule is not None:
        promise = rule.first_wait if first_wait(case) == at else rule.next_wait
    _wait_since(customer, case, at, promise, policy)


def _wait_since(
    customer: Customer, case: Case, at: int, promise: Promise | None, policy: Policy
) -> None:
    """The newest contact starts a wait, under a promise."""
    case[WAIT] = at
    customer.waiting += 1
    if case[TURNED]:
        look_at = next_look(customer, case, policy)
        unknown = case[DUE] if case[SAID] is not None else 0  # wants to be looked at sooner
        case[DUE] = sooner(look_at, unknown)
    elif promise is not None:
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
    if case[SAID] is not None:
        replan(customer, customer_id, case, policy, emit)
        return
    if case[TURNED]:
        case[DUE] = next_look(customer, case, policy)
    else:
        case[DUE] = 0 if rule is None else look_at_case(customer, case, rule)
    set_due(customer, policy)


def _come_back(
    customer: Customer, customer_id: str, case: Case, emit: Callable[[Output], None]
) -> None:
    """A case taken for resolved at the first contact isn't, if the newest contact follows that."""
    resolved_at = follow_ups.breaks_resolution(customer, case) if case[TURNED] else None
    if resolved_at is not None:
        say(customer, customer_id, case, "followed", 1.0, resolved_at, emit)


def _pass_on(
    customer: Customer,
    customer_id: str,
    case: Case,
    moment: int,
    policy: Policy,  # noqa: ARG001  (as `_turn`)
    emit: Callable[[Output], None],
) -> None:
    """Of the transfers of a case only the first is kept."""
    moments = case[MOMENTS]
    if any(known & CODE == TRANSFERRED for known in moments):
        return
    if case[FOLD] is None:
        at = case[BASE] + (moment >> BITS)
        say(customer, customer_id, case, "transferred", 1.0, at, emit)
    moments.append(moment)
    if len(moments) > MOMENTS_CAP:
        fold_oldest(case)
        case[TURNED] = 1


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
    at = case[BASE] + (moment >> BITS)
    turned, case[TURNED] = case[TURNED], 1
    # A closing says nothing of a solution; a reopening takes back what was judged of the last one.
    again = turned and code != CLOSED
    before = resolutions(customer, case, policy) if again else {}
    follows = code == REOPENED or (code == RESOLVED and at < customer.clock)
    followed = follow_ups.readings(customer) if follows else {}
    moments.append(moment)
    if code != REOPENED and case[WAIT] is not None:
        case[WAIT] = None
        customer.waiting -= 1
    if code == REOPENED:
        _unjudge(customer, customer_id, case, before.get("resolution_full"), emit)
    elif again:
        after = resolutions(customer, case, policy)
        say_difference(customer, customer_id, case, before, after, emit)
    elif code == RESOLVED:
        _solve(customer, customer_id, case, policy, emit)
    if code == REOPENED and case[FOLD] is None and first_reopened(case) == at:
        say(customer, customer_id, case, "reopened", 1.0, at, emit)
    if follows:
        say_follow_ups(customer, customer_id, followed, emit)
    if len(moments) > MOMENTS_CAP:
        fold_oldest(case)
    was_closed = again and any(known & CODE == CLOSED for known in moments)
    if case[SAID] is None and code != REOPENED and not was_closed:
        case[DUE] = 0
        set_due(customer, policy)
    else:
        replan(customer, customer_id, case, policy, emit)


def _unjudge(
    customer: Customer,
    customer_id: str,
    case: Case,
    told: Statement | None,
    emit: Callable[[Output], None],
) -> None:
    """Whether the promise of a solution is kept is open again."""
    if told is not None and told.kept is not None:
        say(customer, customer_id, case, "resolution_full", *told[:2], emit, was=told.was())


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
    rule = rule_of(case, customer.tier if at >= customer.tier_at else tier_at(customer, at), policy)
    for clock in ("resolution_first", "resolution_full"):
        verdict = None
        promise = None if rule is None else rule.promises.get(clock)
        if promise is None and clock == "resolution_full":
            return  # it is the first one, and nobody has asked for more
        if rule is not None and promise is not None:
            calendar = promise.calendar
            kept = at <= calendar.due(opened, promise.target_ms)
            verdict = calendar.elapsed_ms(opened, at) / 1000, kept, rule.name
        say(customer, customer_id, case, clock, (at - opened) / 1000, at, emit, verdict)
