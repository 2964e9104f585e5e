"""Parcels: shipped, delivered in time or late, returned, and the money given back."""

from streams.simulation.desk import Desk
from streams.simulation.feelings import enjoy, feel, lateness_felt, suffer
from streams.simulation.opinions import Opinions
from streams.simulation.person import Person
from streams.simulation.plan import DAY, HOUR
from streams.simulation.world import World


class Warehouse:
    """Sends what was bought and takes back what wasn't wanted."""

    __slots__ = ("_desk", "_opinions", "_world")

    def __init__(self, world: World, desk: Desk, opinions: Opinions) -> None:
        self._world = world
        self._desk = desk
        self._opinions = opinions

    def order(self, at: int, person: Person, product: str, amount: int, promised_at: int) -> None:
        """A purchase to be sent; the parcel keeps its promise or not."""
        rng = self._world.rng
        shipped_at = at + rng.uniform(0.2, 1.2) * DAY
        late = rng.random() < (0.6 if self._world.spells.lasts("carrier_late", at) else 0.07)
        if late:
            delivered_at = promised_at + HOUR + rng.expovariate(1.0) * 1.8 * DAY
            asking_at = promised_at + rng.uniform(0.2, 1.5) * DAY
            if asking_at < delivered_at:
                self._world.agenda.plan(asking_at, self._where_is_it, person, product)
        else:
            delivered_at = rng.uniform(shipped_at + 0.4 * DAY, promised_at)
        self._world.agenda.plan(shipped_at, self._ship, person, product, promised_at)
        parcel = (person, product, amount, promised_at)
        self._world.agenda.plan(delivered_at, self._deliver, *parcel)

    def _where_is_it(self, at: int, person: Person, product: str) -> None:
        if self._world.rng.random() < 0.7:
            self._desk.contact(at, person, "late", product)

    def _ship(self, at: int, person: Person, product: str, promised_at: int) -> None:
        self._world.tell(
            at, person, "shipped", "other", "system", product=product, promised_at=promised_at
        )

    def _deliver(
        self, at: int, person: Person, product: str, amount: int, promised_at: int
    ) -> None:
        self._world.tell(
            at, person, "delivered", "other", "system", product=product, promised_at=promised_at
        )
        rng = self._world.rng
        if at <= promised_at:
            enjoy(person, "on_time")
        else:
            feel(person, lateness_felt(at - promised_at), "late_delivery")
        chance = rng.random()
        if chance < 0.04:
            suffer(person, "defect")
            self._desk.contact(at, person, "defect", product)
            self._plan_return(at, person, product, amount, "defect")
        elif chance < 0.09:
            self._plan_return(at, person, product, amount, "size")
        elif chance < 0.16:
            due = self._world.later(at, 2 * DAY)
            self._world.agenda.plan(due, self._opinions.speak, person, product)
        elif chance < 0.60:
            self._opinions.ask_about_delivery(at, person)

    def _plan_return(self, at: int, person: Person, product: str, amount: int, reason: str) -> None:
        due = self._world.waking(self._world.later(at, 2.5 * DAY))
        self._world.agenda.plan(due, self._return, person, product, amount, reason)

    def _return(self, at: int, person: Person, product: str, amount: int, reason: str) -> None:
        self._world.tell(
            at, person, "returned", "store", product=product, amount_minor=amount, reason=reason
        )
        refunded_at = self._world.later(at + DAY, 4 * DAY)
        self._world.agenda.plan(refunded_at, self._refund, person, product, amount, at)
        if refunded_at > at + 7 * DAY:
            self._world.agenda.plan(at + 6 * DAY, self._where_is_the_money, person, product)

    def _where_is_the_money(self, at: int, person: Person, product: str) -> None:
        suffer(person, "slow_refund")
        self._desk.contact(at, person, "refund", product)

    def _refund(self, at: int, person: Person, product: str, amount: int, since: int) -> None:
        self._world.tell(
            at,
            person,
            "refunded",
            "other",
            "system",
            product=product,
            amount_minor=amount,
            duration_ms=at - since,
        )
