"""From wall time to instants: when the clock on the wall shows an open hour.

An instant is open when the wall clock then shows an open hour; nothing else counts. What follows
where clocks are changed:

- a time that is skipped never shows: hours within it are empty, hours over it are shorter;
- a time that occurs twice is open both times (both folds): 02:15-02:45 are two half hours, an hour
  apart, and 00:00-02:30 with 02:30-06:00 is all of the seven hours there are, each of them once;
- a day that is skipped (Samoa, 30 December 2011) has no hours.

Converting the two ends of an interval, with one fold or another, gives none of this right.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from streams.domain.calendars.opening_hours import Intervals

DAY_MS = 86_400_000
_MINUTE_MS = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Steady(NamedTuple):
    """From begin to end (epoch ms) the wall clock is so many milliseconds ahead of UTC."""

    begin: int
    end: int
    ahead: int


def open_intervals(
    hours_on: Callable[[int], Intervals], zone: tzinfo, begin: int, end: int
) -> Iterator[tuple[int, int]]:
    """Open intervals between two instants (epoch ms), ascending; touching ones are joined.

    `hours_on` gives the hours of a local day, by its number of days since 1 January 1970.

    >>> from zoneinfo import ZoneInfo
    >>> berlin, in_march = ZoneInfo("Europe/Berlin"), datetime(2026, 3, 28, 23, tzinfo=UTC)
    >>> begin = int(in_march.timestamp()) * 1000
    >>> hours = lambda hours_on: [
    ...     (to - since) / 3_600_000
    ...     for since, to in open_intervals(hours_on, berlin, begin, begin + DAY_MS - 3_600_000)
    ... ]
    >>> hours(lambda day: ((0, 24 * 60),)), hours(lambda day: ((60, 180),))
    ([23.0], [1.0])
    >>> hours(lambda day: ((135, 165),))  # 02:15-02:45 is skipped
    []
    """
    since = until = begin
    for steady in steady_stretches(zone, begin, end):
        first, last = steady.begin + steady.ahead, steady.end + steady.ahead
        for day in range(first // DAY_MS, -(-last // DAY_MS)):
            midnight = day * DAY_MS - steady.ahead
            for from_minute, to_minute in hours_on(day):
                opens = max(midnight + from_minute * _MINUTE_MS, steady.begin)
                closes = min(midnight + to_minute * _MINUTE_MS, steady.end)
                if opens >= closes:
                    continue
                if opens > until:
                    if since < until:
                        yield since, until
                    since = opens
                until = closes
    if since < until:
        yield since, until


def steady_stretches(zone: tzinfo, begin: int, end: int) -> Iterator[Steady]:
    """The time from begin to end (epoch ms), cut where the zone's clocks are changed.

    It looks every five days: since 1970 no zone has changed its clocks and back within six.

    >>> from zoneinfo import ZoneInfo
    >>> year = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1000
    >>> for stretch in steady_stretches(ZoneInfo("Australia/Lord_Howe"), year, year + 365 * DAY_MS):
    ...     print(_EPOCH + stretch.begin * _MS, stretch.ahead / 3_600_000)
    2026-01-01 00:00:00+00:00 11.0
    2026-04-04 15:00:00+00:00 10.5
    2026-10-03 15:30:00+00:00 11.0
    """
    since = at = begin
    ahead = _ahead(zone, begin)
    while at < end:
        later = min(at + 5 * DAY_MS, end)
        if _ahead(zone, later) == ahead:
            at = later
            continue
        at = _change(zone, at, later, ahead)
        yield Steady(since, at, ahead)
        since, ahead = at, _ahead(zone, at)
    if since < end:
        yield Steady(since, end, ahead)


def _change(zone: tzinfo, steady: int, changed: int, ahead: int) -> int:
    instants = range(steady, changed + 1)
    return instants[bisect_left(instants, True, key=lambda at: _ahead(zone, at) != ahead)]


def _ahead(zone: tzinfo, at: int) -> int:
    # What the wall shows, rather than `utcoffset`: that may take the wrong fold in zones of old.
    utc = _EPOCH + at * _MS
    return (utc.astimezone(zone).replace(tzinfo=None) - utc.replace(tzinfo=None)) // _MS
