"""How what customers live through moves their hidden satisfaction, and who leaves over it."""

from math import exp

from streams.simulation.person import Person
from streams.simulation.plan import DAY, HOUR

HARMS = {
    "transferred": -0.06,
    "bot": -0.01,
    "call_abandoned": -0.10,
    "reopened": -0.09,
    "unanswered": -0.22,
    "payment": -0.05,
    "error": -0.025,
    "defect": -0.10,
    "slow_refund": -0.10,
}
JOYS = {
    "resolved_at_once": 0.07,
    "resolved": 0.04,
    "on_time": 0.015,
    "self_served": 0.01,
    "coupon": 0.02,
    "outreach": 0.12,
}
FORGIVENESS_A_DAY = 0.01
LEAVING_A_DAY = 0.0010
STEEPNESS = 9.0
COMPETITION_A_DAY = 0.00005


def feel(person: Person, change: float, cause: str) -> None:
    """Move satisfaction by `change` (within 0 to 1) and remember a harm by its cause."""
    person.satisfaction = min(1.0, max(0.0, person.satisfaction + change))
    if change < 0:
        person.grudges[cause] = person.grudges.get(cause, 0.0) - change


def suffer(person: Person, what: str) -> None:
    """A thing on the list of harms has happened."""
    feel(person, HARMS[what], what)


def enjoy(person: Person, what: str) -> None:
    """A thing on the list of joys has happened."""
    feel(person, JOYS[what], what)


def wait_felt(waited_ms: int, channel: str) -> float:
    """How a wait for an answer moves satisfaction: live channels are measured in minutes.

    >>> wait_felt(2 * HOUR, "email") > 0 > wait_felt(2 * HOUR, "phone")
    True
    """
    patience = HOUR / 3 if channel in ("phone", "chat") else 8 * HOUR
    return float(max(-0.30, 0.03 - 0.06 * (waited_ms / patience) ** 0.6))


def lateness_felt(late_ms: int) -> float:
    """How a delivery `late_ms` after its promise moves satisfaction."""
    return float(max(-0.35, -0.06 - 0.05 * late_ms / DAY))


def forgive(person: Person, days: float) -> None:
    """Time passes: satisfaction drifts back towards the person's nature, grudges fade."""
    share = 1.0 - exp(-FORGIVENESS_A_DAY * days)
    person.satisfaction += (person.nature - person.satisfaction) * share
    if person.grudges:
        fading = exp(-0.05 * days)
        for cause in person.grudges:
            person.grudges[cause] *= fading


def leaving_chance(satisfaction: float, days: float) -> float:
    """Probability of leaving for good within `days` at this satisfaction.

    >>> leaving_chance(0.2, 30) > 5 * leaving_chance(0.7, 30)
    True
    """
    rate = LEAVING_A_DAY * exp(STEEPNESS * (0.5 - satisfaction)) + COMPETITION_A_DAY
    return 1.0 - exp(-rate * days)


def grudge(person: Person) -> str:
    """The cause a leaver would name: the largest grudge, or that somebody else was cheaper."""
    if not person.grudges:
        return "competitor"
    cause = max(person.grudges, key=lambda name: person.grudges[name])
    return cause if person.grudges[cause] > 0.03 else "competitor"
