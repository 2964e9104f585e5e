"""Bad spells: days on which the desk is short of people, the carrier is late or the site fails."""

from random import Random
from typing import Literal, TypeAlias

from streams.simulation.plan import DAY, HOUR, Plan

Spell: TypeAlias = Literal["sick_leave", "carrier_late", "outage"]

LASTS: dict[Spell, tuple[float, float]] = {
    "sick_leave": (1 * DAY, 3 * DAY),
    "carrier_late": (2 * DAY, 4 * DAY),
    "outage": (2 * HOUR, 8 * HOUR),
}
DAYS_BETWEEN: dict[Spell, float] = {"sick_leave": 8.0, "carrier_late": 12.0, "outage": 6.0}


class Spells:
    """All spells of a run, drawn before it starts."""

    __slots__ = ("_spans",)

    def __init__(self, plan: Plan, rng: Random) -> None:
        self._spans: dict[Spell, list[tuple[int, int]]] = {
            spell: _drawn(spell, plan, rng) for spell in LASTS
        }

    def lasts(self, spell: Spell, at: int) -> bool:
        """Whether the spell lasts at `at` (epoch ms)."""
        return any(begin <= at < end for begin, end in self._spans[spell])


def _drawn(spell: Spell, plan: Plan, rng: Random) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    shortest, longest = LASTS[spell]
    at = plan.start_ms + rng.random() * 2 * DAY
    while at < plan.end_ms:
        until = at + rng.uniform(shortest, longest)
        spans.append((int(at), int(until)))
        at = until + rng.expovariate(1.0) * DAYS_BETWEEN[spell] * DAY
    return spans
