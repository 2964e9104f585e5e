"""The shop as a whole: people and departments put together, told event by event."""

from collections.abc import Iterator

from streams.domain.touchpoints import Touchpoint
from streams.simulation.calls import Calls
from streams.simulation.company import Company
from streams.simulation.conversation import Conversation
from streams.simulation.desk import Desk
from streams.simulation.follow_ups import FollowUps
from streams.simulation.opinions import Opinions
from streams.simulation.outcomes import Outcomes
from streams.simulation.person import Person
from streams.simulation.plan import DAY, Plan
from streams.simulation.storefront import Storefront
from streams.simulation.truth import Truth, truth_about
from streams.simulation.warehouse import Warehouse
from streams.simulation.world import World


class Shop:
    """One seeded run: `events()` once, `truth()` after it.

    >>> shop = Shop(Plan(customers=20, days=3.0, seed=1, start_ms=1_700_000_000_000))
    >>> story = list(shop.events())
    >>> story == sorted(story, key=lambda event: event.occurred_at)
    True
    >>> len(shop.truth())
    20
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._world = world = World(plan)
        opinions, company = Opinions(world), Company(world)
        self._desk = desk = Desk(world)
        calls = Calls(world, desk)
        follow_ups = FollowUps(world, desk, calls, opinions, company)
        outcomes = Outcomes(world, desk, calls, opinions, follow_ups)
        conversation = Conversation(world, desk, calls, follow_ups, outcomes)
        desk.dial, desk.write = calls.dial, conversation.write
        desk.serve, desk.hang_on = conversation.serve, follow_ups.hang_on
        warehouse = Warehouse(world, desk, opinions)
        self._storefront = Storefront(world, warehouse, desk, company)
        self._opinions, self._company = opinions, company
        self._people: list[Person] = []

    def events(self) -> Iterator[Touchpoint]:
        """Tell the story in event-time order; memory holds the people, never the past."""
        world, agenda, until = self._world, self._world.agenda, self.plan.end_ms
        agenda.now = self.plan.start_ms
        self._move_in()
        while agenda.run_next(until):
            if world.seen:
                yield from world.seen
                world.seen.clear()

    def truth(self) -> list[Truth]:
        """What was behind the events told so far, one entry a customer."""
        return [truth_about(person) for person in self._people]

    def _move_in(self) -> None:
        """Everybody somewhere in the middle of their habits, so that the first day is like any."""
        world, start = self._world, self.plan.start_ms
        self._desk.open(start)
        digits = len(str(self.plan.customers))
        for number in range(1, self.plan.customers + 1):
            person = Person(f"customer-{number:0{digits}d}", world.rng, start)
            self._people.append(person)
            self._storefront.expect(start, person, share=world.rng.random())
            agenda = world.agenda
            agenda.plan(start + world.rng.random() * 18 * DAY, self._company.campaign, person)
            agenda.plan(start + world.rng.random() * 60 * DAY, self._opinions.ask_about_us, person)
