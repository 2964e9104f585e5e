"""Open time by opening hours laid out on a line: every open interval between two years.

Instants are UTC milliseconds in arrays; nothing here is the product's.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import holidays
import numpy as np
import numpy.typing as npt
import pandas as pd

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Instants = npt.NDArray[np.int64]


class OpenTime:
    """A line of open intervals, and how much of it lies before any instant."""

    def __init__(self, starts: Instants, ends: Instants) -> None:
        self._starts = starts
        self._lengths = ends - starts
        self._until = np.cumsum(self._lengths)
        self._before = self._until - self._lengths

    def before(self, instants: Instants) -> Instants:
        """Open ms before each instant."""
        place = np.maximum(np.searchsorted(self._starts, instants, side="right") - 1, 0)
        inside = np.clip(instants - self._starts[place], 0, self._lengths[place])
        found: Instants = self._before[place] + inside
        return found

    def reached(self, amounts: Instants) -> Instants:
        """The first instant before which so much open ms (above 0) lies."""
        place = np.searchsorted(self._until, amounts, side="left")
        found: Instants = self._starts[place] + amounts - self._before[place]
        return found


def always() -> OpenTime:
    """Day and night."""
    return OpenTime(np.array([0], np.int64), np.array([2**52], np.int64))


def office(calendar: Mapping[str, Any], first: date, last: date) -> OpenTime:
    """A calendar of a policy file, from one day to another, both included."""
    starts, ends = [], []
    hours = weekly(calendar["hours"])
    shut = {date.fromisoformat(day) for day in calendar.get("closed", ())}
    if "holidays" in calendar:
        public = calendar["holidays"]
        years = range(first.year, last.year + 1)
        shut |= set(
            holidays.country_holidays(
                public["country"], subdiv=public.get("subdivision"), years=years
            )
        )
    special = {date.fromisoformat(day): it for day, it in calendar.get("special", {}).items()}
    day = first
    while day <= last:
        own = [] if day in shut else hours[day.weekday()]
        for spell in listed(special.get(day, own)):
            opens, closes = spell.split("-")
            starts.append(f"{day} {opens}")
            ends.append(f"{day} {closes}")
        day += timedelta(days=1)
    return OpenTime(_utc(starts, calendar["zone"]), _utc(ends, calendar["zone"]))


def weekly(hours: Mapping[str, Any]) -> list[list[str]]:
    """The hours of each weekday, Monday first."""
    week: list[list[str]] = [[] for _ in WEEK]
    for days, spells in hours.items():
        first, _, last = days.partition("-")
        for number in range(WEEK.index(first), WEEK.index(last or first) + 1):
            week[number] = listed(spells)
    return week


def listed(spells: str | list[str]) -> list[str]:
    """One spell, or several."""
    return [spells] if isinstance(spells, str) else spells


def duration_ms(text: str) -> int:
    """A duration as the policy spells it."""
    sizes = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
    return sum(int(count) * sizes[unit] for count, unit in re.findall(r"(\d+)([dhms])", text))


def _utc(local: list[str], zone: str) -> Instants:
    """Wall time in a zone -> UTC ms."""
    there = pd.DatetimeIndex(local).tz_localize(zone)
    found: Instants = there.tz_convert("UTC").as_unit("ms").asi8
    return found
