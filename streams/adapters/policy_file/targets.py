"""What a rule promises of one clock.

first_response = "24h"
resolution_full = { target = "72h", calendar = "24x7", warn = ["75%"],
                    pause_while_pending = false }
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from streams.adapters.policy_file.durations import duration_ms, spelled
from streams.adapters.policy_file.warning_times import USUAL, left_text, warn_texts, warnings_ms
from streams.adapters.toml_file.keys import checked, get
from streams.adapters.toml_file.place import Place
from streams.domain.calendars import ALWAYS, Calendar
from streams.domain.policy.promises import Promise

TERMS = ("calendar", "warn", "pause_while_pending")
LONGEST_MS = 366 * 24 * 3_600_000
"""A year of open time: a target beyond is a slip, and its due time may lie past any calendar."""


class Terms(NamedTuple):
    """What holds for all promises of a rule that don't say otherwise."""

    calendar: Calendar = ALWAYS
    warn: Sequence[str] = USUAL
    pauses: bool = False

    def changed(
        self, table: dict[str, Any], calendars: Mapping[str, Calendar], place: Place
    ) -> "Terms":
        """The terms with what a table says of them."""
        name = get(table, "calendar", str, place)
        if name is not None and name not in calendars:
            raise place.at("calendar").unknown("calendar", name, calendars)
        pauses = get(table, "pause_while_pending", bool, place)
        return Terms(
            self.calendar if name is None else calendars[name],
            warn_texts(table["warn"], place.at("warn")) if "warn" in table else self.warn,
            self.pauses if pauses is None else pauses,
        )


def read_promise(
    clock: str, raw: Any, terms: Terms, calendars: Mapping[str, Calendar], place: Place
) -> Promise:
    """The promise of a clock, a target alone or a table with terms of its own."""
    if isinstance(raw, dict):
        table = checked(raw, ("target", *TERMS), place)
        if "target" not in table:
            raise place.at("target").error('is missing; write it like "24h"')
        own = terms.changed(table, calendars, place)
        written, here, warn = table["target"], place.at("target"), place.at("warn")
    else:
        own, written, here, warn = terms, raw, place, place.at("warn")
    target_ms = _target_ms(written, here)
    for text, at in ((written, here), *((left_text(said), warn) for said in own.warn)):
        _refuse_days(text, own.calendar, at)
    return Promise(
        clock, target_ms, own.calendar, warnings_ms(own.warn, target_ms, warn), own.pauses
    )


def _target_ms(raw: Any, place: Place) -> int:
    target_ms = duration_ms(raw) if isinstance(raw, str) else None
    if target_ms is None:
        raise place.error(f'must be a duration such as "24h", "1h30m" or "3d", not {raw!r}')
    if target_ms == 0:
        raise place.error("a target of 0 is missed at once; promise some time, or take it out")
    if target_ms > LONGEST_MS:
        raise place.error(f"{raw!r} is more than a year; promise less, or take it out")
    return target_ms


def _refuse_days(text: str, calendar: Calendar, place: Place) -> None:
    """Under office hours some would read a day as 24 open hours, others as one office day."""
    ms = duration_ms(text)
    if ms is not None and "d" in text and calendar is not ALWAYS:
        raise place.error(
            f"{text!r} under calendar {calendar.name!r}: 1 day is not 24 office hours; write the "
            f'open hours you mean (as it stands, "{spelled(ms)}"), or take calendar = "24x7"'
        )
