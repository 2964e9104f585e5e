"""The partition fence: one changelog record that says where the sources stand."""

import json
from dataclasses import dataclass, field


@dataclass(slots=True)
class Fence:
    """Next position of each source topic and the event-time horizon, as last made durable.

    After recovery the sources are sought to the fence; the consumer group's commit is only a
    hint for lag tools.

    >>> Fence.read(Fence({"events": 12}, horizon=99).write())
    Fence(positions={'events': 12}, horizon=99)
    """

    positions: dict[str, int] = field(default_factory=dict)
    horizon: int = 0

    def write(self) -> bytes:
        """The changelog value."""
        return json.dumps({"positions": self.positions, "horizon": self.horizon}).encode()

    @classmethod
    def read(cls, value: bytes) -> "Fence":
        """A fence from its changelog value."""
        content = json.loads(value)
        return cls(dict(content["positions"]), int(content["horizon"]))

    def advance(self, other: "Fence") -> None:
        """Take the further of both, source by source: an older worker's late write can't rewind."""
        for topic, position in other.positions.items():
            if position >= self.positions.get(topic, 0):
                self.positions[topic] = position
        self.horizon = max(self.horizon, other.horizon)
