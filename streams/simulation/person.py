"""A customer as nobody sees them: rhythm, habits, and the satisfaction that decides who stays."""

from random import Random

from streams.simulation.case import Case
from streams.simulation.plan import DAY

CHANNELS_OF_CONTACT = ("chat", "email", "phone", "app", "social")
CHANNELS_OF_VISIT = ("web", "app", "store")


class Person:
    """One customer, with what they have lived through so far.

    `satisfaction` runs from 0 to 1 and is hidden; `grudges` adds up what took it down, by cause;
    `known` says that the outside has heard of them.
    """

    __slots__ = (
        "cases",
        "complained",
        "contact_channel",
        "customer_id",
        "grudges",
        "known",
        "language",
        "left_at",
        "nature",
        "open_case",
        "purchases",
        "rhythm_ms",
        "satisfaction",
        "satisfaction_at_start",
        "seen_at",
        "tier",
        "visit_channel",
        "visits",
        "why",
    )

    def __init__(self, customer_id: str, rng: Random, at: int) -> None:
        self.customer_id = customer_id
        self.tier = rng.choices(("prospect", "normal", "vip"), (18, 70, 12))[0]
        self.language = "zh" if rng.random() < 0.3 else "en"
        self.contact_channel = rng.choices(CHANNELS_OF_CONTACT, (30, 30, 25, 10, 5))[0]
        self.visit_channel = rng.choices(CHANNELS_OF_VISIT, (50, 35, 15))[0]
        usual_days = {"prospect": 9.0, "normal": 5.0, "vip": 2.5}[self.tier]
        self.rhythm_ms = usual_days * DAY * rng.lognormvariate(0.0, 0.5)
        self.nature = min(0.95, max(0.2, rng.gauss(0.65, 0.13)))
        self.satisfaction = self.nature
        self.satisfaction_at_start = self.nature
        self.grudges: dict[str, float] = {}
        self.open_case: Case | None = None
        self.seen_at = at
        self.left_at: int | None = None
        self.why: str | None = None
        self.visits = 0
        self.purchases = 0
        self.cases = 0
        self.complained = False
        self.known = False
