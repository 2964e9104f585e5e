"""What the clocks of a case show: a pure function of its sorted moments.

Clocks run in calendar time. Definitions:

- *next response*: from the oldest unanswered contact of the customer to the next public reply of a
  human; more contacts while waiting don't restart it, several replies stop it once.
- *first response*: the same, of the first wait of the case. If that wait ended without an answer,
  the case has no first response.
- *resolution (first)*: from the opening (else the case's earliest instant) to the first resolution
  not before it. A reopening doesn't undo it; closing is not resolving.
- Resolving or closing ends a running wait without a measurement.

Nothing can be negative: an answer counts only after its question, whatever the clocks of the
machines said.
"""

from typing import Any, NamedTuple

from streams.domain.cases.case import BASE, FOLD, MOMENTS, Case
from streams.domain.cases.moments import CONTACTS, ENDINGS, OPENINGS, REPLY, RESOLVED

UNTIL, WAIT_FOLDED, FIRST_WAIT, OPENED_AT, RESOLVED_AT = range(5)
"""Positions of a fold, the summary of moments no longer kept: instant (epoch ms) up to which,
start of the wait running there, of the first wait, of the case, and its first resolution."""

MOMENTS_CAP = 64
"""Moments kept of a case: twenty questions and answers with room; late events meet the end of a
history, and 64 small integers are what a customer's row can bear for its longest case."""


class Reading(NamedTuple):
    """A clock stopped at an instant (epoch ms) and shows so many seconds."""

    seconds: float
    at: int


def read(case: Case) -> tuple[dict[str, Reading], int | None]:
    """All readings of the kept moments, and the start (epoch ms) of the wait still running.

    Keys are `first_response`, `next_response/<start of the wait>` and `resolution_first`.

    >>> from streams.domain.cases.moments import CONTACT, REPLY
    >>> case = ["C1", 1000, 0, None, [CONTACT, 5000 * 8 + CONTACT, 9000 * 8 + REPLY], None, None]
    >>> readings, waiting_since = read(case)
    >>> readings["first_response"], waiting_since
    (Reading(seconds=9.0, at=10000), None)
    """
    base = case[BASE]
    fold = case[FOLD]
    wait = first = None
    if fold is not None:
        wait, first = fold[WAIT_FOLDED], fold[FIRST_WAIT]
    readings: dict[str, Reading] = {}
    for moment in case[MOMENTS]:
        code = moment & 7
        at = base + (moment >> 3)
        if code in CONTACTS:
            if wait is None:
                wait = at
            if first is None:
                first = at
        elif code == REPLY and wait is not None:
            reading = Reading((at - wait) / 1000, at)
            readings[f"next_response/{wait}"] = reading
            if wait == first:
                readings["first_response"] = reading
            wait = None
        elif code in ENDINGS:
            wait = None
    resolution = first_resolution(case)
    if resolution is not None:
        readings["resolution_first"] = resolution
    return readings, wait


def first_wait(case: Case) -> int | None:
    """The start of the case's first wait (epoch ms)."""
    fold = case[FOLD]
    if fold is not None and fold[FIRST_WAIT] is not None:
        return int(fold[FIRST_WAIT])
    for moment in case[MOMENTS]:
        if moment & 7 in CONTACTS:
            return int(case[BASE] + (moment >> 3))
    return None


def opened_at(case: Case) -> int:
    """When the case was opened; without an opening, its earliest instant (epoch ms)."""
    fold = case[FOLD]
    if fold is not None and fold[OPENED_AT] is not None:
        return int(fold[OPENED_AT])
    for moment in case[MOMENTS]:
        if moment & 7 in OPENINGS:
            return int(case[BASE] + (moment >> 3))
    return int(case[BASE])


def first_resolution(case: Case) -> Reading | None:
    """The reading of the resolution clock, unless it was folded away with its moment."""
    fold = case[FOLD]
    if fold is not None and fold[RESOLVED_AT] is not None:
        return None
    base = case[BASE]
    opened: int | None = None
    for moment in case[MOMENTS]:
        if moment & 7 == RESOLVED:
            if opened is None:
                opened = opened_at(case)
            at = base + (moment >> 3)
            if at >= opened:
                return Reading((at - opened) / 1000, at)
    return None


def fold_oldest(case: Case) -> None:
    """Fold the oldest moment into the summary; its readings are final from now on."""
    fold: list[Any] = case[FOLD] or [0, None, None, None, None]
    resolution = first_resolution(case)
    moment = case[MOMENTS][0]
    code = moment & 7
    at = case[BASE] + (moment >> 3)
    if code in OPENINGS and fold[OPENED_AT] is None:
        fold[OPENED_AT] = at
    if code in CONTACTS:
        if fold[WAIT_FOLDED] is None:
            fold[WAIT_FOLDED] = at
        if fold[FIRST_WAIT] is None:
            fold[FIRST_WAIT] = at
    elif code == REPLY or code in ENDINGS:
        fold[WAIT_FOLDED] = None
    if code == RESOLVED and resolution is not None and resolution.at == at:
        fold[RESOLVED_AT] = at
    fold[UNTIL] = at
    case[FOLD] = fold
    del case[MOMENTS][0]
