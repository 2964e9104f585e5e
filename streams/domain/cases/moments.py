"""The moments of a case that matter to its clocks, as sortable integers.

A moment is `(instant - base) * 8 + code`, base being the case's earliest instant: small numbers,
sorted by time. **Ties**: at one instant the codes' order decides (an opening before a question,
a question before its answer, an answer before the end), so every order of arrival reads alike.
"""

OPENED, OPENED_BY_CUSTOMER, CONTACT, REOPENED, REPLY, RESOLVED, CLOSED = range(7)

CONTACTS = (OPENED_BY_CUSTOMER, CONTACT)
"""The customer asks: a wait begins unless one is running."""

OPENINGS = (OPENED, OPENED_BY_CUSTOMER)
"""The case begins, for the resolution clock."""

ENDINGS = (RESOLVED, CLOSED)
"""A running wait ends without an answer."""
