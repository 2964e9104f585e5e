"""The runs of a case's clocks, and how far a promise about one has come at an instant.

A clock runs in pieces: the resolution clocks rest while the case does, and any clock pauses while
the desk waits for the customer, if its promise says so. Pieces are measured by the promise's
calendar.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from streams.domain.clocks.walk import AT_REST, AWAITING_CUSTOMER, Life
from streams.domain.policy.promises import Promise, Rule

Piece = tuple[int, int | None]
"""From an instant to another, or still going on; epoch ms."""


class Run(NamedTuple):
    """One run of a clock that something is promised of.

    `end` is None while it runs; `stopped` says that it ended by what it waits for, an answer or a
    solution, and not by a closing.
    """

    clock: str
    start: int
    end: int | None
    stopped: bool


class Progress(NamedTuple):
    """How many thresholds of a promise are passed, when the last was, and when the next will be.

    Thresholds are the warnings, the target, and what lies far beyond it. A threshold is passed
    after its instant. `due_at` is the instant of the target; None where the clock stopped before
    it could be told. `next_at` is 0 when nothing lies ahead.
    """

    passed: int
    passed_at: int
    due_at: int | None
    next_at: int


def runs(life: Life, rule_at: Callable[[int | None], Rule | None]) -> Iterator[tuple[Run, Rule]]:
    """Every run of a clock that something is promised of, with the rule, the waits first.

    `rule_at` gives the rule by the end of a run, None for one that still runs.
    """
    for wait in life.waits:
        rule = rule_at(wait.end)
        if rule is not None:
            promise = rule.first_wait if wait.start == life.first_wait else rule.next_wait
            if promise is not None:
                yield Run(promise.clock, wait.start, wait.end, wait.answered), rule
    rests_since, solved_at = life.rests_since, life.solved_at
    ended = rests_since if life.resolved_at is None else life.resolved_at
    rule = rule_at(ended)
    if rule is not None and "resolution_first" in rule.promises:
        yield Run("resolution_first", life.opened_at, ended, life.resolved_at is not None), rule
    ended = rests_since if solved_at is None else solved_at
    rule = rule_at(ended)
    if rule is not None and "resolution_full" in rule.promises:
        yield Run("resolution_full", life.opened_at, ended, solved_at is not None), rule


def pieces(run: Run, life: Life, *, pauses: bool) -> list[Piece]:
    """When the clock of a run runs, in order.

    What is folded of a long history counts as one piece right before what is kept.
    """
    of_case = run.clock.startswith("resolution")
    if not of_case and not pauses:
        return [(run.start, run.end)]
    found: list[Piece] = []
    kept_from = life.spells[0].start
    if not of_case and run.start < kept_from:
        found.append((run.start, kept_from if run.end is None else min(run.end, kept_from)))
    if of_case and (folded := _folded_ms(life, pauses=pauses)):
        found.append((kept_from - folded, kept_from))
    for spell in life.spells:
        if (of_case and spell.status == AT_REST) or (pauses and spell.status == AWAITING_CUSTOMER):
            continue
        start = max(spell.start, run.start)
        end = spell.end
        if run.end is not None:
            end = run.end if end is None else min(end, run.end)
        if end is None or end > start:
            found.append((start, end))
    return found


def _folded_ms(life: Life, *, pauses: bool) -> int:
    open_ms, customer_ms, others_ms = life.folded_ms
    return open_ms + others_ms + (0 if pauses else customer_ms)


def spent_ms(promise: Promise, parts: list[Piece], until: int) -> int:
    """Open time of the pieces up to an instant, ms."""
    elapsed_ms = promise.calendar.elapsed_ms
    return sum(
        elapsed_ms(start, until if end is None or end > until else end)
        for start, end in parts
        if start < until
    )


def progress(promise: Promise, parts: list[Piece], now: int) -> Progress:
    """How far a promise has come by now; pieces must not end behind it.

    >>> from streams.domain.calendars import ALWAYS
    >>> promise = Promise("first_response", 100, ALWAYS, (75, 90))
    >>> progress(promise, [(1000, None)], 1080)
    Progress(passed=1, passed_at=1075, due_at=1100, next_at=1091)
    """
    if len(parts) == 1 and parts[0][1] is None:
        instants: list[int | None] = [*promise.instants(parts[0][0])]
    else:
        instants = [instant_of(promise, parts, threshold) for threshold in promise.thresholds]
    passed, passed_at, next_at = 0, 0, 0
    for at in instants:
        if at is None:
            break
        if at < now:
            passed, passed_at = passed + 1, at
        elif next_at == 0:
            next_at = at + 1
    return Progress(passed, passed_at, instants[len(promise.warnings_ms)], next_at)


def instant_of(promise: Promise, parts: list[Piece], threshold_ms: int) -> int | None:
    """When so much open time of the pieces is over; None if they end before."""
    left = threshold_ms
    for start, end in parts:
        at = promise.calendar.due(start, left)
        if end is None or at <= end:
            return at
        left -= promise.calendar.elapsed_ms(start, end)
    return None
