"""The ground truth about one customer: what no touchpoint says."""

from typing import NamedTuple

from streams.simulation.person import Person


class Truth(NamedTuple):
    """How satisfied a customer was (0 to 1) at the start and at the end, when they left and why.

    `left_at` is epoch ms, None for who stayed; `why` is the largest grudge of who left.
    """

    customer_id: str
    tier: str
    satisfaction_at_start: float
    satisfaction_at_end: float
    left_at: int | None
    why: str | None
    visits: int
    purchases: int
    cases: int
    complained: bool


def truth_about(person: Person) -> Truth:
    """What the simulation knows about a person."""
    return Truth(
        person.customer_id,
        person.tier,
        round(person.satisfaction_at_start, 4),
        round(person.satisfaction, 4),
        person.left_at,
        person.why,
        person.visits,
        person.purchases,
        person.cases,
        person.complained,
    )
