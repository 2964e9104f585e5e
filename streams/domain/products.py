"""Which product customers have to do with: the one last named on a case, and in their dealings.

A case is about the product its latest touchpoint names that names one. A customer who may be
leaving has to do with the product of the latest complaint, return, failed payment, survey or change
of subscription; a page looked at says nothing yet.
"""

from typing import Final

from streams.domain.state import PRODUCTS, Customer, keep_rare, rare
from streams.domain.touchpoints import Touchpoint

DEALINGS: Final = frozenset(
    {"complaint", "returned", "payment_failed", "survey_answered", "subscription_changed"}
)
"""Kinds that say something about staying or leaving."""
PRODUCTS_CAP: Final = 8
"""Subjects whose product is remembered: the open alerts of a customer are rarely about more."""
LONGEST: Final = 100
"""Characters of a name that count; a product's name may be anything."""


def name(customer: Customer, touchpoint: Touchpoint) -> None:
    """Remember the product a touchpoint names, if its case or its kind makes that matter.

    Of one subject the latest word counts, at one instant the last in the alphabet, so that no order
    of arrival changes it.

    >>> from streams.domain.state import begin
    >>> customer = begin(0, "web")
    >>> name(customer, Touchpoint(1, "e1", "C1", "message", "web", "customer", 9, case_id="K1",
    ...                           product="tea"))
    >>> name(customer, Touchpoint(2, "e2", "C1", "returned", "store", "customer", 7,
    ...                           product="kettle"))
    >>> about(customer, "K1"), about(customer), about(customer, "K2")
    ('tea', 'kettle', None)
    """
    dealing = touchpoint.kind in DEALINGS
    subjects = [touchpoint.case_id] if touchpoint.case_id else []
    product = (touchpoint.product or "")[:LONGEST]
    if product and (subjects or dealing):
        for subject in [*subjects, ""] if dealing else subjects:
            _keep(customer, [touchpoint.occurred_at, subject, product])


def about(customer: Customer, case_id: str = "") -> str | None:
    """The product a case is about, or without one that of the customer's latest dealing."""
    for _, subject, product in rare(customer, PRODUCTS) or ():
        if subject == case_id:
            return str(product)
    return None


def _keep(customer: Customer, entry: list[int | str]) -> None:
    latest = {known[1]: known for known in rare(customer, PRODUCTS) or ()}
    latest[entry[1]] = max(entry, latest.get(entry[1], entry))
    keep_rare(customer, PRODUCTS, sorted(latest.values())[-PRODUCTS_CAP:])
