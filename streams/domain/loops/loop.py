"""What is kept of a customer's loops, and where the state holds what may belong to one.

Replies and resolutions lie in the cases, good answers among the signals, and the few contacts
outside a case in a slot of their own. So a complaint that comes in late finds what was done about
it, and nothing is kept for customers who never complained.
"""

from bisect import insort
from typing import Any

from streams.domain.cases.case import BASE, MOMENTS
from streams.domain.cases.moments import BITS, CODE, REPLY
from streams.domain.cases.moments import RESOLVED as CASE_RESOLVED
from streams.domain.loops.rounds import (
    CONTACT,
    FINE,
    RESOLVED,
    instant_of,
    moment_of,
    open_round,
    walk,
)
from streams.domain.risk.signals import FINE_CES2
from streams.domain.state import CONTACTS, LOOPS, Customer, keep_rare, rare

Loop = list[Any]

KEPT, BEFORE, OPEN_ROUND, UNTIL, SAID, DUE = range(6)
"""Positions: moments kept (sorted), the round open before them (None for none) and the one open
now, the instant up to which moments were folded, what was said of its promises, and when they want
a look; instants are epoch ms, 0 for never."""

MOMENTS_CAP = 16
"""Moments kept: the openings, contacts, resolutions and answers of four or five rounds."""

CONTACTS_CAP = 4
"""Contacts outside a case remembered: calls and outreach to one customer are days apart."""


def loop_of(customer: Customer) -> Loop | None:
    """The customer's loop, if there ever was reason for one."""
    return rare(customer, LOOPS)


def begin(customer: Customer) -> Loop:
    """The loop of a customer who had no reason for one so far."""
    loop: Loop = [[], None, None, 0, None, 0]
    keep_rare(customer, LOOPS, loop)
    return loop


def keep_contact(customer: Customer, at: int) -> None:
    """Remember a contact outside a case among the latest.

    >>> from streams.domain.state import begin
    >>> customer = begin(5, "web")
    >>> for at in (9, 7, 8, 6, 5):
    ...     keep_contact(customer, at)
    >>> rare(customer, CONTACTS)
    [6, 7, 8, 9]
    """
    contacts = rare(customer, CONTACTS) or []
    insort(contacts, at)
    keep_rare(customer, CONTACTS, contacts[-CONTACTS_CAP:])


def found_since(customer: Customer, at: int) -> set[int]:
    """Moments of all that was done for the customer from an instant on, so far as is kept."""
    found = {moment_of(then, CONTACT) for then in rare(customer, CONTACTS) or () if then >= at}
    for case in customer.cases or ():
        base = case[BASE]
        for moment in reversed(case[MOMENTS]):
            then = base + (moment >> BITS)
            if then < at:
                break
            code = moment & CODE
            if code == REPLY:
                found.add(moment_of(then, CONTACT))
            elif code == CASE_RESOLVED:
                found.add(moment_of(then, RESOLVED))
    for signal in reversed(customer.signals or ()):
        if signal >> 5 < at:
            break
        if signal & 31 >= FINE_CES2:
            found.add(moment_of(signal >> 5, FINE))
    return found


def fold_oldest(loop: Loop) -> None:
    """Fold the oldest moments into the round they lead to; what they decided is final."""
    while len(loop[KEPT]) > MOMENTS_CAP:
        oldest = loop[KEPT].pop(0)
        loop[BEFORE] = open_round(walk(loop[BEFORE], [oldest])[0])
        loop[UNTIL] = instant_of(oldest)
