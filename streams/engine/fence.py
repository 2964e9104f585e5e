"""The partition fence: one changelog record that says where the sources stand."""

import json
from dataclasses import dataclass, field


@dataclass(slots=True)
class Fence:
    """Next position of each source topic and the event-time horizon, as last made durable.

    `terms` are the job's terms that all states are under, None while that is in doubt.

    After recovery the sources are sought to the fence; the consumer group's commit is only a
    hint for lag tools.

    >>> Fence.read(Fence({"events": 12}, horizon=99).write())
    Fence(positions={'events': 12}, horizon=99, terms='')
    """

    positions: dict[str, int] = field(default_factory=dict)
    horizon: int = 0
    terms: str | None = ""

    def write(self) -> bytes:
        """The changelog value."""
        content = {"positions": self.positions, "horizon": self.horizon, "terms": self.terms}
        return json.dumps(content).encode()

    @classmethod
    def read(cls, value: bytes) -> "Fence":
        """A fence from its changelog value."""
        content = json.loads(value)
        return cls(dict(content["positions"]), int(content["horizon"]), content.get("terms", ""))

    def advance(self, other: "Fence") -> None:
        """Take the further of both, source by source: an older worker's late write can't rewind.

        If it worked under other terms, some states may be under these again: that is in doubt.
        """
        behind = other.horizon < self.horizon
        for topic, position in other.positions.items():
            if position >= self.positions.get(topic, 0):
                self.positions[topic] = position
            else:
                behind = True
        self.horizon = max(self.horizon, other.horizon)
        if other.terms != self.terms:
            self.terms = None if behind else other.terms
