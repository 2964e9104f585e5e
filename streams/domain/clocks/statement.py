"""What stands to be said of a case, a loop, a queue; and the difference between two readings."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from streams.domain.outputs import Was
from streams.domain.touchpoints import CHANNELS, TIERS

Key = TypeVar("Key")
Told = TypeVar("Told")


class Statement(NamedTuple):
    """A value of a clock (seconds) and when it stopped (epoch ms); see `Measurement`."""

    value: float
    at: int
    channel: int
    tier: int
    business_s: float | None = None
    kept: bool | None = None
    rule: str | None = None

    def was(self) -> Was:
        """This, once something else is said instead."""
        return Was(self.value, self.at, CHANNELS[self.channel], TIERS[self.tier], self.kept)


BUSINESS_S = Statement._fields.index("business_s")
"""From here on a statement holds what the promise says of it."""


def differences(
    before: Mapping[Key, Told], after: Mapping[Key, Told]
) -> Iterator[tuple[Key, Told, Told | None, bool]]:
    """What to say after something has changed: key, what stands, what was said, whether it is gone.

    >>> list(differences({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 5, "d": 4}))
    [('b', 5, 2, False), ('d', 4, None, False), ('c', 3, 3, True)]
    """
    for key, told in after.items():
        known = before.get(key)
        if known != told:
            yield key, told, known, False
    for key, known in before.items():
        if key not in after:
            yield key, known, known, True
