"""The queues while events come in: one step for the newest, a re-reading for a late one."""

from bisect import insort
from collections.abc import Callable

from streams.domain.alerts import queues
from streams.domain.clocks.statement import differences
from streams.domain.outputs import Measurement, Output, Was
from streams.domain.policy import Policy
from streams.domain.queues.line import (
    CHANNEL,
    DUE,
    MOMENTS,
    OVER,
    Line,
    how_many_over,
    is_too_late,
    line_of,
    lines_of,
    trim,
)
from streams.domain.queues.reading import measurement, statements
from streams.domain.queues.walk import ENDED, NO_DURATION, Moment, Span, instant_of, walk
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
    late = bool(moments) and moment <= moments[-1]
    if not late:
        _append(customer, customer_id, line, moment, policy, emit)
    elif moment in moments:
        return
    else:
        before = statements(customer, customer_id, line, policy)
        insort(moments, moment)
        line[OVER] = how_many_over(moments)
        _say_difference(before, statements(customer, customer_id, line, policy), emit)
    trim(line)
    if line[DUE] or (policy.promises.queues and (late or code != ENDED)):
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
    """The newest moment leaves standing what is said; what it ends is said.

    It can only end what is not over. A span that reaches back before that, by the duration it
    names, may be told already: of one start the first counts.
    """
    moments: list[Moment] = line[MOMENTS]
    over: int = line[OVER]
    so_far = walk(moments[over:])
    known = len(so_far.over)
    so_far.step(moment)
    for place in range(known, len(so_far.over)):
        span = so_far.over[place]
        if span.metric and span[:2] not in _told(moments, over, so_far.over[:place], span):
            emit(measurement(customer, customer_id, line[CHANNEL], span, policy))
    moments.append(moment)
    if so_far.is_over:
        line[OVER] = len(moments)


def _told(
    moments: list[Moment], over: int, lately: list[Span], span: Span
) -> set[tuple[str | int, ...]]:
    """Metrics and starts of the spans known before one, as far as it may be among them."""
    if over and span.start <= instant_of(moments[over - 1]):
        lately = walk(moments[:over]).over + lately
    return {one[:2] for one in lately}


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
    for _, told, known, gone in differences(before, after):
        was = None if known is None else _was(known)
        emit(told._replace(retracted=gone, amends=was is not None, was=was))


def _was(told: Measurement) -> Was:
    return Was(told.value, told.at, told.channel, told.tier, told.kept)
