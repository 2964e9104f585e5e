"""The witness: walks the minutes of UTC, looks at the wall clock, and asks whether it's open.

It shares nothing with the calendar but its data, and knows no arithmetic of time zones.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import compress, islice
from zoneinfo import ZoneInfo

from streams.domain.calendars import BusinessCalendar

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def ms(at: datetime) -> int:
    """Epoch milliseconds of a time that knows its zone."""
    return round(at.timestamp() * 1000)


@cache
def shown(zone: str, begin: datetime, days: int) -> list[tuple[date, int]]:
    """What the wall clock shows in each minute from an instant on: the day, and its minute."""
    walk = (begin + timedelta(minutes=minute) for minute in range(days * 1440))
    local = (at.astimezone(ZoneInfo(zone)) for at in walk)
    return [(at.date(), at.hour * 60 + at.minute) for at in local]


class Minutes:
    """Open time counted minute by minute, over some days from an instant (UTC) on."""

    def __init__(self, calendar: BusinessCalendar, zone: str, begin: datetime, days: int) -> None:
        assert begin.tzinfo is UTC
        self.begin_ms = ms(begin)
        walked = shown(zone, begin, days)
        is_open = {day: minutes_open(calendar, day) for day in {day for day, _ in walked}}
        self.open = bytes(is_open[day][minute] for day, minute in walked)

    def elapsed_ms(self, start_ms: int, end_ms: int) -> int:
        begin, end = ((at - self.begin_ms) // MINUTE_MS for at in (start_ms, end_ms))
        return sum(self.open[begin:end]) * MINUTE_MS

    def due(self, start_ms: int, business_ms: int) -> int | None:
        """None when it lies beyond the days walked."""
        minute, count = (start_ms - self.begin_ms) // MINUTE_MS, business_ms // MINUTE_MS
        if count == 0:
            return start_ms
        open_ones = compress(range(minute, len(self.open)), self.open[minute:])
        last = next(islice(open_ones, count - 1, None), None)
        return None if last is None else self.begin_ms + (last + 1) * MINUTE_MS


def minutes_open(calendar: BusinessCalendar, day: date) -> bytearray:
    """For each minute of wall time whether it's open."""
    hours = calendar.hours.week[day.weekday()]
    if day in calendar.closed:
        hours = ()
    if day in calendar.special:
        hours = calendar.special[day]
    minutes = bytearray(1440)
    for begin, end in hours:
        minutes[begin:end] = b"\1" * (end - begin)
    return minutes
