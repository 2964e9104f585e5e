"""The customer's side of a case under way: asking again, answering, coming back, complaining."""

from streams.simulation.calls import Calls
from streams.simulation.case import Case
from streams.simulation.case_events import say
from streams.simulation.company import Company
from streams.simulation.desk import Desk
from streams.simulation.feelings import suffer
from streams.simulation.opinions import Opinions
from streams.simulation.phrases import BACK_AGAIN, CHASING, DETAILS
from streams.simulation.plan import HOUR
from streams.simulation.world import World

CHASES_MOST = 6
HOURS_OF_PATIENCE = {"chat": 0.7}
HOURS_OF_PATIENCE_ELSEWHERE = 14.0


class FollowUps:
    """What customers do about a case that isn't done."""

    __slots__ = ("_calls", "_company", "_desk", "_opinions", "_world")

    def __init__(
        self, world: World, desk: Desk, calls: Calls, opinions: Opinions, company: Company
    ) -> None:
        self._world = world
        self._desk = desk
        self._calls = calls
        self._opinions = opinions
        self._company = company

    def hang_on(self, at: int, case: Case) -> None:
        """The customer comes back about a case still open, or resolved only on paper."""
        if case.resolved:
            self.reopen(at, case)
            return
        case.chases += 1
        nobody_is_on_it = case.waiting_since is None and case.agent_id is None
        if case.channel != "phone":
            say(self._world, at, case, self._world.rng.choice(CHASING[case.owner.language]))
            if nobody_is_on_it:
                self._desk.queue(at, case)
        elif nobody_is_on_it:
            self._calls.dial(at, case)

    def reopen(self, at: int, case: Case) -> None:
        """It wasn't solved after all."""
        if case.closed or not case.resolved:
            return
        case.reopens += 1
        case.resolved = False
        suffer(case.owner, "reopened")
        owner = case.owner
        self._world.tell(at, owner, "case_reopened", case.channel, case_id=case.case_id)
        self._ask(at, case, self._world.rng.choice(BACK_AGAIN[owner.language]))
        self._perhaps_complain(at, case)

    def reply(self, at: int, case: Case, turn: int) -> None:
        """The customer sends what the agent had asked for."""
        if case.turn == turn and not case.closed:
            self._ask(at, case, DETAILS[case.owner.language])
            self.plan_chase(at, case)

    def plan_chase(self, at: int, case: Case) -> None:
        """Patience has an end: unless somebody answers before, the customer asks again."""
        hours = HOURS_OF_PATIENCE.get(case.channel, HOURS_OF_PATIENCE_ELSEWHERE)
        due = self._world.waking(at + self._world.rng.gammavariate(2, hours / 2) * HOUR)
        self._world.agenda.plan(due, self._chase, case, case.turn)

    def _chase(self, at: int, case: Case, turn: int) -> None:
        answered = case.turn != turn or case.waiting_since is None
        if answered or case.closed or case.chases > CHASES_MOST:
            return
        self.hang_on(at, case)
        self._perhaps_complain(at, case)
        self.plan_chase(at, case)

    def _ask(self, at: int, case: Case, words: str) -> None:
        if case.channel == "phone":
            self._calls.dial(at, case)
        else:
            say(self._world, at, case, words)
            self._desk.queue(at, case)

    def _perhaps_complain(self, at: int, case: Case) -> None:
        person = case.owner
        if self._world.rng.random() < 0.5 * (0.75 - person.satisfaction):
            self._opinions.complain(at, person, case.topic, case)
            self._company.win_back(at, person)
