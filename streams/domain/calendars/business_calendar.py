"""Weekly hours in a time zone, with days that differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from streams.domain.calendars.calendar import refuse_negative
from streams.domain.calendars.opening_hours import Intervals, OpeningHours, check_day
from streams.domain.calendars.ruler import Ruler
from streams.domain.calendars.wall_time import DAY_MS
from streams.errors import ConfigurationError

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_THURSDAY = 3  # 1 January 1970
_AHEAD_MS = 3653 * DAY_MS
"""Ten years: who is closed for longer isn't closed but wrongly configured."""


@dataclass(frozen=True)
class BusinessCalendar:
    """Open in these hours of wall time, not on closed days, and on special days in their own hours.

    A special day wins over the weekly hours and over `closed`. Clock changes are described in
    `wall_time.py`: all time counts during which the clock on the wall shows an open hour. The
    hours of a day are worked out when someone asks for its year. Time before 1970 and after 2200
    counts as open.

    Two calendars of equal data are equal; pickle carries the data alone.

    Raises ConfigurationError when a special day's hours don't fit a day or each other.

    >>> from zoneinfo import ZoneInfo
    >>> berlin = ZoneInfo("Europe/Berlin")
    >>> office_hours = OpeningHours((((9 * 60, 17 * 60),),) * 5 + ((), ()))
    >>> office = BusinessCalendar("office", office_hours, berlin)
    >>> friday = datetime(2026, 11, 27, 16, 30, tzinfo=berlin)
    >>> asked = int(friday.timestamp()) * 1000
    >>> due = office.due(asked, 3_600_000)
    >>> f"{datetime.fromtimestamp(due / 1000, berlin):%a %H:%M}"
    'Mon 09:30'
    >>> office.elapsed_ms(asked, due)
    3600000
    """

    name: str
    hours: OpeningHours
    zone: tzinfo
    closed: frozenset[date] = field(default=frozenset(), repr=False)
    special: Mapping[date, Intervals] = field(default_factory=dict, repr=False)
    _ruler: Ruler = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for day, intervals in self.special.items():
            check_day(intervals, f"calendar {self.name!r}, special day {day}")
        days: dict[int, Intervals] = {day.toordinal() - _EPOCH_DAY: () for day in self.closed}
        days |= {day.toordinal() - _EPOCH_DAY: hours for day, hours in self.special.items()}
        week = self.hours.week

        def hours_on(day: int) -> Intervals:
            own = days.get(day)
            return week[(day + _THURSDAY) % 7] if own is None else own

        # The days above are a copy; `special` shall not seem to change afterwards either.
        object.__setattr__(self, "special", dict(self.special))
        object.__setattr__(self, "_ruler", Ruler(self.zone, hours_on))

    def elapsed_ms(self, start_ms: int, end_ms: int) -> int:
        """Open milliseconds from start (included) to end (not included); 0 if end <= start."""
        if end_ms <= start_ms:
            return 0
        return self._ruler.between(start_ms, end_ms)

    def due(self, start_ms: int, business_ms: int) -> int:
        """The earliest instant, not before start, at which so many open milliseconds have passed.

        An hour from Friday 16:00, open 9 to 17, is due on Friday 17:00, not on Monday 9:00.

        Raises ConfigurationError when nothing is open within ten years of the start, ValueError
        when `business_ms` is negative.
        """
        if business_ms <= 0:
            refuse_negative(business_ms)
            return start_ms
        due_ms = self._ruler.at(start_ms, business_ms)
        if due_ms - start_ms > _AHEAD_MS and not self.elapsed_ms(start_ms, start_ms + _AHEAD_MS):
            since = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=start_ms)
            raise ConfigurationError(
                f"calendar {self.name!r}: nothing is open in the ten years after {since:%Y-%m-%d}; "
                "take days out of `closed`, or give some hours in `special`"
            )
        return due_ms

    def __hash__(self) -> int:
        return hash(
            (self.name, self.hours, self.zone, self.closed, frozenset(self.special.items()))
        )

    def __reduce__(self) -> tuple[Any, ...]:
        data = self.name, self.hours, self.zone, self.closed, self.special
        return BusinessCalendar, data
