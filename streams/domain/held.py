"""Touchpoints held back until the partition's clock has passed them.

Within the allowed lateness events may come in any order. Folded as they come, an answer that
arrives after a later event would find its promise missed, and the alert would have to be taken
back. Held, they are folded in the order in which they happened, so what is said is the same as if
they had come in that order. The price is that everything is said later by the lateness; without
one nothing is held.
"""

from bisect import insort
from collections.abc import Callable
from typing import Any

from streams.domain.customer import advance, expire
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.state import HELD, Customer, from_row, keep_rare, rare
from streams.domain.touchpoints import Touchpoint

_TEXT = Touchpoint._fields.index("text")
_AT = Touchpoint._fields.index("occurred_at")

HELD_CAP = 4096
"""Touchpoints held of a customer: some 500 kB, half of what a broker takes as one record. Who sends
more within the lateness is a machine; its oldest ones don't wait any longer."""


def hold(customer: Customer | None, touchpoint: Touchpoint) -> Customer:
    """Keep a touchpoint for later; its text, which nothing reads, is dropped.

    The customer's next deadline is then the earliest one held.
    """
    if customer is None:
        customer = from_row([])
    row = list(touchpoint)
    row[_TEXT] = None
    held = rare(customer, HELD) or []
    insort(held, [row[_AT], touchpoint.event_id, row], key=_order)
    keep_rare(customer, HELD, held)
    customer.due = min(customer.due, held[0][0])
    return customer


def overfull_until(customer: Customer) -> int:
    """The instant up to which is to be folded at once because too much is held; 0: nothing."""
    held = rare(customer, HELD) or ()
    return int(held[len(held) - HELD_CAP - 1][0]) if len(held) > HELD_CAP else 0


def _order(entry: list[Any]) -> tuple[int, str]:
    """By time, at one instant by id: no order of arrival changes it."""
    return entry[0], entry[1]


def release(
    customer: Customer,
    customer_id: str,
    now_ms: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> Customer | None:
    """Fold what is held up to now, and pass the deadlines between and behind it.

    >>> said = []
    >>> question = Touchpoint(1, "e1", "C1", "message", "chat", "customer", 1000, case_id="K1")
    >>> answer = Touchpoint(2, "e2", "C1", "message", "chat", "agent", 61_000, case_id="K1")
    >>> customer = hold(hold(None, answer), question)
    >>> customer = release(customer, "C1", 90_000, Policy(), said.append)
    >>> [(output.metric, output.value) for output in said[2:]]
    [('next_response', 60.0), ('first_response', 60.0)]
    """
    held = rare(customer, HELD) or []
    keep_rare(customer, HELD, None)
    kept = [entry for entry in held if entry[0] > now_ms]
    known: Customer | None = customer if customer.events else None
    for _, _, row in held[: len(held) - len(kept)]:
        known = advance(known, Touchpoint(*row), policy, emit)
    if known is not None:
        expire(known, customer_id, now_ms, policy, emit)
    if not kept:
        return known
    if known is None:
        known = from_row([])
    keep_rare(known, HELD, kept)
    known.due = min(known.due, kept[0][0])
    return known
