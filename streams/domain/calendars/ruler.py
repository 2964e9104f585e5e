"""Open time as a ruler along time: each open interval, and how much was open before it.

Laid where someone asks, a year at a time and without a break; read by bisection.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import accumulate

from streams.domain.calendars.opening_hours import Intervals
from streams.domain.calendars.wall_time import DAY_MS, open_intervals

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR, _END_YEAR = 1970, 2201
_KNOWN_FROM, _KNOWN_TO = 0, (datetime(_END_YEAR, 1, 1, tzinfo=UTC) - _EPOCH).days * DAY_MS
_ENDLESS = 2**64
"""Beyond any instant that a record can carry (64 bits)."""


class Ruler:
    """Measures open time; `hours_on` gives the hours of a local day, see `open_intervals`.

    Hours are known from 1970 to 2200. Time outside counts as open, all of it: a record with an
    absurd time gets an absurd answer, and neither stops the worker nor has it lay out millennia.

    >>> ruler = Ruler(UTC, lambda day: ((9 * 60, 17 * 60),))
    >>> ruler.between(0, 2 * DAY_MS) / 3_600_000, ruler.at(0, 9 * 3_600_000) / 3_600_000
    (16.0, 34.0)
    """

    __slots__ = ("_before", "_begins", "_end_year", "_ends", "_hours_on", "_laid", "_year", "_zone")

    def __init__(self, zone: tzinfo, hours_on: Callable[[int], Intervals]) -> None:
        self._zone = zone
        self._hours_on = hours_on
        self._year = self._end_year = 0  # years laid out, the last one not included
        self._laid = (0, -1)  # the same as instants; nothing yet
        # Parallel, and led by an empty interval, so that every instant laid out has one before it.
        self._begins: list[int] = []
        self._ends: list[int] = []
        self._before: list[int] = []  # open time from any zero, the same for all

    def between(self, start: int, end: int) -> int:
        """Open milliseconds from start (included) to end (not included), in this order."""
        begin, until = self._laid
        if start < begin or end > until:
            self._lay(_year_of(start), _year_of(end))
        return self._reading(end) - self._reading(start)

    def at(self, start: int, open_ms: int) -> int:
        """The earliest instant at which so many open milliseconds, at least 1, passed since start.

        It may lie far ahead: what is open last is the time after 2200.
        """
        begin, until = self._laid
        if start < begin or start > until:
            self._lay(_year_of(start), _year_of(start))
        reading = self._reading(start) + open_ms
        while reading > self._before[-1] + self._ends[-1] - self._begins[-1]:
            if self._end_year > _END_YEAR:
                break  # even 64 bits of time are too short for it: count on
            self._lay(self._year, self._end_year)
        # The last interval that begins below the reading: at a seam of two, the end of the first.
        index = bisect_left(self._before, reading) - 1
        return self._begins[index] + reading - self._before[index]

    def _reading(self, at: int) -> int:
        index = bisect_right(self._begins, at) - 1
        end = self._ends[index]
        until = at if at < end else end  # noqa: FURB136  (`min` is a third of the whole reading)
        return self._before[index] + until - self._begins[index]

    def _lay(self, first: int, last: int) -> None:
        """Lay the ruler so that it holds both years, and all between them and what is there."""
        if not self._begins:
            self._year = self._end_year = first
            begin = _begin_of(first)
            self._begins, self._ends, self._before = [begin], [begin], [0]
        if first < self._year:
            self._lay_before(first)
        if last >= self._end_year:
            self._lay_after(last + 1)
        self._laid = _begin_of(self._year), _begin_of(self._end_year)

    def _lay_before(self, year: int) -> None:
        begin = _begin_of(year)
        begins, ends, before = self._measured(begin, _begin_of(self._year), 0)
        shift = self._before[0] - before.pop()
        self._begins[:1] = [begin, *begins]
        self._ends[:1] = [begin, *ends]
        self._before[:1] = [shift, *(open_ms + shift for open_ms in before)]
        self._year = year

    def _lay_after(self, year: int) -> None:
        so_far = self._before[-1] + self._ends[-1] - self._begins[-1]
        begins, ends, before = self._measured(_begin_of(self._end_year), _begin_of(year), so_far)
        before.pop()
        self._begins += begins
        self._ends += ends
        self._before += before
        self._end_year = year

    def _measured(
        self, begin: int, end: int, so_far: int
    ) -> tuple[list[int], list[int], list[int]]:
        """Begins, ends, and open time before each, with that after all of them at the end."""
        found = list(self._open(begin, end))
        before = accumulate((to - since for since, to in found), initial=so_far)
        return [since for since, _ in found], [to for _, to in found], list(before)

    def _open(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        if begin < _KNOWN_FROM:
            yield begin, _KNOWN_FROM
        known = max(begin, _KNOWN_FROM), min(end, _KNOWN_TO)
        if known[0] < known[1]:
            yield from open_intervals(self._hours_on, self._zone, *known)
        if end > _KNOWN_TO:
            yield _KNOWN_TO, end


def _year_of(at: int) -> int:
    """The year of an instant; all time before 1970 is one year, and all after 2200."""
    if at < _KNOWN_FROM:
        return _FIRST_YEAR - 1
    if at >= _KNOWN_TO:
        return _END_YEAR
    return (_EPOCH + timedelta(milliseconds=at)).year


def _begin_of(year: int) -> int:
    if year < _FIRST_YEAR:
        return -_ENDLESS
    if year > _END_YEAR:
        return _ENDLESS
    return (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH).days * DAY_MS
