"""What keeps coming up, learned from the last occasions."""

from collections.abc import Collection

MEMORY = 32
"""So many occasions back, what happened weighs a third."""
OFTEN = 0.25


class Usual:
    """Names that came up in at least a quarter of the last occasions; older ones weigh less.

    >>> usual = Usual(["changelog"])
    >>> for number in range(100):
    ...     usual.learn({"changelog", "journeys"} if number % 2 else {"changelog"})
    >>> usual.learn({"changelog", "deadletter"})
    >>> sorted(usual.names())
    ['changelog', 'journeys']
    """

    def __init__(self, known: Collection[str] = ()) -> None:
        self._shares = dict.fromkeys(known, 1.0)

    def learn(self, names: Collection[str]) -> None:
        """What came up this time."""
        shares = self._shares
        for name in {*shares, *names}:
            share = shares.get(name, 0.0)
            shares[name] = share + ((name in names) - share) / MEMORY

    def names(self) -> list[str]:
        """What is usual now."""
        return [name for name, share in self._shares.items() if share >= OFTEN]
