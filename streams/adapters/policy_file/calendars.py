"""The calendars of a policy file: when the company is open.

    [calendars.office]
    zone = "Europe/Berlin"
    hours = { mon-thu = ["09:00-12:00", "13:00-17:00"], fri = "09:00-15:00" }
    holidays = { country = "DE", subdivision = "BE" }
    closed = ["2026-12-24"]                 # own days, and those of a file, one date a line
    closed_file = "company-days.txt"
    special = { "2026-12-31" = "09:00-12:00" }

`24x7` is always there. A special day keeps its hours though it be a public holiday.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from streams.adapters.policy_file.days import closed_days, days_of_file, special_days
from streams.adapters.policy_file.hours import week
from streams.adapters.policy_file.public_holidays import public_holidays
from streams.adapters.policy_file.selection import SLUG
from streams.adapters.policy_file.zones import zone_named
from streams.adapters.toml_file.keys import checked, get
from streams.adapters.toml_file.place import Place
from streams.domain.calendars import ALWAYS, BusinessCalendar, Calendar, OpeningHours

_KEYS = ("zone", "hours", "holidays", "closed", "closed_file", "special")


class Calendars(NamedTuple):
    """Calendars by name, and what came of the day files they include, by the files' names."""

    by_name: Mapping[str, Calendar]
    day_files: Mapping[str, frozenset[date]]


def read_calendars(raw: Any, top: Place) -> Calendars:
    """All calendars of the file, and `24x7`."""
    if not isinstance(raw, dict):
        raise top.at("calendars").error("must be tables; begin one with [calendars.office]")
    by_name: dict[str, Calendar] = {ALWAYS.name: ALWAYS}
    day_files: dict[str, frozenset[date]] = {}
    for name, table in raw.items():
        place = top._replace(table=f"calendar {name!r}")
        if name == ALWAYS.name:
            raise place.error("is always there and never closed; give yours another name")
        if not SLUG.fullmatch(name):
            raise place.error("name it in a-z, 0-9, _ and -, at most 32 of them")
        by_name[name] = _calendar(name, checked(table, _KEYS, place), place, day_files)
    return Calendars(by_name, day_files)


def _calendar(
    name: str, table: dict[str, Any], place: Place, day_files: dict[str, frozenset[date]]
) -> Calendar:
    written = get(table, "zone", str, place)
    if written is None:
        raise place.at("zone").error('is missing; write where it is open, such as "Europe/Berlin"')
    zone = zone_named(written)
    if isinstance(zone, str):
        raise place.at("zone").error(zone)
    if "hours" not in table:
        raise place.at("hours").error('is missing; write it like { mon-fri = "09:00-17:00" }')
    hours = OpeningHours(week(table["hours"], place.at("hours")))
    closed = closed_days(table.get("closed", []), place.at("closed"))
    file = get(table, "closed_file", str, place)
    if file is not None:
        day_files[file] = days_of_file(file, place.at("closed_file"))
        closed |= day_files[file]
    special = special_days(table.get("special", {}), place.at("special"))
    for day in sorted(closed & special.keys()):
        raise place.at("special").error(f"{day} is closed too; take it out of one")
    if "holidays" in table:
        closed |= public_holidays(table["holidays"], place.at("holidays")) - special.keys()
    return BusinessCalendar(name, hours, zone, closed, special)
