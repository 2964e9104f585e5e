"""What everybody in the shop shares: chance, the agenda, the bad spells and the way to be seen."""

from hashlib import blake2b
from random import Random
from typing import TypedDict, Unpack

from streams.domain.touchpoints import Touchpoint
from streams.simulation.agenda import Agenda
from streams.simulation.person import Person
from streams.simulation.plan import DAY, HOUR, Plan
from streams.simulation.spells import Spells


class Details(TypedDict, total=False):
    """What a touchpoint may say beyond who, what, where and when."""

    case_id: str | None
    agent_id: str | None
    public: bool
    survey: str
    score: float
    scale_min: int
    scale_max: int
    text: str
    amount_minor: int
    product: str | None
    promised_at: int | None
    duration_ms: int
    reason: str | None
    attributes: dict[str, str]


class World:
    """The shared ground of one run; `seen` collects the touchpoints of the action being done."""

    __slots__ = ("_ids", "_numbered", "agenda", "cases", "plan", "rng", "seen", "spells")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rng = Random(plan.seed)
        self.agenda = Agenda()
        self.spells = Spells(plan, self.rng)
        self.seen: list[Touchpoint] = []
        self.cases = 0
        self._numbered = 0
        self._ids = f"sim-{plan.seed:x}-{plan.start_ms:x}-"

    def tell(
        self,
        at: int,
        person: Person,
        kind: str,
        channel: str,
        actor: str = "customer",
        **details: Unpack[Details],
    ) -> None:
        """A touchpoint happened at `at` (epoch ms); before the first, the profile is made known."""
        if not person.known:
            person.known = True
            self.tell(at, person, "tier_changed", channel, "system")
        self._numbered += 1
        event_id = f"{self._ids}{self._numbered:x}"
        self.seen.append(
            Touchpoint(
                fingerprint(event_id),
                event_id,
                person.customer_id,
                kind,
                channel,
                actor,
                at,
                language=person.language if "text" in details else None,
                currency="EUR" if "amount_minor" in details else None,
                tier=person.tier,
                **details,
            )
        )

    def waking(self, at: float) -> float:
        """The same instant, moved to the morning when it falls into the night."""
        into_day = at % DAY
        if into_day < 7 * HOUR:
            return at - into_day + 7 * HOUR + self.rng.random() * 5 * HOUR
        return at

    def later(self, at: float, mean_ms: float) -> float:
        """An instant after `at`, exponentially far away."""
        return at + self.rng.expovariate(1.0) * mean_ms


def fingerprint(event_id: str) -> int:
    """A 64-bit signed hash of the event id, the same in every process."""
    return int.from_bytes(blake2b(event_id.encode(), digest_size=8).digest(), "big", signed=True)
