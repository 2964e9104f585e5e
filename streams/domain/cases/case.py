"""One case as a flat row, and which cases a customer's state keeps.

A list and positions instead of an object: a customer is packed and unpacked with all cases as
they lie, a hundred thousand times a second.
"""

from typing import Any
from zlib import crc32

from streams.domain.cases.moments import BITS, CODE, ENDINGS, REPLY, TRANSFERRED
from streams.domain.state import Customer

Case = list[Any]

CASE_ID, BASE, CHANNEL, WAIT, MOMENTS, FOLD, SAID, KIND, DUE, TURNED = range(10)
"""Positions: id (str), earliest instant (epoch ms), channel it began on (index), start of the
running wait (epoch ms, None for none), moments (sorted), reading of the folded moments, what was
said of its promises, kind of case (str, empty for none), when its promises want a look (epoch ms,
0 for never), and whether it ever came to lie elsewhere than with the desk (0 or 1)."""

SETTLED_KEPT = 4
"""Settled cases kept beside the open ones: late events and reopenings mostly meet the latest."""

CASES_CAP = 32
"""Cases kept in all: a desk that never closes anything must not grow a state without end."""

FORGOTTEN_CAP = 64
"""Marks of forgotten cases, 4 bytes each: a timer closes cases weeks after they were settled,
and such a straggler must not look like a new case."""


def find(customer: Customer, case_id: str) -> Case | None:
    """The case of this id, if the state keeps it."""
    for case in customer.cases or ():
        if case[CASE_ID] == case_id:
            return case
    return None


def begin(customer: Customer, case_id: str, at: int, channel: int) -> Case:
    """A new case of the customer. Cases lie in the order in which they began."""
    case: Case = [case_id, at, channel, None, [], None, None, "", 0, 0]
    if customer.cases is None:
        customer.cases = [case]
        return case
    customer.cases.append(case)
    if customer.cases[-2][BASE] >= at:
        put_in_order(customer)
    return case


def put_in_order(customer: Customer) -> None:
    """After a case turned out to have begun earlier."""
    if customer.cases is not None:
        customer.cases.sort(key=lambda case: (case[BASE], case[CASE_ID]))


_OPEN_NOTHING = (REPLY, TRANSFERRED)
"""What may be done to a settled case without opening it: a late answer, a hand-over."""


def is_settled(case: Case) -> bool:
    """Nothing to do for anybody: the last word on it was resolved or closed.

    >>> is_settled(["C1", 0, 0, None, [2, 16 + 6, 32 + 7], None, None, "", 0, 1])
    True
    """
    if case[WAIT] is not None:
        return False
    for moment in reversed(case[MOMENTS]):
        if moment & CODE in ENDINGS:
            return True
        if moment & CODE not in _OPEN_NOTHING:
            return False
    return False


def is_forgotten(customer: Customer, case_id: str) -> bool:
    """Whether this case was kept once and is no more."""
    return customer.forgotten is not None and _holds(customer.forgotten, _mark(case_id))


def make_room(customer: Customer) -> list[Case]:
    """Forget what a new case has no room beside; return the cases that leave.

    The stalest settled ones leave beyond the newest few; beyond the cap also those answered, and
    last the waiting ones.
    """
    cases = customer.cases
    if cases is None or len(cases) <= SETTLED_KEPT:
        return []
    by_age = sorted(cases, key=_last_instant)
    settled = [case for case in by_age if is_settled(case)]
    leaving = settled[: max(0, len(settled) - SETTLED_KEPT)]
    surplus = len(cases) - len(leaving) + 1 - CASES_CAP
    if surplus > 0:
        staying = [case for case in by_age if case not in leaving]
        staying.sort(key=lambda case: case[WAIT] is not None)  # stable: the stalest still first
        leaving += staying[:surplus]
    for case in leaving:
        cases.remove(case)
        customer.waiting -= case[WAIT] is not None
        marks = (customer.forgotten or b"") + _mark(case[CASE_ID])
        customer.forgotten = marks[-4 * FORGOTTEN_CAP :]
    return leaving


def _last_instant(case: Case) -> tuple[int, str]:
    moments = case[MOMENTS]
    return case[BASE] + (moments[-1] >> BITS if moments else 0), case[CASE_ID]


def _mark(case_id: str) -> bytes:
    return crc32(case_id.encode()).to_bytes(4, "big")


def _holds(marks: bytes, mark: bytes) -> bool:
    return any(marks[index : index + 4] == mark for index in range(0, len(marks), 4))
