"""Where a source partition stands."""

from typing import NamedTuple


class Standing(NamedTuple):
    """Offsets of one source partition: read up to, durable up to, and how far it goes.

    `stable_end` is how far it may be read: transactions still open lie between it and `end`.
    """

    position: int
    committed: int
    end: int
    stable_end: int

    @property
    def lag(self) -> int:
        """Records not yet durable."""
        return max(0, self.end - self.committed)
