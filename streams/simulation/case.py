"""A case on its way through the support desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.simulation.person import Person


class Case:
    """One service episode: what it is about, where it stands, how long its customer waits.

    `waiting_since` is epoch ms while the desk owes an answer, else None; `turn` counts the
    waits, so that an action planned for an earlier one knows it came too late.
    """

    __slots__ = (
        "agent_id",
        "answered",
        "case_id",
        "channel",
        "chases",
        "closed",
        "opened_at",
        "owner",
        "product",
        "reopens",
        "resolved",
        "topic",
        "transfers",
        "turn",
        "waiting_since",
    )

    def __init__(
        self,
        case_id: str,
        owner: Person,
        channel: str,
        topic: str,
        at: int,
        product: str | None = None,
    ) -> None:
        self.case_id = case_id
        self.owner = owner
        self.channel = channel
        self.topic = topic
        self.product = product
        self.opened_at = at
        self.agent_id: str | None = None
        self.waiting_since: int | None = None
        self.answered = False
        self.resolved = False
        self.closed = False
        self.chases = 0
        self.reopens = 0
        self.transfers = 0
        self.turn = 0
