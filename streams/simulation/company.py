"""What the company does by itself: campaigns, coupons, and a call to those who complained."""

from streams.simulation.feelings import enjoy
from streams.simulation.person import Person
from streams.simulation.plan import DAY, HOUR
from streams.simulation.world import World

CAMPAIGNS = ("spring", "back-in-stock", "members", "clearance")
DAYS_BETWEEN_CAMPAIGNS = 18.0


class Company:
    """Marketing and the people who win customers back."""

    __slots__ = ("_world",)

    def __init__(self, world: World) -> None:
        self._world = world

    def campaign(self, at: int, person: Person) -> None:
        """A newsletter, with a coupon for some; it keeps coming until the customer has left."""
        if person.left_at is not None:
            return
        rng = self._world.rng
        about = rng.choice(CAMPAIGNS)
        self._world.tell(at, person, "campaign", "email", "system", attributes={"campaign": about})
        if rng.random() < 0.25:
            self._world.tell(
                at, person, "coupon", "email", "system", attributes={"campaign": about}
            )
            enjoy(person, "coupon")
        due = self._world.waking(at + rng.gammavariate(4, DAYS_BETWEEN_CAMPAIGNS / 4) * DAY)
        self._world.agenda.plan(due, self.campaign, person)

    def win_back(self, at: int, person: Person) -> None:
        """After a complaint, for most: somebody from the company gets in touch."""
        if self._world.rng.random() < 0.55:
            due = self._world.waking(self._world.later(at, 20 * HOUR))
            self._world.agenda.plan(due, self._outreach, person)

    def _outreach(self, at: int, person: Person) -> None:
        if person.left_at is None:
            self._world.tell(at, person, "outreach", "phone", "agent", agent_id="agent-care")
            enjoy(person, "outreach")

    def recognise(self, at: int, person: Person) -> None:
        """A purchase may lift a customer into the next tier; vips pay a subscription."""
        if person.tier == "prospect":
            self._move(at, person, "normal")
        elif person.tier == "normal" and person.purchases >= 12:
            self._move(at, person, "vip")
            self._subscription(at, person, "started")

    def let_go(self, at: int, person: Person) -> None:
        """The customer leaves: a vip cancels, a few ask to be forgotten."""
        if person.tier == "vip":
            self._subscription(at, person, "cancelled")
            self._world.agenda.plan(at + DAY, self._downgrade, person)
        elif self._world.rng.random() < 0.12:
            self._world.agenda.plan(self._world.later(at, 20 * DAY), self._forget, person)

    def _downgrade(self, at: int, person: Person) -> None:
        self._move(at, person, "normal")

    def _move(self, at: int, person: Person, tier: str) -> None:
        person.tier = tier
        self._world.tell(at, person, "tier_changed", "other", "system")

    def _subscription(self, at: int, person: Person, change: str) -> None:
        self._world.tell(
            at,
            person,
            "subscription_changed",
            "web",
            product="membership",
            reason=change,
            attributes={"change": change},
        )

    def _forget(self, at: int, person: Person) -> None:
        self._world.tell(at, person, "erased", "other", "system")
