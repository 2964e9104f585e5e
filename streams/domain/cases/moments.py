"""The moments of a case that matter to its clocks, as sortable integers.

A moment is `(instant - base) * 16 + code`, base being the case's earliest instant: small numbers,
sorted by time. **Ties**: at one instant the codes' order decides (an opening before a question,
a question before its answer, an answer before the end), so every order of arrival reads alike.
"""

from typing import Final

(
    OPENED,
    OPENED_BY_CUSTOMER,
    CONTACT,
    REOPENED,
    PENDING,
    ON_HOLD,
    REPLY,
    RESOLVED,
    CLOSED,
    TRANSFERRED,
) = range(10)

BITS: Final = 4
CODE: Final = 15
"""A moment's code is `moment & CODE`, its milliseconds since the base `moment >> BITS`."""

CONTACTS = (OPENED_BY_CUSTOMER, CONTACT)
"""The customer asks: a wait begins unless one is running."""

OPENINGS = (OPENED, OPENED_BY_CUSTOMER)
"""The case begins, for the resolution clocks."""

ENDINGS = (RESOLVED, CLOSED)
"""A running wait ends without an answer."""

TURNS = frozenset({REOPENED, PENDING, ON_HOLD, RESOLVED, CLOSED})
"""The case comes to lie elsewhere, or nowhere."""

_BEFORE = (OPENED, OPENED_BY_CUSTOMER, CONTACT, REOPENED, REPLY, RESOLVED, CLOSED)
"""What the codes meant while a moment was `(instant - base) * 8 + code`."""


def widened(moments: list[int]) -> list[int]:
    """Moments of a state from before there were `PENDING` and `ON_HOLD`.

    >>> widened([9 * 8 + 4]) == [9 * 16 + REPLY]
    True
    """
    return [(moment >> 3) * 16 + _BEFORE[moment & 7] for moment in moments]
