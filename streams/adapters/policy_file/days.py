"""Days on which a calendar differs from its week: closed by own choice, by a file, or special."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from streams.adapters.policy_file.hours import intervals
from streams.adapters.toml_file.place import Place
from streams.domain.calendars import Intervals


def closed_days(raw: Any, place: Place) -> frozenset[date]:
    """Days of a list; TOML knows dates, and people put them in quotes too."""
    if not isinstance(raw, list):
        raise place.error(f'must be a list such as ["2026-12-24"], not {raw!r}')
    return frozenset(_day(day, place) for day in raw)


def days_of_file(name: str, place: Place) -> frozenset[date]:
    """The dates of a text file beside the policy, one a line; `#` begins a comment."""
    path = place.file.parent / name
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise place.error(
            f"{path} can't be read ({error.strerror}); the name counts from the policy file's "
            "folder"
        ) from error
    except UnicodeDecodeError as error:
        raise place.error(f"{path} is not text; write one date a line") from error
    except ValueError as error:  # a zero byte
        raise place.error(f"{name!r} is no name of a file; write one beside the policy") from error
    said = [(number, line.partition("#")[0].strip()) for number, line in enumerate(lines, 1)]
    here = place._replace(file=path, table="", key="")
    return frozenset(_day(day, here.at(f"line {number}")) for number, day in said if day)


def special_days(raw: Any, place: Place) -> Mapping[date, Intervals]:
    """Days with hours of their own."""
    if not isinstance(raw, dict):
        raise place.error(
            f'must be a table such as {{ "2026-12-31" = "09:00-12:00" }}, not {raw!r}'
        )
    special = {}
    for key, hours in raw.items():
        day = _day(key, place)
        special[day] = intervals(hours, place.at(key))
        if not special[day]:
            raise place.at(key).error("has no hours; write the day in `closed` instead")
    return special


def _day(raw: Any, place: Place) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError) as error:
        said = str(raw) if isinstance(raw, datetime) else raw
        raise place.error(f"{said!r} is no day; write it like 2026-12-24") from error
