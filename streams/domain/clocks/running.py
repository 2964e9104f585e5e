"""The clocks while events come in: cheap for the newest event, a re-reading for a late one.

The newest event can only start or stop what is running, so it is handled where it stands. A late
event is put into the sorted history, the history is read before and after, and the difference is
said: new, changed and retracted measurements.
"""

from bisect import insort
from collections.abc import Callable

from streams.domain.alerts import overdue
from streams.domain.cases.case import (
    BASE,
    CASE_ID,
    CHANNEL,
    FOLD,
    MOMENTS,
    OVERDUE,
    WAIT,
    Case,
    begin,
    find,
    is_forgotten,
    make_room,
    put_in_order,
)
from streams.domain.cases.moments import CONTACT, CONTACTS, OPENED_BY_CUSTOMER, REPLY, RESOLVED
from streams.domain.clocks.reading import (
    MOMENTS_CAP,
    UNTIL,
    first_resolution,
    first_wait,
    fold_oldest,
    read,
)
from streams.domain.clocks.said import say
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.state import CHANNEL_INDEX, Customer
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
    at = touchpoint.occurred_at
    moments = case[MOMENTS]
    moment = (at - case[BASE]) * 8 + code
    if moment <= 7 or code <= OPENED_BY_CUSTOMER or (moments and moment <= moments[-1]):
        return _amend(customer, touchpoint, case, code, policy, emit)
    moments.append(moment)
    if len(moments) > MOMENTS_CAP:
        fold_oldest(case)
    if code == CONTACT and case[WAIT] is not None:
        return 0
    _moved(customer, touchpoint.customer_id, case, code, at, policy, emit)
    return 0


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
    if touchpoint.occurred_at <= case[BASE]:
        return _amend(customer, touchpoint, case, None, policy, emit)
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
        forgotten[WAIT] = None
        overdue.settle(customer, customer_id, forgotten, customer.clock, emit)
    case = begin(customer, case_id, at, CHANNEL_INDEX.get(touchpoint.channel, 0))
    say(customer, customer_id, case, "case", 1.0, at, emit)
    if code is not None:
        case[MOMENTS].append(code)
        _moved(customer, customer_id, case, code, at, policy, emit)
    return policy.points["repeat_contact"].each if len(customer.cases or ()) > 1 else 0


def _moved(
    customer: Customer,
    customer_id: str,
    case: Case,
    code: int,
    at: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The newest moment of a case starts or stops its clocks."""
    wait = case[WAIT]
    if wait is None:
        if code in CONTACTS:
            case[WAIT] = at
            customer.waiting += 1
            customer.due = min(customer.due, at + policy.response_target_ms)
    elif code >= REPLY:
        if code == REPLY:
            seconds = (at - wait) / 1000
            say(customer, customer_id, case, f"next_response/{wait}", seconds, at, emit)
            if first_wait(case) == wait:
                say(customer, customer_id, case, "first_response", seconds, at, emit)
        case[WAIT] = None
        customer.waiting -= 1
        if customer.waiting == 0:
            due = customer.last_seen + policy.lapse_after_ms + 1
            customer.due = customer.risk_at if 0 < customer.risk_at < due else due
        if case[OVERDUE] is not None:
            overdue.settle(customer, customer_id, case, at, emit)
    if code == RESOLVED:
        resolution = first_resolution(case)
        if resolution is not None and resolution.at == at:
            seconds = resolution.seconds
            say(customer, customer_id, case, "resolution_first", seconds, at, emit)


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
    before, was_waiting = read(case)
    _rebase(case, at, CHANNEL_INDEX.get(touchpoint.channel, 0))
    fold = case[FOLD]
    if code is not None and (fold is None or at >= fold[UNTIL]):
        insort(case[MOMENTS], (at - case[BASE]) * 8 + code)
    after, waiting = read(case)
    if (case[BASE], case[CHANNEL]) != begun:
        put_in_order(customer)
        say(customer, customer_id, case, "case", 1.0, case[BASE], emit, amends=True)
    same_channel = case[CHANNEL] == begun[1]
    for key, reading in after.items():
        if before.get(key) != reading or not same_channel:
            amends = key in before
            say(customer, customer_id, case, key, reading.seconds, reading.at, emit, amends=amends)
    for key, reading in before.items():
        if key not in after:
            seconds, at = reading.seconds, reading.at
            say(customer, customer_id, case, key, seconds, at, emit, retracted=True, amends=True)
    if waiting != was_waiting:
        case[WAIT] = waiting
        customer.waiting += (waiting is not None) - (was_waiting is not None)
        if waiting is not None:
            customer.due = min(customer.due, waiting + policy.response_target_ms)
        overdue.settle(customer, customer_id, case, customer.clock, emit)
    if len(case[MOMENTS]) > MOMENTS_CAP:
        fold_oldest(case)
    return policy.points["unanswered"].most


def _rebase(case: Case, at: int, channel: int) -> None:
    """Let a case begin earlier; at one instant the lowest channel counts as the first."""
    if at < case[BASE]:
        shift = (case[BASE] - at) * 8
        case[BASE] = at
        case[CHANNEL] = channel
        case[MOMENTS] = [moment + shift for moment in case[MOMENTS]]
    elif at == case[BASE]:
        case[CHANNEL] = min(case[CHANNEL], channel)
