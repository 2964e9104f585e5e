"""The support desk: a finite shift of agents and the queue in front of them."""

from collections.abc import Callable
from heapq import heappop, heappush
from math import ceil

from streams.simulation.case import Case
from streams.simulation.feelings import feel, wait_felt
from streams.simulation.person import Person
from streams.simulation.plan import DAY, HOUR
from streams.simulation.world import World

LIVE = ("phone", "chat")
WEEK = 7 * DAY
SUNDAY = 3
"""Days since the epoch modulo 7: the epoch was a Thursday."""


class Desk:
    """Takes contacts in, hands cases to agents; how the talk goes is `conversation` and `calls`.

    The two are set by `shop`, since they in turn need the desk.
    """

    __slots__ = (
        "_busy",
        "_idle",
        "_queue",
        "_queued",
        "_world",
        "dial",
        "hang_on",
        "serve",
        "write",
    )

    dial: Callable[[int, Case], None]
    write: Callable[[int, Case], None]
    serve: Callable[[int, Case, int], None]
    hang_on: Callable[[int, Case], None]

    def __init__(self, world: World) -> None:
        self._world = world
        self._idle = [f"agent-{number:03d}" for number in range(world.plan.desk_size, 0, -1)]
        self._busy = 0
        self._queue: list[tuple[int, int, int, int, Case]] = []
        self._queued = 0

    def open(self, at: int) -> None:
        """Start the shifts; every hour brings another number of agents."""
        self._dispatch(at)
        self._world.agenda.plan(at - at % HOUR + HOUR, self.open)

    def on_shift(self, at: int) -> int:
        """Agents at work in this hour: few at night, none on Sundays, half when many are sick."""
        if at // DAY % 7 == SUNDAY:
            return 0
        hour = at % DAY // HOUR
        share = 1.0 if 8 <= hour < 18 else 0.4 if 18 <= hour < 22 else 0.0
        if self._world.spells.lasts("sick_leave", at):
            share *= 0.45
        return ceil(self._world.plan.desk_size * share)

    def contact(self, at: int, person: Person, topic: str, product: str | None = None) -> None:
        """A customer needs help: a new case, or another push on the one still open."""
        if person.left_at is not None:
            return
        if person.open_case is not None:
            self.hang_on(at, person.open_case)
            return
        self._world.cases += 1
        person.cases += 1
        case_id = f"case-{self._world.plan.seed:x}-{self._world.cases:06d}"
        case = Case(case_id, person, person.contact_channel, topic, at, product)
        person.open_case = case
        if case.channel == "phone":
            self.dial(at, case)
        else:
            self.write(at, case)

    def queue(self, at: int, case: Case, *, owed: bool = True) -> None:
        """The desk has to act on this case; `owed` when the customer waits for an answer."""
        case.turn += 1
        if owed and case.waiting_since is None:
            case.waiting_since = at
        urgency = 0 if case.channel == "phone" else 1 if case.channel == "chat" else 2
        if case.owner.tier == "vip":
            urgency = min(urgency, 1)
        self._queued += 1
        heappush(self._queue, (urgency, at, self._queued, case.turn, case))
        self._dispatch(at)

    def withdraw(self, case: Case) -> None:
        """The customer no longer waits in the queue: hung up, or the case was closed."""
        case.turn += 1
        case.waiting_since = None

    def release(self, at: int, agent_id: str) -> None:
        """An agent is free for the next case."""
        self._busy -= 1
        self._idle.append(agent_id)
        self._dispatch(at)

    def close(self, case: Case) -> None:
        """Nobody will work on this case any more."""
        case.closed = True
        self.withdraw(case)
        if case.owner.open_case is case:
            case.owner.open_case = None

    def _dispatch(self, at: int) -> None:
        while self._queue and self._idle and self._busy < self.on_shift(at):
            _, _, _, turn, case = heappop(self._queue)
            if turn != case.turn or case.closed:
                continue
            self._busy += 1
            case.agent_id = self._idle.pop()
            waited = at - case.waiting_since if case.waiting_since is not None else 0
            if case.waiting_since is not None:
                feel(case.owner, wait_felt(waited, case.channel), "waiting")
            case.turn += 1
            case.waiting_since = None
            self.serve(at, case, waited)
