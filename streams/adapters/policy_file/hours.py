"""Opening hours: `{ mon-thu = ["09:00-12:00", "13:00-17:00"], fri = "09:00-15:00" }`."""

import re
from itertools import pairwise
from typing import Any

from streams.adapters.toml_file.place import Place
from streams.domain.calendars import Intervals

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_MINUTES = 24 * 60
_SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2}) ?[-–] ?([0-9]{1,2}):([0-9]{2})")


def week(raw: Any, place: Place) -> tuple[Intervals, ...]:
    """What is open from Monday to Sunday; raises ConfigurationError when nothing ever is."""
    if not isinstance(raw, dict):
        raise place.error(f'must be a table such as {{ mon-fri = "09:00-17:00" }}, not {raw!r}')
    open_on: dict[int, Intervals] = {}
    for key, hours in raw.items():
        for day in _days(key, place):
            if day in open_on:
                raise place.at(key).error(f"{DAYS[day]} is given twice; take it out of one")
            open_on[day] = intervals(hours, place.at(key))
    if not any(open_on.values()):
        raise place.error('no hour is ever open; write some, such as { mon-fri = "09:00-17:00" }')
    return tuple(open_on.get(day, ()) for day in range(len(DAYS)))


def intervals(raw: Any, place: Place) -> Intervals:
    """The hours of one day, a text or a list of texts, in order; some may touch, none overlap."""
    listed = [raw] if isinstance(raw, str) else raw
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        raise place.error(f'must be hours such as "09:00-17:00" or a list of them, not {raw!r}')
    spans = sorted(_span(text, place) for text in listed)
    for (begin, end), (next_begin, next_end) in pairwise(spans):
        if next_begin < end:
            both = f"{_clock(begin, end)} and {_clock(next_begin, next_end)}"
            one = _clock(begin, max(end, next_end))
            raise place.error(f'{both} overlap; write one, "{one}"')
    return tuple(spans)


def _days(key: str, place: Place) -> list[int]:
    """A day or a range of days, which may run over the end of the week."""
    first, dash, last = key.partition("-")
    for name in (first, last) if dash else (first,):
        if name not in DAYS:
            raise place.unknown("day", name, DAYS)
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [day % 7 for day in range(begin, end + 1 + 7 * (end < begin))]


def _span(text: str, place: Place) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise place.error(f'must be hours such as "09:00-17:00", not {text!r}')
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    begin, end = begin_hour * 60 + begin_minute, end_hour * 60 + end_minute
    if max(begin, end) > _DAY_MINUTES or max(begin_minute, end_minute) > 59:
        raise place.error(f"{text!r} is no time of day; a day runs from 00:00 to 24:00")
    if end <= begin:
        raise place.error(
            f'{text!r} ends before it begins; split hours over midnight: until "24:00", and from '
            '"00:00" on the next day'
        )
    return begin, end


def _clock(begin: int, end: int) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (begin, end))
