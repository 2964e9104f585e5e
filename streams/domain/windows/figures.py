"""What one window says of one series: counts, a sum and bins that add up and can be taken out."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from streams.domain.windows.sketch import bins_of

Series: TypeAlias = tuple[str, str, str]
"""Metric, channel and tier."""

OPEN, CLOSED, CORRECTED = range(3)
"""A window that takes what comes; one whose end has passed; one that must be said again."""

_ROOM = 1 << 62
"""Sums beyond don't fit a packed number."""


class Figures:
    """The figures of one series in one window, and how often and in which state they were said.

    `known` are the measurements with a value, `thousandths` the sum of their values: whole numbers,
    so that what is taken out leaves nothing behind and the order of adding doesn't matter. `bins`
    is None where no quantiles are kept.

    >>> figures = Figures(sketched=False)
    >>> figures.take([2.0, 4.5, None], kept=1, missed=1)
    >>> figures.take([4.5], kept=0, missed=1, sign=-1)
    >>> figures.count, figures.known, figures.thousandths, figures.kept, figures.missed
    (2, 1, 2000, 1, 0)
    """

    __slots__ = ("bins", "count", "kept", "known", "missed", "standing", "thousandths", "version")

    def __init__(self, *, sketched: bool) -> None:
        self.count = self.known = self.thousandths = self.kept = self.missed = 0
        self.bins: dict[int, int] | None = {} if sketched else None
        self.standing = OPEN
        self.version = 0

    def take(self, values: list[float | None], kept: int, missed: int, sign: int = 1) -> None:
        """Add measurements with these values, or take them out again with a sign of -1."""
        self.count += sign * len(values)
        self.kept += sign * kept
        self.missed += sign * missed
        known = [value for value in values if value is not None]
        self.known += sign * len(known)
        self.thousandths += sign * sum([round(value * 1000) for value in known])
        bins = self.bins
        if bins is None:
            return
        for place in bins_of(known):
            number = bins[place] = bins.get(place, 0) + sign
            if not number:
                del bins[place]

    def merge(self, other: "Figures") -> None:
        """Add what the other says."""
        self.count += other.count
        self.known += other.known
        self.thousandths += other.thousandths
        self.kept += other.kept
        self.missed += other.missed
        bins = self.bins
        if bins is None or not other.bins:
            return
        for place, more in other.bins.items():
            number = bins[place] = bins.get(place, 0) + more
            if not number:
                del bins[place]

    def is_empty(self) -> bool:
        """Whether all that was added has been taken out again."""
        return not (self.count or self.known or self.thousandths or self.kept or self.missed)

    def row(self) -> list[Any]:
        """The figures as plain values, to be packed."""
        fits = -_ROOM < self.thousandths < _ROOM
        bins = self.bins
        flat = None if bins is None else [number for pair in bins.items() for number in pair]
        return [
            self.version,
            self.standing,
            self.count,
            self.known,
            self.thousandths if fits else str(self.thousandths),
            self.kept,
            self.missed,
            flat,
        ]

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> "Figures":
        """The figures of a row.

        >>> figures = Figures(sketched=True)
        >>> figures.take([2.0, 10.0**20], kept=0, missed=0)
        >>> Figures.from_row(figures.row()).row() == figures.row()
        True
        """
        figures = cls(sketched=row[7] is not None)
        figures.version, figures.standing, figures.count, figures.known = row[:4]
        figures.thousandths, figures.kept, figures.missed = int(row[4]), row[5], row[6]
        if row[7]:
            figures.bins = dict(zip(row[7][::2], row[7][1::2], strict=True))
        return figures
