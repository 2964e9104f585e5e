"""The queues while events come in: one step for the newest, a re-reading for a late one."""

from bisect import insort
from collections.abc import Callable

from streams.domain.alerts import queues
from streams.domain.outputs import Measurement, Output, Was
from streams.domain.policy import Policy
from streams.domain.queues.line import (
    CHANNEL,
    DUE,
    MOMENTS,
    SAID,
    Line,
    is_too_late,
    line_of,
    lines_of,
    trim,
)
from streams.domain.queues.reading import measurement, statements
from streams.domain.queues.walk import NO_DURATION, Moment, walk
from streams.domain.state import CHANNEL_INDEX, Customer
from streams.domain.touchpoints import Touchpoint


def note(
    customer: Customer,
    touchpoint: Touchpoint,
    code: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """Note a moment of the touchpoint's channel, and say what it makes known."""
    at, lasted_ms = touchpoint.occurred_at, touchpoint.duration_ms
    line = line_of(customer, CHANNEL_INDEX.get(touchpoint.channel, 0))
    if is_too_late(line, at):
        return
    moments: list[Moment] = line[MOMENTS]
    moment = [
        at * 4 + code,
        NO_DURATION if lasted_ms is None else lasted_ms,
        touchpoint.case_id or "",
    ]
    customer_id = touchpoint.customer_id
    if not moments or moment > moments[-1]:
        _append(customer, customer_id, line, moment, policy, emit)
    elif moment in moments:
        return
    else:
        before = statements(customer, customer_id, line, policy)
        insort(moments, moment)
        _say_difference(before, statements(customer, customer_id, line, policy), emit)
    trim(line)
    if policy.promises.queues or line[SAID] is not None:
        _follow(customer, customer_id, line, policy, emit)


def revise(
    customer: Customer,
    customer_id: str,
    policy: Policy,
    emit: Callable[[Output], None],
    change: Callable[[], int],
) -> int:
    """Let something change that waits are judged by, and say the difference; points as given."""
    lines = lines_of(customer)
    before = [statements(customer, customer_id, line, policy) for line in lines]
    points = change()
    for line, told in zip(lines, before, strict=True):
        _say_difference(told, statements(customer, customer_id, line, policy), emit)
        _follow(customer, customer_id, line, policy, emit)
    return points


def _append(
    customer: Customer,
    customer_id: str,
    line: Line,
    moment: Moment,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The newest moment leaves standing what is said, and ends one thing at most, or two."""
    moments: list[Moment] = line[MOMENTS]
    so_far = walk(moments)
    known = len(so_far.over)
    so_far.step(moment)
    moments.append(moment)
    for place in range(known, len(so_far.over)):
        span = so_far.over[place]
        twins = (one[:2] for one in so_far.over[:place])  # of one start the first counts
        if span.metric and span[:2] not in twins:
            emit(measurement(customer, customer_id, line[CHANNEL], span, policy))


def _follow(
    customer: Customer, customer_id: str, line: Line, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """Hold the promises against what is known now, and see when to look again."""
    line[DUE] = look_at = queues.watch(customer, customer_id, line, policy, emit)
    if 0 < look_at < customer.due:
        customer.due = look_at


def _say_difference(
    before: dict[str, Measurement],
    after: dict[str, Measurement],
    emit: Callable[[Output], None],
) -> None:
    for key, told in after.items():
        known = before.get(key)
        if known is None:
            emit(told)
        elif known != told:
            emit(told._replace(amends=True, was=_was(known)))
    for key, known in before.items():
        if key not in after:
            emit(known._replace(retracted=True, amends=True, was=_was(known)))


def _was(told: Measurement) -> Was:
    return Was(told.value, told.at, told.channel, told.tier, told.kept)
