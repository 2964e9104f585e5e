"""Visits: pages, searches, errors, self service, and at the end perhaps a purchase."""

from streams.simulation.company import Company
from streams.simulation.desk import Desk
from streams.simulation.feelings import (
    enjoy,
    forgive,
    grudge,
    leaving_chance,
    suffer,
)
from streams.simulation.person import Person
from streams.simulation.plan import DAY, MINUTE, SECOND
from streams.simulation.warehouse import Warehouse
from streams.simulation.world import World

PRODUCTS = ("kettle", "headphones", "running-shoes", "backpack", "desk-lamp", "tea", "router")
REGULARITY = 3.0
"""Shape of the gamma gaps between visits: 1 is chance, more is habit."""


class Storefront:
    """Web shop, app and store, and the habit of coming back to them."""

    __slots__ = ("_company", "_desk", "_warehouse", "_world")

    def __init__(self, world: World, warehouse: Warehouse, desk: Desk, company: Company) -> None:
        self._world = world
        self._warehouse = warehouse
        self._desk = desk
        self._company = company

    def expect(self, at: int, person: Person, share: float = 1.0) -> None:
        """Plan the next visit by the person's own rhythm; `share` of the gap is still to come."""
        gap = self._world.rng.gammavariate(REGULARITY, person.rhythm_ms / REGULARITY)
        self._world.agenda.plan(self._world.waking(at + gap * share), self._visit, person)

    def _visit(self, at: int, person: Person) -> None:
        if self._has_left(at, person):
            return
        person.visits += 1
        rng = self._world.rng
        if person.visit_channel == "store":
            if rng.random() < 0.55:
                self._buy(at, person)
            self.expect(at, person)
            return
        pages = 1 + min(15, int(rng.expovariate(0.22)))
        if rng.random() < 0.45:
            self._world.tell(at, person, "logged_in", person.visit_channel)
        self._world.agenda.plan(at + SECOND, self._look, person, pages)

    def _has_left(self, at: int, person: Person) -> bool:
        """Whether the visit doesn't take place, because the customer has left since the last."""
        days = (at - person.seen_at) / DAY
        person.seen_at = at
        if self._world.rng.random() < leaving_chance(person.satisfaction, days):
            person.left_at = at
            person.why = grudge(person)
            self._company.let_go(at, person)
            return True
        forgive(person, days)
        return False

    def _look(self, at: int, person: Person, pages: int) -> None:
        rng, channel = self._world.rng, person.visit_channel
        chance = rng.random()
        if chance < 0.80:
            self._world.tell(at, person, "page_viewed", channel, product=rng.choice(PRODUCTS))
        elif chance < 0.95:
            self._world.tell(at, person, "searched", channel)
        elif chance < 0.97:
            self._world.tell(at, person, "self_served", channel, reason="order_status")
            enjoy(person, "self_served")
        elif chance < 0.974 or self._world.spells.lasts("outage", at):
            self._fail(at, person)
            if rng.random() < 0.5:
                self.expect(at, person)
                return
        elif chance < 0.991:
            self._desk.contact(at, person, "question")
        if pages > 1:
            due = at + 4 * SECOND + rng.expovariate(1.0) * 35 * SECOND
            self._world.agenda.plan(due, self._look, person, pages - 1)
            return
        if rng.random() < 0.35 * person.satisfaction:
            self._check_out(at, person, 1)
        self.expect(at, person)

    def _fail(self, at: int, person: Person) -> None:
        self._world.tell(at, person, "error_met", person.visit_channel, reason="http_500")
        suffer(person, "error")
        if self._world.rng.random() < 0.25:
            self._desk.contact(at, person, "error")

    def _check_out(self, at: int, person: Person, attempt: int) -> None:
        rng = self._world.rng
        if rng.random() >= (0.3 if self._world.spells.lasts("outage", at) else 0.03):
            self._buy(at, person)
            return
        self._world.tell(at, person, "payment_failed", person.visit_channel, reason="declined")
        suffer(person, "payment")
        if attempt < 3 and rng.random() < 0.7:
            due = at + rng.uniform(1, 5) * MINUTE
            self._world.agenda.plan(due, self._check_out, person, attempt + 1)
        elif rng.random() < 0.3:
            self._desk.contact(at, person, "payment")

    def _buy(self, at: int, person: Person) -> None:
        rng, channel = self._world.rng, person.visit_channel
        product = rng.choice(PRODUCTS)
        spend = {"prospect": 2_500, "normal": 4_000, "vip": 9_000}[person.tier]
        amount = round(spend * rng.lognormvariate(0.0, 0.6))
        person.purchases += 1
        promised_at = None if channel == "store" else int(at + rng.choice((2, 3, 5)) * DAY)
        self._world.tell(
            at,
            person,
            "purchase",
            channel,
            amount_minor=amount,
            product=product,
            promised_at=promised_at,
        )
        self._company.recognise(at, person)
        if promised_at is not None:
            self._warehouse.order(at, person, product, amount, promised_at)
