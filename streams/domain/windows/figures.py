"""What one window says of one series: counts, a sum and bins that add up and can be taken out."""

from collections.abc import Iterable, Sequence
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

    >>> figures = Figures.of([2.0, 4.5, None], kept=1, missed=1, sketched=False)
    >>> figures.add(Figures.of([4.5], kept=0, missed=1, sketched=False), -1)
    >>> figures.count, figures.known, figures.thousandths, figures.kept, figures.missed
    (2, 1, 2000, 1, 0)
    """

    __slots__ = ("bins", "count", "kept", "known", "missed", "standing", "thousandths", "version")

    def __init__(  # noqa: PLR0913  (a row of plain figures)
        self,
        count: int,
        known: int,
        thousandths: int,
        *,
        kept: int,
        missed: int,
        bins: dict[int, int] | None,
        standing: int = OPEN,
        version: int = 0,
    ) -> None:
        self.count = count
        self.known = known
        self.thousandths = thousandths
        self.kept = kept
        self.missed = missed
        self.bins = bins
        self.standing = standing
        self.version = version

    @classmethod
    def of(
        cls, values: Sequence[float | None], *, kept: int, missed: int, sketched: bool
    ) -> "Figures":
        """The figures of measurements with these values."""
        known = [value for value in values if value is not None]
        thousandths = sum([round(value * 1000) for value in known])
        bins: dict[int, int] | None = None
        if sketched:
            bins = {}
            for place in bins_of(known):
                bins[place] = bins.get(place, 0) + 1
        return cls(len(values), len(known), thousandths, kept=kept, missed=missed, bins=bins)

    def add(self, other: "Figures", sign: int = 1) -> None:
        """Add what the other says, or take it out with a sign of -1."""
        self.count += sign * other.count
        self.known += sign * other.known
        self.thousandths += sign * other.thousandths
        self.kept += sign * other.kept
        self.missed += sign * other.missed
        if other.bins:
            bins = self.bins = self.bins or {}
            for place, number in other.bins.items():
                left = bins.get(place, 0) + sign * number
                if left:
                    bins[place] = left
                else:
                    del bins[place]

    def copy(self, sign: int = 1) -> "Figures":
        """The same figures, or their opposites, in a window that is open."""
        copied = Figures(0, 0, 0, kept=0, missed=0, bins=None if self.bins is None else {})
        copied.add(self, sign)
        return copied

    def is_empty(self) -> bool:
        """Whether all that was added has been taken out again."""
        return not (self.count or self.known or self.thousandths or self.kept or self.missed)

    def row(self) -> list[Any]:
        """The figures as plain values, to be packed."""
        fits = -_ROOM < self.thousandths < _ROOM
        flat: Iterable[int] | None = None
        if self.bins is not None:
            flat = [number for pair in self.bins.items() for number in pair]
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

        >>> figures = Figures.of([2.0, 10.0**20], kept=0, missed=0, sketched=True)
        >>> Figures.from_row(figures.row()).row() == figures.row()
        True
        """
        version, standing, count, known, thousandths, kept, missed, flat = row
        return cls(
            count,
            known,
            int(thousandths),
            kept=kept,
            missed=missed,
            bins=None if flat is None else dict(zip(flat[::2], flat[1::2], strict=True)),
            standing=standing,
            version=version,
        )
