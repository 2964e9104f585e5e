"""Calls: queued, answered or given up, ended."""

from streams.simulation.case import Case
from streams.simulation.desk import Desk
from streams.simulation.feelings import suffer
from streams.simulation.plan import DAY, HOUR, MINUTE
from streams.simulation.world import World

PATIENCE_MS = 9 * MINUTE


class Calls:
    """The phone line of the desk."""

    __slots__ = ("_desk", "_world")

    def __init__(self, world: World, desk: Desk) -> None:
        self._world = world
        self._desk = desk

    def dial(self, at: int, case: Case) -> None:
        """The customer calls; nobody calls at night or on a Sunday twice."""
        if case.closed:
            return
        if self._desk.on_shift(at) == 0:
            self._world.agenda.plan(self._morning(at), self.dial, case)
            return
        if case.turn == 0:
            self._world.tell(
                at,
                case.owner,
                "case_opened",
                "phone",
                case_id=case.case_id,
                product=case.product,
                reason=case.topic,
            )
        self._world.tell(at, case.owner, "call_queued", "phone", case_id=case.case_id)
        self._desk.queue(at, case)
        if case.waiting_since is not None:
            patience = self._world.rng.expovariate(1.0) * PATIENCE_MS + MINUTE
            self._world.agenda.plan(at + patience, self._give_up, case, case.turn)

    def answer(self, at: int, case: Case, waited_ms: int) -> int:
        """An agent picks up; returns when (epoch ms) the talk will be over."""
        case.answered = True
        self._world.tell(
            at,
            case.owner,
            "call_answered",
            "phone",
            "agent",
            case_id=case.case_id,
            agent_id=case.agent_id,
            duration_ms=waited_ms,
        )
        talk_ms = 2 * MINUTE + self._world.rng.gammavariate(2, 4 * MINUTE)
        return int(at + talk_ms)

    def end(self, at: int, case: Case, began_at: int) -> None:
        """The talk is over."""
        self._world.tell(
            at,
            case.owner,
            "call_ended",
            "phone",
            "agent",
            case_id=case.case_id,
            agent_id=case.agent_id,
            duration_ms=at - began_at,
        )

    def _give_up(self, at: int, case: Case, turn: int) -> None:
        if case.turn != turn or case.closed:
            return
        self._desk.withdraw(case)
        suffer(case.owner, "call_abandoned")
        self._world.tell(at, case.owner, "call_abandoned", "phone", case_id=case.case_id)
        chance = self._world.rng.random()
        if chance < 0.5:
            self._world.agenda.plan(self._world.later(at, HOUR), self.dial, case)
        elif chance < 0.85:
            case.channel = "email"
            due = self._world.later(at, 2 * HOUR)
            self._world.agenda.plan(due, self._desk.write, case)
        else:
            self._desk.close(case)

    def _morning(self, at: int) -> float:
        morning = at - at % DAY + (DAY if at % DAY > 12 * HOUR else 0) + 8 * HOUR
        if self._desk.on_shift(morning) == 0:
            morning += DAY
        return morning + self._world.rng.random() * 3 * HOUR
