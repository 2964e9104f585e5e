"""The loop while events come in: cheap for the newest event, a re-reading for a late one."""

from collections.abc import Callable

from streams.domain.alerts import loops
from streams.domain.clocks.statement import Statement, differences
from streams.domain.loops.loop import (
    BEFORE,
    DUE,
    KEPT,
    OPEN_ROUND,
    UNTIL,
    Loop,
    begin,
    fold_oldest,
    found_since,
    keep_contact,
    loop_of,
)
from streams.domain.loops.reading import Key, statements
from streams.domain.loops.rounds import CONTACT, OPENS, moment_of, open_round, step, walk
from streams.domain.outputs import Measurement, Output, Was
from streams.domain.policy import Policy
from streams.domain.state import CHANNEL_INDEX, Customer
from streams.domain.touchpoints import CHANNELS, TIERS, Touchpoint


def note(
    customer: Customer,
    touchpoint: Touchpoint,
    code: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """Note a moment of the customer's loop; only an opening begins one."""
    loop = loop_of(customer)
    if loop is None:
        if code != OPENS:
            return
        loop = begin(customer)
    at = touchpoint.occurred_at
    channel = CHANNEL_INDEX.get(touchpoint.channel, 0) if code == OPENS else 0
    moment = moment_of(at, code, channel)
    kept = loop[KEPT]
    newest = at >= customer.clock and (not kept or moment > kept[-1])
    if newest and code != OPENS:
        last = loop[OPEN_ROUND]
        if last is None or not step([list(last)], moment):
            return
    if at <= loop[UNTIL]:
        return
    found = found_since(customer, at)
    found.add(moment)
    if newest and len(found) == 1:
        _append(customer, touchpoint.customer_id, loop, moment, policy, emit)
    else:
        found.update(kept)
        _reread(customer, touchpoint.customer_id, loop, sorted(found), policy, emit)
    follow(customer, touchpoint.customer_id, loop, policy, emit)
    fold_oldest(loop)


def contact(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """A human of the company has spoken with the customer."""
    if touchpoint.case_id is None or touchpoint.kind != "message":
        keep_contact(customer, touchpoint.occurred_at)
    note(customer, touchpoint, CONTACT, policy, emit)


def revise(
    customer: Customer,
    customer_id: str,
    policy: Policy,
    emit: Callable[[Output], None],
    change: Callable[[], int],
) -> int:
    """Let something change that a loop is judged by, and say the difference; points as given."""
    loop = loop_of(customer)
    if loop is None:
        return change()
    rounds, _ = walk(loop[BEFORE], loop[KEPT])
    before = statements(customer, rounds, policy)
    points = change()
    _say_difference(customer, customer_id, before, statements(customer, rounds, policy), emit)
    follow(customer, customer_id, loop, policy, emit)
    return points


def follow(
    customer: Customer, customer_id: str, loop: Loop, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """Hold the promises against what is known now, and see when to look again."""
    loop[DUE] = loops.watch(customer, customer_id, loop, policy, emit)
    if 0 < loop[DUE] < customer.due:
        customer.due = loop[DUE]


def _append(
    customer: Customer,
    customer_id: str,
    loop: Loop,
    moment: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The newest moment can only change the round that is open, or begin one."""
    last = loop[OPEN_ROUND]
    loop[KEPT].append(moment)
    rounds = [] if last is None else [list(last)]
    if step(rounds, moment):
        before = {} if last is None else statements(customer, [last], policy)
        _say_difference(customer, customer_id, before, statements(customer, rounds, policy), emit)
        loop[OPEN_ROUND] = open_round(rounds)


def _reread(
    customer: Customer,
    customer_id: str,
    loop: Loop,
    moments: list[int],
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """Read the loop before and after, with all that is known to have happened since."""
    rounds, _ = walk(loop[BEFORE], loop[KEPT])
    before = statements(customer, rounds, policy)
    rounds, loop[KEPT] = walk(loop[BEFORE], moments)
    _say_difference(customer, customer_id, before, statements(customer, rounds, policy), emit)
    loop[OPEN_ROUND] = open_round(rounds)


def _say_difference(
    customer: Customer,
    customer_id: str,
    before: dict[Key, Statement],
    after: dict[Key, Statement],
    emit: Callable[[Output], None],
) -> None:
    for key, told, known, gone in differences(before, after):
        was = None if known is None else known.was()
        emit(_measurement(customer, customer_id, key, told, was, gone=gone))


def _measurement(
    customer: Customer,
    customer_id: str,
    key: Key,
    told: Statement,
    was: Was | None,
    *,
    gone: bool,
) -> Measurement:
    """`customer/opening of the round/metric`."""
    since, metric = key
    return Measurement(
        f"{customer_id}/{since}/{metric}",
        customer.events,
        metric,
        customer_id,
        None,
        told.value,
        told.at,
        CHANNELS[told.channel],
        TIERS[told.tier],
        retracted=gone,
        amends=was is not None,
        business_s=told.business_s,
        kept=told.kept,
        rule=told.rule,
        was=was,
    )
