"""What comes of an agent's work: resolved, passed on, a question back, on hold; and the timer."""

from streams.simulation.calls import Calls
from streams.simulation.case import Case
from streams.simulation.case_events import act
from streams.simulation.desk import Desk
from streams.simulation.feelings import enjoy, suffer
from streams.simulation.follow_ups import FollowUps
from streams.simulation.opinions import Opinions
from streams.simulation.plan import DAY, HOUR, MINUTE
from streams.simulation.world import World

RESOLVED, TRANSFERRED, ASKED_BACK = 0.62, 0.75, 0.88
"""Cumulative shares of what an agent achieves; what is left waits for a third party."""
TIMER_MS = 4 * DAY


class Outcomes:
    """The agents' decisions at the end of a talk."""

    __slots__ = ("_calls", "_desk", "_follow_ups", "_opinions", "_world")

    def __init__(
        self, world: World, desk: Desk, calls: Calls, opinions: Opinions, follow_ups: FollowUps
    ) -> None:
        self._world = world
        self._desk = desk
        self._calls = calls
        self._opinions = opinions
        self._follow_ups = follow_ups

    def conclude(self, at: int, case: Case, agent_id: str) -> None:
        """What came of it; then the agent is free for the next case."""
        case.agent_id = None
        chance = self._world.rng.random()
        if chance < RESOLVED:
            self._resolve(at, case, agent_id)
        elif chance < TRANSFERRED:
            self._transfer(at, case, agent_id)
        elif chance < ASKED_BACK:
            self._ask_back(at, case, agent_id)
        else:
            self._put_on_hold(at, case, agent_id)
        self._desk.release(at, agent_id)

    def _resolve(self, at: int, case: Case, agent_id: str) -> None:
        act(self._world, at, case, "case_resolved", agent_id)
        at_once = case.transfers == case.reopens == case.chases == 0
        enjoy(case.owner, "resolved_at_once" if at_once else "resolved")
        case.resolved = True
        rng = self._world.rng
        if rng.random() < 0.75:
            due = at + rng.uniform(5, 60) * MINUTE
            self._world.agenda.plan(due, self._opinions.ask_about_case, case)
        if rng.random() < 0.10 + 0.05 * case.transfers:
            due = self._world.waking(self._world.later(at, 15 * HOUR))
            self._world.agenda.plan(due, self._follow_ups.reopen, case)
        else:
            self._world.agenda.plan(at + TIMER_MS, self._close, case, case.turn)

    def _transfer(self, at: int, case: Case, agent_id: str) -> None:
        case.transfers += 1
        suffer(case.owner, "transferred")
        act(self._world, at, case, "case_transferred", agent_id, "other_team")
        if case.channel == "phone" and self._world.rng.random() < 0.5:
            case.channel = "email"
        if case.channel == "phone":
            self._calls.dial(at, case)
        else:
            self._desk.queue(at, case)
            self._follow_ups.plan_chase(at, case)

    def _ask_back(self, at: int, case: Case, agent_id: str) -> None:
        act(self._world, at, case, "case_pending", agent_id, "needs_details")
        if self._world.rng.random() < 0.85:
            due = self._world.waking(self._world.later(at, 10 * HOUR))
            self._world.agenda.plan(due, self._follow_ups.reply, case, case.turn)
        else:
            self._world.agenda.plan(at + TIMER_MS, self._close, case, case.turn)

    def _put_on_hold(self, at: int, case: Case, agent_id: str) -> None:
        act(self._world, at, case, "case_on_hold", agent_id, "third_party")
        due = self._world.waking(self._world.later(at, 20 * HOUR))
        self._world.agenda.plan(due, self._resume, case, case.turn)

    def _resume(self, at: int, case: Case, turn: int) -> None:
        """The third party has answered: the desk writes, whatever the channel was."""
        if case.turn == turn and not case.closed:
            if case.channel == "phone":
                case.channel = "email"
            self._desk.queue(at, case, owed=False)

    def _close(self, at: int, case: Case, turn: int) -> None:
        """Nothing more was heard: a timer closes the case, which is not a resolution."""
        if case.turn == turn and not case.closed:
            act(self._world, at, case, "case_closed", None, "timer")
            self._desk.close(case)
