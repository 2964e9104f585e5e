"""`sla.*` of a case: where the promises about its waits and its solution stand.

What is said is a function of the case's moments and of how far time has come, see `words`; what is
unknown while the feed is silent, see `standing`, is remembered without a word.
"""

from collections.abc import Callable, Iterator
from typing import Any

from streams.domain.alerts import words
from streams.domain.alerts.standing import stand
from streams.domain.alerts.words import (
    CLOCK,
    DUE_AT,
    ENDING,
    LEVEL,
    MISSED_LEVEL,
    RULES,
    SAID_CAP,
    START,
    VERSION,
    WITHDRAWN,
    Place,
    Word,
    ending_of,
    level_of,
    tell,
)
from streams.domain.cases.case import CASE_ID, CHANNEL, FOLD, SAID, TURNED, WAIT, Case
from streams.domain.clocks.due import sooner
from streams.domain.clocks.reading import rule_of, rules_of
from streams.domain.clocks.runs import Progress, pieces, progress, runs, spent_ms
from streams.domain.clocks.walk import UNTIL, first_wait, live, opened_at
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.policy.promises import CLOCKS, Promise, Rule
from streams.domain.state import Customer

RESOLUTIONS = CLOCKS.index("resolution_first")
"""Clocks from this one on run once a case."""
FORGOTTEN = -1
"""Instead of a clock: an entry that marks the latest start of the waits forgotten beyond the cap.
Of one that is over and began no later nothing new is said: nobody knows which version it had."""


def watch(
    customer: Customer,
    customer_id: str,
    case: Case,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """Say what time and events have changed -> when to look again (epoch ms), 0 for never."""
    now = customer.clock
    life = live(case)
    look_at = 0
    said: list[list[Any]] = case[SAID] or []
    forgotten_until = said[0][START] if said and said[0][CLOCK] == FORGOTTEN else 0
    silent = {(entry[CLOCK], entry[START]): entry for entry in said if entry[CLOCK] != FORGOTTEN}
    for run, rule in runs(life, rules_of(customer, case, policy)):
        clock = CLOCKS.index(run.clock)
        entry = silent.pop((clock, run.start), None)
        promise = rule.promises[run.clock]
        parts = pieces(run, life, pauses=promise.pauses)
        claimed = 0 if entry is None else entry[LEVEL]
        stands, level, wanted_at, unknown = stand(
            run, promise, parts, claimed, case[CHANNEL], policy, now
        )
        look_at = sooner(look_at, wanted_at)
        over = run.end is not None
        speaks = level > 0 and not (over and level < MISSED_LEVEL)
        if entry is None or entry[VERSION] == 0:
            forgotten = over and clock < RESOLUTIONS and run.start <= forgotten_until
            remembers = (speaks or unknown) and not forgotten
            said, entry = _remembering(said, entry, clock, run.start, remembers=remembers)
            if not (speaks and remembers):
                continue
        elif unknown and not speaks and over:
            continue  # what it ended as is unknown
        at = (stands.passed_at or now) if run.end is None else run.end
        waited_ms = spent_ms(promise, parts, at)
        word = Word(level, ending_of(run, level), at, stands.due_at or 0, waited_ms)
        tell(_place(customer, customer_id, case, policy, rule.name, emit), entry, word)
    folded_until = 0 if case[FOLD] is None else case[FOLD][UNTIL]
    for entry in silent.values():  # nothing of the kind is promised any more
        if entry[VERSION] == 0:
            said = [known for known in said if known is not entry]
        elif entry[START] > folded_until or entry[CLOCK] >= RESOLUTIONS:
            word = Word(0, 1 + RULES.index(WITHDRAWN), now, entry[DUE_AT], 0)
            tell(_place(customer, customer_id, case, policy, None, emit), entry, word)
    case[SAID] = _within_cap(said, case[WAIT]) or None
    return look_at


def pass_time(
    customer: Customer,
    customer_id: str,
    case: Case,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """As `watch`, when nothing but time has changed: only what runs can have anything to say."""
    rule = rule_of(case, customer.tier, policy)
    if case[TURNED] or rule is None:
        return watch(customer, customer_id, case, policy, emit)
    now = customer.clock
    standing = [
        (promise, start, progress(promise, [(start, None)], now))
        for promise, start in _running(case, rule)
    ]
    unheard = policy.unheard
    if unheard is not None and (
        any(
            stands.passed > len(promise.warnings_ms)
            and unheard(case[CHANNEL], stands.passed_at, now)
            for promise, _, stands in standing
        )
        or _is_unsettled(case, standing)
    ):
        return watch(customer, customer_id, case, policy, emit)
    look_at = 0
    place = _place(customer, customer_id, case, policy, rule.name, emit)
    for promise, start, stands in standing:
        look_at = sooner(look_at, stands.next_at)
        if stands.passed:
            level = level_of(stands.passed, len(promise.warnings_ms))
            waited_ms = promise.calendar.elapsed_ms(start, stands.passed_at)
            word = Word(level, 0, stands.passed_at, stands.due_at or 0, waited_ms)
            tell(place, _entry(case, CLOCKS.index(promise.clock), start), word)
            case[SAID] = _within_cap(case[SAID], case[WAIT])
    return look_at


def _is_unsettled(case: Case, standing: list[tuple[Promise, int, Progress]]) -> bool:
    """Whether a promise about a run that is over still waits to be heard of."""
    running = {(CLOCKS.index(promise.clock), start) for promise, start, _ in standing}
    return any(
        not entry[ENDING] and (entry[CLOCK], entry[START]) not in running
        for entry in case[SAID] or ()
    )


def _running(case: Case, rule: Rule) -> Iterator[tuple[Promise, int]]:
    """The promises about a case that lies with the desk since ever, and since when each runs."""
    for promise in rule.of_case:
        yield promise, opened_at(case)
    wait = case[WAIT]
    if wait is not None:
        of_wait = rule.first_wait if first_wait(case) == wait else rule.next_wait
        if of_wait is not None:
            yield of_wait, wait


def _entry(case: Case, clock: int, start: int) -> list[Any]:
    """What was said of a promise; a new entry if nothing was."""
    said: list[list[Any]] = case[SAID] or []
    for entry in said:
        if entry[CLOCK] == clock and entry[START] == start:
            return entry
    entry = [start, 0, 0, 0, clock, 0, 0]
    case[SAID] = [*said, entry]
    return entry


def _within_cap(said: list[list[Any]], wait: int | None) -> list[list[Any]]:
    """The entries to be remembered, the mark of those forgotten first.

    That of the wait that runs stays though nothing is promised of it just now: that may change.
    """
    said = sorted(said, key=_remembered)
    if len(said) <= SAID_CAP:
        return said
    said.sort(key=lambda entry: entry[START] == wait and entry[CLOCK] != FORGOTTEN)
    leaving, kept = said[:-SAID_CAP], said[-SAID_CAP:]
    marks = [
        entry[START]
        for entry in leaving
        if entry[CLOCK] == FORGOTTEN or (entry[VERSION] and entry[CLOCK] < RESOLUTIONS)
    ]
    return [[max(marks), 0, 0, 0, FORGOTTEN, 1, 0], *kept] if marks else kept


def _remembered(entry: list[Any]) -> tuple[bool, bool, bool, bool, bool, int]:
    """Of too many entries the first are forgotten: ended waits, of these those taken back first.

    Then waits that are unknown; resolutions, which run once a case; and last what is open.
    """
    runs, speaks = entry[ENDING] == 0, entry[LEVEL] > 0
    is_entry, is_resolution = entry[CLOCK] != FORGOTTEN, entry[CLOCK] >= RESOLUTIONS
    return is_entry, runs and speaks, is_resolution, runs, speaks, entry[START]


def leave(
    customer: Customer,
    customer_id: str,
    case: Case,
    at: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The case is followed no longer."""
    words.leave(_place(customer, customer_id, case, policy, None, emit), case[SAID], at)


def _remembering(
    said: list[list[Any]], entry: list[Any] | None, clock: int, start: int, *, remembers: bool
) -> tuple[list[list[Any]], list[Any]]:
    """The entries with or without that of a promise of which nothing was said yet."""
    if entry is None:
        entry = [start, 0, 0, 0, clock, 0, 0]
        return ([*said, entry] if remembers else said), entry
    return (said if remembers else [known for known in said if known is not entry]), entry


def _place(
    customer: Customer,
    customer_id: str,
    case: Case,
    policy: Policy,
    rule: str | None,
    emit: Callable[[Output], None],
) -> Place:
    case_id = case[CASE_ID]
    return Place(customer, customer_id, case_id, case_id, case[CHANNEL], policy, rule, emit)
