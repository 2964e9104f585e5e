"""What is late, or changes what cases are judged by: read before and after, the difference said."""

from bisect import insort
from collections.abc import Callable

from streams.domain.alerts import promises
from streams.domain.cases.case import (
    BASE,
    CASE_ID,
    CHANNEL,
    DUE,
    FOLD,
    KIND,
    MOMENTS,
    TURNED,
    WAIT,
    Case,
    put_in_order,
)
from streams.domain.cases.moments import BITS, CODE, TRANSFERRED, TURNS
from streams.domain.clocks import follow_ups
from streams.domain.clocks.due import set_due
from streams.domain.clocks.reading import statements
from streams.domain.clocks.said import say
from streams.domain.clocks.statement import BUSINESS_S, Statement, differences
from streams.domain.clocks.walk import MOMENTS_CAP, UNTIL, fold_oldest, live
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.state import CHANNEL_INDEX, Customer
from streams.domain.touchpoints import Touchpoint


def amend(
    customer: Customer,
    touchpoint: Touchpoint,
    case: Case,
    code: int | None,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """Put a moment that is late, or tells the kind of case, into its place; say the difference."""
    at = touchpoint.occurred_at
    customer_id = touchpoint.customer_id
    begun = case[BASE], case[CHANNEL]
    before = statements(customer, case, policy)
    followed = follow_ups.readings(customer)
    if is_of_another_kind(case, touchpoint):
        case[KIND] = kind_of(touchpoint)
    _rebase(case, at, CHANNEL_INDEX.get(touchpoint.channel, 0))
    fold = case[FOLD]
    if code is not None and (fold is None or at >= fold[UNTIL]):
        insort(case[MOMENTS], ((at - case[BASE]) << BITS) + code)
        if code in TURNS:
            case[TURNED] = 1
        if code == TRANSFERRED:
            _keep_first_transfer(case)
    after = statements(customer, case, policy)
    if (case[BASE], case[CHANNEL]) != begun:
        put_in_order(customer)
    say_difference(customer, customer_id, case, before, after, emit)
    say_follow_ups(customer, customer_id, followed, emit)
    follow_wait(customer, case)
    replan(customer, customer_id, case, policy, emit)
    if len(case[MOMENTS]) > MOMENTS_CAP:
        fold_oldest(case)
        case[TURNED] = 1
    return policy.points["unanswered"].most


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
    followed = follow_ups.readings(customer)
    if change():
        say_follow_ups(customer, customer_id, followed, emit)
        for case, told in zip(cases, before, strict=True):
            after = statements(customer, case, policy)
            say_difference(customer, customer_id, case, told, after, emit)
            case[DUE] = promises.watch(customer, customer_id, case, policy, emit)
        set_due(customer, policy)
    return 0


def _rebase(case: Case, at: int, channel: int) -> None:
    """Let a case begin earlier; at one instant the lowest channel counts as the first."""
    if at < case[BASE]:
        shift = (case[BASE] - at) << BITS
        case[BASE] = at
        case[CHANNEL] = channel
        case[MOMENTS] = [moment + shift for moment in case[MOMENTS]]
    elif at == case[BASE]:
        case[CHANNEL] = min(case[CHANNEL], channel)


def _keep_first_transfer(case: Case) -> None:
    transfers = [moment for moment in case[MOMENTS] if moment & CODE == TRANSFERRED]
    for later in transfers[1:]:
        case[MOMENTS].remove(later)


def follow_wait(customer: Customer, case: Case) -> None:
    """The wait that runs now, by the whole history."""
    waits = live(case).waits
    waiting = waits[-1].start if waits and waits[-1].end is None else None
    customer.waiting += (waiting is not None) - (case[WAIT] is not None)
    case[WAIT] = waiting


def replan(
    customer: Customer,
    customer_id: str,
    case: Case,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """Hold the promises against what is known now, and see when to look again."""
    case[DUE] = promises.watch(customer, customer_id, case, policy, emit)
    set_due(customer, policy)


def kind_of(touchpoint: Touchpoint) -> str:
    """What kind of case it is: the touchpoint's attribute `case_kind`, empty for none."""
    attributes = touchpoint.attributes
    return "" if attributes is None else attributes.get("case_kind", "")


def is_of_another_kind(case: Case, touchpoint: Touchpoint) -> bool:
    """A case is of the kind its touchpoints name; of several the first in the alphabet."""
    kind = kind_of(touchpoint)
    return bool(kind) and (not case[KIND] or kind < case[KIND])


def say_difference(
    customer: Customer,
    customer_id: str,
    case: Case,
    before: dict[str, Statement],
    after: dict[str, Statement],
    emit: Callable[[Output], None],
) -> None:
    """Say what stands of a case now, where it is another than before."""
    for key, told, known, gone in differences(before, after):
        was = None if known is None else known.was()
        verdict = told[BUSINESS_S:]
        say(customer, customer_id, case, key, told.value, told.at, emit, verdict, was, gone=gone)


def say_follow_ups(
    customer: Customer,
    customer_id: str,
    before: follow_ups.Readings,
    emit: Callable[[Output], None],
) -> None:
    """Say whose issue came back, and which case is such an issue, where that has changed."""
    after = follow_ups.readings(customer)
    for case in customer.cases or ():
        case_id = case[CASE_ID]
        known = before.get(case_id, {})
        if known != after[case_id]:
            say_difference(customer, customer_id, case, known, after[case_id], emit)
