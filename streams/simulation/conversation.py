"""What is said on a case: the customer's question, the bot's courtesy, the agent's answer."""

from streams.simulation.calls import Calls
from streams.simulation.case import Case
from streams.simulation.case_events import act, say
from streams.simulation.desk import Desk
from streams.simulation.feelings import suffer
from streams.simulation.follow_ups import FollowUps
from streams.simulation.outcomes import TIMER_MS, Outcomes
from streams.simulation.phrases import ANSWERING, ASKING, BOT
from streams.simulation.plan import MINUTE, SECOND
from streams.simulation.world import Details, World

OVERLOOKED = 0.02
"""Share of written cases nobody ever takes: they fall out of the queue."""


class Conversation:
    """The talk between customer, bot and agent."""

    __slots__ = ("_calls", "_desk", "_follow_ups", "_outcomes", "_world")

    def __init__(
        self, world: World, desk: Desk, calls: Calls, follow_ups: FollowUps, outcomes: Outcomes
    ) -> None:
        self._world = world
        self._desk = desk
        self._calls = calls
        self._follow_ups = follow_ups
        self._outcomes = outcomes

    def write(self, at: int, case: Case) -> None:
        """The customer writes: a new case, or an old one on another channel."""
        if case.closed:
            return
        rng, owner = self._world.rng, case.owner
        if case.turn == 0:
            opened: Details = {"case_id": case.case_id, "reason": case.topic}
            opened["product"] = case.product
            self._world.tell(at, owner, "case_opened", case.channel, **opened)
        say(self._world, at, case, rng.choice(ASKING[owner.language][case.topic]))
        if case.channel in ("chat", "app") and rng.random() < 0.6:
            self._world.agenda.plan(at + rng.uniform(2, 8) * SECOND, self._bot_says, case)
        if rng.random() < OVERLOOKED:
            case.turn += 1
            case.waiting_since = at
            self._world.agenda.plan(at + 2 * TIMER_MS, self._give_up_on, case)
        else:
            self._desk.queue(at, case)
        self._follow_ups.plan_chase(at, case)

    def serve(self, at: int, case: Case, waited_ms: int) -> None:
        """An agent has taken the case: the phone is picked up, or an answer is being written."""
        agent_id = case.agent_id
        if case.channel == "phone":
            done_at = self._calls.answer(at, case, waited_ms)
            self._world.agenda.plan(done_at, self._spoken, case, agent_id, at)
            return
        act(self._world, at, case, "case_assigned", agent_id)
        if self._world.rng.random() < 0.15:
            self._agent_says(at, case, agent_id, None)
        writing = 2 * MINUTE + self._world.rng.gammavariate(2, 5 * MINUTE)
        self._world.agenda.plan(at + writing, self._written, case, agent_id)

    def _spoken(self, at: int, case: Case, agent_id: str, began_at: int) -> None:
        self._calls.end(at, case, began_at)
        self._outcomes.conclude(at, case, agent_id)

    def _written(self, at: int, case: Case, agent_id: str) -> None:
        case.answered = True
        words = self._world.rng.choice(ANSWERING[case.owner.language])
        self._agent_says(at, case, agent_id, words)
        self._outcomes.conclude(at, case, agent_id)

    def _agent_says(self, at: int, case: Case, agent_id: str | None, words: str | None) -> None:
        """A public answer; without words a note among colleagues, which answers nobody."""
        said: Details = {"case_id": case.case_id, "agent_id": agent_id, "public": words is not None}
        if words is not None:
            said["text"] = words
        self._world.tell(at, case.owner, "message", case.channel, "agent", **said)

    def _bot_says(self, at: int, case: Case) -> None:
        if not case.closed:
            said: Details = {"case_id": case.case_id, "text": BOT[case.owner.language]}
            self._world.tell(at, case.owner, "message", case.channel, "bot", **said)

    def _give_up_on(self, at: int, case: Case) -> None:
        """Overlooked to the end: the timer closes what nobody has ever read."""
        if not case.answered and not case.closed:
            suffer(case.owner, "unanswered")
            act(self._world, at, case, "case_closed", None, "timer")
            self._desk.close(case)
