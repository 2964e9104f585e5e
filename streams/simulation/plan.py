"""What a run of the shop is given: how many customers, how long, from when, and the seed."""

from typing import NamedTuple

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

CUSTOMERS_AN_AGENT = 600
"""At this staffing the desk keeps up on an ordinary day and drowns on a bad one."""


class Plan(NamedTuple):
    """The arguments of one simulated shop.

    `start_ms` is epoch milliseconds UTC, `days` the length of the story; `agents` is the size of
    the support desk (0: in proportion to the customers).

    >>> Plan(customers=1000, days=2.0, seed=7, start_ms=0).end_ms
    172800000
    """

    customers: int
    days: float
    seed: int
    start_ms: int
    agents: int = 0

    @property
    def end_ms(self) -> int:
        """First instant (epoch ms) no longer told."""
        return self.start_ms + round(self.days * DAY)

    @property
    def desk_size(self) -> int:
        """Agents on a full shift; at least three, so that a transfer has somewhere to go."""
        return self.agents or max(3, self.customers // CUSTOMERS_AN_AGENT)
