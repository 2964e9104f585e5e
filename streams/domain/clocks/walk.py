"""The life of a case out of its sorted moments: who waited when, and for whom the case lay.

Definitions:

- a *wait* is from the oldest unanswered contact of the customer to the next public reply of a
  human; more contacts while waiting don't restart it, several replies stop it once, and the end of
  the case ends it without an answer;
- the case is *open* from its opening (else from its earliest instant), *pending* while the desk
  waits for the customer, *on hold* while it waits for somebody else, and *at rest* once it is
  resolved or closed. A contact ends pending, a reopening ends rest. Who is resolved can't be
  pending, and a timer's closing behind a resolution is nothing new.

Nothing can be negative: an answer counts only after its question, an end only after the opening,
whatever the clocks of the machines said.
"""

from typing import Any, NamedTuple

from streams.domain.cases.case import BASE, FOLD, MOMENTS, Case
from streams.domain.cases.moments import (
    BITS,
    CODE,
    CONTACTS,
    ENDINGS,
    ON_HOLD,
    OPENINGS,
    PENDING,
    REOPENED,
    REPLY,
    RESOLVED,
)

OPEN, AWAITING_CUSTOMER, AWAITING_OTHERS, AT_REST = range(4)
"""Where a case lies: with the desk, with the customer, with a third party, nowhere."""

(
    UNTIL,
    WAIT_FOLDED,
    FIRST_WAIT,
    OPENED_AT,
    RESOLVED_AT,
    STATUS,
    SINCE,
    FULL_AT,
    OPEN_MS,
    CUSTOMER_MS,
    OTHERS_MS,
) = range(11)
"""Positions of a fold, the summary of moments no longer kept: instant (epoch ms) up to which,
start of the wait running there, of the first wait, of the case, and its first resolution; where
the case lay and since when, its last resolution, and how long it lay where until then (ms)."""


MOMENTS_CAP = 64
"""Moments kept of a case: twenty questions and answers with room; late events meet the end of a
history, and 64 small integers are what a customer's row can bear for its longest case."""


class Wait(NamedTuple):
    """From a question to its answer, or to the case's end; instants are epoch ms."""

    start: int
    end: int | None = None
    answered: bool = False


class Spell(NamedTuple):
    """The case lay somewhere from an instant to another, or lies there still."""

    status: int
    start: int
    end: int | None = None


class Life(NamedTuple):
    """What the kept moments tell; `first_wait` and what is folded reach back behind them.

    `resolved_at` is the first resolution, `full_at` the last, also while the case is open again.
    `folded_ms` is how long the case lay where (open, awaiting) before the spells.
    """

    opened_at: int
    first_wait: int | None
    waits: list[Wait]
    spells: list[Spell]
    resolved_at: int | None
    full_at: int | None
    folded_ms: tuple[int, int, int] = (0, 0, 0)

    @property
    def rests_since(self) -> int | None:
        """When the case came to rest, if it rests: by a solution or a closing."""
        status, since, _ = self.spells[-1]
        return since if status == AT_REST else None

    @property
    def solved_at(self) -> int | None:
        """When the case was resolved for good, as far as is known."""
        since = self.rests_since
        return self.full_at if since is not None and (self.full_at or 0) >= since else None


def live(case: Case, opened: int | None = None) -> Life:
    """Walk the moments of a case; `opened` where more of its moments tell when it was opened.

    >>> from streams.domain.cases.moments import CONTACT
    >>> moments = [CONTACT, 9000 * 16 + REPLY, 20_000 * 16 + RESOLVED]
    >>> life = live(["C1", 1000, 0, None, moments, None, None, "", 0, 1])
    >>> life.waits, life.spells[0]
    ([Wait(start=1000, end=10000, answered=True)], Spell(status=0, start=1000, end=21000))
    """
    base, fold = case[BASE], case[FOLD]
    opened = opened_at(case) if opened is None else opened
    wait = first = resolved = full = None
    status, since = OPEN, opened
    if fold is not None:
        wait, first, resolved, full = (
            fold[WAIT_FOLDED],
            fold[FIRST_WAIT],
            fold[RESOLVED_AT],
            fold[FULL_AT],
        )
        status, since = fold[STATUS], max(fold[SINCE], opened)
    waits: list[Wait] = []
    spells: list[Spell] = []
    for moment in case[MOMENTS]:
        code = moment & CODE
        at = base + (moment >> BITS)
        if code in CONTACTS:
            if wait is None:
                wait = at
                if first is None:
                    first = at
        elif wait is not None and (code == REPLY or code in ENDINGS):
            waits.append(Wait(wait, at, code == REPLY))
            wait = None
        if at < opened:
            continue
        becomes = _next(status, code)
        if code == RESOLVED and (becomes != status or full is None or full < since):
            full = at
            if resolved is None:
                resolved = at
        if becomes != status:
            spells.append(Spell(status, since, at))
            status, since = becomes, at
    if wait is not None:
        waits.append(Wait(wait))
    spells.append(Spell(status, since))
    folded = (0, 0, 0) if fold is None else tuple(fold[OPEN_MS:])
    return Life(opened, first, waits, spells, resolved, full, folded)


def _next(status: int, code: int) -> int:
    """Where a case lies after a moment."""
    if code in ENDINGS:
        return AT_REST
    if code == REOPENED:
        return OPEN
    if status == AT_REST:
        return AT_REST
    if code == PENDING:
        return AWAITING_CUSTOMER
    if code == ON_HOLD:
        return AWAITING_OTHERS
    if code in CONTACTS and status == AWAITING_CUSTOMER:
        return OPEN
    return status


def opened_at(case: Case) -> int:
    """When the case was opened; without an opening, its earliest instant (epoch ms)."""
    fold = case[FOLD]
    if fold is not None and fold[OPENED_AT] is not None:
        return int(fold[OPENED_AT])
    for moment in case[MOMENTS]:
        if moment & CODE in OPENINGS:
            return int(case[BASE] + (moment >> BITS))
    return int(case[BASE])


def first_wait(case: Case) -> int | None:
    """The start of the case's first wait (epoch ms)."""
    fold = case[FOLD]
    if fold is not None and fold[FIRST_WAIT] is not None:
        return int(fold[FIRST_WAIT])
    for moment in case[MOMENTS]:
        if moment & CODE in CONTACTS:
            return int(case[BASE] + (moment >> BITS))
    return None


def fold_oldest(case: Case) -> None:
    """Fold the oldest moment into the summary; what it decided is final from now on."""
    moments = case[MOMENTS]
    alone: Case = list(case)
    alone[MOMENTS] = moments[:1]
    at = case[BASE] + (moments[0] >> BITS)
    code = moments[0] & CODE
    before: list[Any] = case[FOLD] or [0, None, None, None, None, OPEN, at, None, 0, 0, 0]
    opened = opened_at(case)
    life = live(alone, opened)
    fold = list(before)
    fold[UNTIL] = at
    fold[WAIT_FOLDED] = life.waits[-1].start if life.waits and life.waits[-1].end is None else None
    fold[FIRST_WAIT] = life.first_wait
    if code in OPENINGS and fold[OPENED_AT] is None:
        fold[OPENED_AT] = at
    if at >= opened:
        fold[RESOLVED_AT], fold[FULL_AT] = life.resolved_at, life.full_at
        for spell in life.spells[:-1]:
            if spell.status != AT_REST and spell.end is not None:
                fold[OPEN_MS + spell.status] += spell.end - spell.start
        fold[STATUS], fold[SINCE] = life.spells[-1].status, life.spells[-1].start
    case[FOLD] = fold
    del moments[0]
