"""What a calendar answers, and the one that never closes."""

from typing import Final, Protocol


class Calendar(Protocol):
    """Open time along the epoch's milliseconds.

    `elapsed_ms` and `due` fit each other: `elapsed_ms(start, due(start, ms)) == ms`.

    >>> def overrun_ms(calendar: Calendar, start_ms: int, end_ms: int, target_ms: int) -> int:
    ...     return calendar.elapsed_ms(calendar.due(start_ms, target_ms), end_ms)
    >>> overrun_ms(ALWAYS, start_ms=1000, end_ms=9000, target_ms=5000)
    3000
    """

    @property
    def name(self) -> str:
        """What people call it."""

    def elapsed_ms(self, start_ms: int, end_ms: int) -> int:
        """Open milliseconds from start (included) to end (not included); 0 if end <= start."""

    def due(self, start_ms: int, business_ms: int) -> int:
        """The earliest instant, not before start, at which so many open milliseconds have passed.

        Raises ValueError when `business_ms` is negative.
        """


class _Always:
    """Open day and night; `ALWAYS` is the only one, also after a trip through pickle."""

    __slots__ = ()

    @property
    def name(self) -> str:
        return "24x7"

    def elapsed_ms(self, start_ms: int, end_ms: int) -> int:
        return end_ms - start_ms if end_ms > start_ms else 0

    def due(self, start_ms: int, business_ms: int) -> int:
        refuse_negative(business_ms)
        return start_ms + business_ms

    def __repr__(self) -> str:
        return "ALWAYS"

    def __reduce__(self) -> str:
        return "ALWAYS"


def refuse_negative(business_ms: int) -> None:
    """A target before its start is a slip of the caller, whatever the calendar.

    >>> refuse_negative(-1)
    Traceback (most recent call last):
    ValueError: due: -1 ms of open time lie before the start; give 0 or more
    """
    if business_ms < 0:
        raise ValueError(f"due: {business_ms} ms of open time lie before the start; give 0 or more")


ALWAYS: Final[Calendar] = _Always()
"""The calendar that never closes.

>>> ALWAYS.name, ALWAYS.elapsed_ms(1000, 5000), ALWAYS.due(1000, 4000)
('24x7', 4000, 5000)
"""
