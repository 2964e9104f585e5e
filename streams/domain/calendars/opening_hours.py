"""Weekly opening hours in local wall time, checked as they are made."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from streams.errors import ConfigurationError

Intervals: TypeAlias = tuple[tuple[int, int], ...]
"""Open intervals of a day: minutes from (included) and to (not included), 0..1440, ascending."""

DAY_MINUTES = 24 * 60
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The open intervals of each weekday, Monday first; some may touch, none overlap.

    Raises ConfigurationError when a day's hours don't fit a day or each other, and when the week
    has no open hour.

    >>> with_a_break = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
    >>> OpeningHours((with_a_break,) * 5 + ((), ())).week[4]
    ((540, 720), (780, 1020))
    >>> OpeningHours(((),) * 7)
    Traceback (most recent call last):
    streams.errors.ConfigurationError: opening hours: no hour of the week is open; open some
    """

    week: tuple[Intervals, ...]

    def __post_init__(self) -> None:
        if len(self.week) != len(_WEEKDAYS):
            raise ConfigurationError(
                f"opening hours: {len(self.week)} days in a week; give seven, Monday first, and "
                "() where it is closed"
            )
        for weekday, intervals in zip(_WEEKDAYS, self.week, strict=True):
            check_day(intervals, f"opening hours of {weekday}")
        if not any(self.week):
            raise ConfigurationError("opening hours: no hour of the week is open; open some")


def check_day(intervals: Intervals, where: str) -> None:
    """Refuse a day's hours that aren't a sorted row of intervals within the day.

    >>> check_day(((540, 720), (660, 1020)), "opening hours of Monday")
    Traceback (most recent call last):
    streams.errors.ConfigurationError: opening hours of Monday: 09:00-12:00 and 11:00-17:00 \
overlap; write 09:00-17:00
    """
    for begin, end in intervals:
        if not (0 <= begin <= DAY_MINUTES and 0 <= end <= DAY_MINUTES):
            raise ConfigurationError(
                f"{where}: minutes {begin} to {end} leave the day; stay within 0 and {DAY_MINUTES}"
            )
        if begin >= end:
            raise ConfigurationError(
                f"{where}: {_clock(begin, end)} ends before it has begun; split hours over "
                "midnight: until 24:00, and from 00:00 on the next day"
            )
    for (begin, end), (next_begin, next_end) in pairwise(intervals):
        both = _clock(begin, end), _clock(next_begin, next_end)
        if next_end <= begin:
            raise ConfigurationError(f"{where}: {both[1]} stands after {both[0]}; sort them")
        if next_begin < end:
            one = _clock(min(begin, next_begin), max(end, next_end))
            raise ConfigurationError(f"{where}: {both[0]} and {both[1]} overlap; write {one}")


def _clock(begin: int, end: int) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (begin, end))
