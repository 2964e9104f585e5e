"""What the outside sees of a case: messages, and what is done to it."""

from streams.simulation.case import Case
from streams.simulation.world import World


def say(world: World, at: int, case: Case, words: str) -> None:
    """The customer writes a message."""
    world.tell(at, case.owner, "message", case.channel, case_id=case.case_id, text=words)


def act(
    world: World, at: int, case: Case, kind: str, agent_id: str | None, reason: str | None = None
) -> None:
    """An agent does something to the case; without an agent it is the system."""
    actor = "system" if agent_id is None or kind == "case_assigned" else "agent"
    world.tell(
        at,
        case.owner,
        kind,
        case.channel,
        actor,
        case_id=case.case_id,
        agent_id=agent_id,
        reason=reason,
    )
