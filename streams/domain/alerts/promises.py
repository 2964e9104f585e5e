"""`sla.warned`, `sla.missed`, `sla.met`, `sla.withdrawn`: where a promise to a customer stands.

One alert a promise: it is raised as a warning or as a miss, becomes graver with time, and is
resolved when the clock stops. What it says is a function of the case's moments and of how far time
has come; whatever that turns out to be is held against what was said last, and the difference is
the next version. So a late answer that proves the promise was kept takes the miss back under the
same id.

While the feed of the case's channel is silent, a miss that falls due is *unknown*: it is remembered
without a word, and looked at every minute until the feed is back and tells what really was.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple
from zlib import crc32

from streams.domain.alerts.identity import alert_id
from streams.domain.cases.case import CASE_ID, CHANNEL, FOLD, SAID, TURNED, WAIT, Case
from streams.domain.clocks.due import sooner
from streams.domain.clocks.reading import rule_of, rules_of
from streams.domain.clocks.runs import Piece, Progress, Run, pieces, progress, runs, spent_ms
from streams.domain.clocks.walk import UNTIL, first_wait, live, opened_at
from streams.domain.outputs import Alert, Measurement, Output, Reason, Was
from streams.domain.policy import Policy
from streams.domain.policy.promises import CLOCKS, Promise, Rule
from streams.domain.risk.bands import BANDS, CRITICAL, ELEVATED, HIGH, LOW
from streams.domain.state import Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS

WARNED, MISSED, MET, WITHDRAWN = "sla.warned", "sla.missed", "sla.met", "sla.withdrawn"
RULES = (WARNED, MISSED, MET, WITHDRAWN)

START, VERSION, LEVEL, RAISED_AT, CLOCK, ENDING, DUE_AT, COUNTED = range(8)
"""Positions of what was said of a promise: start of the run, version, level, instant raised, clock
(index), how it ended (0 not yet, else an index into the rules, plus 1), when it was due, and, once
it was counted as missed, where; instants are epoch ms, 0 for never or not known."""

RESOLUTIONS = CLOCKS.index("resolution_first")
"""Clocks from this one on run once a case."""

MISSED_LEVEL, FAR_LEVEL = 99, 100
"""Levels; below, the number of warnings passed."""

SCORES = {LOW: 0, ELEVATED: 40, HIGH: 60, CRITICAL: 80}
"""What a level weighs beside a churn score, so that one list can be sorted by both."""

SAID_CAP = 8
"""Promises remembered a case of which something was said, so that one revived by a late event goes
on counting versions; and those that are unknown, at version 0 if nothing was said of them yet."""

FORGOTTEN = -1
"""Instead of a clock: an entry that marks the latest start of the waits forgotten beyond the cap.
Of one that is over and began no later nothing new is said: nobody knows which version it had."""

LOOK_EVERY_MS = 60_000
"""How often an unknown promise is looked at. Counted from when it was due, so that ten thousand of
them are not looked at in one instant, and a replay looks when the first run did."""


class Word(NamedTuple):
    """What there is to say of a promise; see the positions above."""

    level: int
    ending: int
    at: int
    due_at: int
    spent_ms: int


class Place(NamedTuple):
    """Whose promise it is, about what (a case's id, or a word), by which rule, and whom to tell."""

    customer: Customer
    customer_id: str
    subject: str
    case_id: str | None
    channel: int
    policy: Policy
    rule: str | None
    emit: Callable[[Output], None]


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
        until = now if run.end is None else run.end
        stands = progress(promise, parts, until)
        if run.end is None:
            look_at = sooner(look_at, stands.next_at)
        level = level_of(stands.passed, len(promise.warnings_ms))
        over, again_at = run.end is not None, 0
        if level >= MISSED_LEVEL and policy.unheard is not None:
            stands, again_at = _as_heard(
                stands, case, policy, promise, parts, entry, now, over=over
            )
            if again_at:
                level = level_of(stands.passed, len(promise.warnings_ms))
                look_at = sooner(look_at, again_at)
        speaks = level > 0 and not (over and level < MISSED_LEVEL)
        if entry is None or entry[VERSION] == 0:
            forgotten = over and clock < RESOLUTIONS and run.start <= forgotten_until
            remembers = (speaks or again_at > 0) and not forgotten
            said, entry = _remembering(said, entry, clock, run.start, remembers=remembers)
            if not (speaks and remembers):
                continue
        elif again_at and not speaks and over:
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


def leave(
    customer: Customer,
    customer_id: str,
    case: Case,
    at: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The case is followed no longer: what is open is withdrawn, what was missed stays missed."""
    place = _place(customer, customer_id, case, policy, None, emit)
    for entry in case[SAID] or ():
        if entry[LEVEL] and not entry[ENDING]:
            missed = entry[LEVEL] >= MISSED_LEVEL
            ending = 1 + RULES.index(MISSED if missed else WITHDRAWN)
            tell(place, entry, Word(entry[LEVEL], ending, at, entry[DUE_AT], 0))


def _remembering(
    said: list[list[Any]], entry: list[Any] | None, clock: int, start: int, *, remembers: bool
) -> tuple[list[list[Any]], list[Any]]:
    """The entries with or without that of a promise of which nothing was said yet."""
    if entry is None:
        entry = [start, 0, 0, 0, clock, 0, 0]
        return ([*said, entry] if remembers else said), entry
    return (said if remembers else [known for known in said if known is not entry]), entry


def _as_heard(  # noqa: PLR0913  (flat: all that a promise stands on)
    stands: Progress,
    case: Case,
    policy: Policy,
    promise: Promise,
    parts: list[Piece],
    entry: list[Any] | None,
    now: int,
    *,
    over: bool,
) -> tuple[Progress, int]:
    """How far a promise has come less what is unknown, and when to look again, 0 for never.

    What was claimed before stays claimed. Of a run that is over only the miss is in question: how
    far beyond it went is known by its end.
    """
    again_at = 0
    warnings = len(promise.warnings_ms)
    claimed = 0 if entry is None else entry[LEVEL]
    assert policy.unheard is not None
    while (level := level_of(stands.passed, warnings)) >= MISSED_LEVEL and level > claimed:
        due_at = stands.passed_at
        if over:
            if claimed >= MISSED_LEVEL or stands.due_at is None:
                break
            due_at = stands.due_at
        asked_at = policy.unheard(case[CHANNEL], due_at, now)
        if not asked_at:
            break
        again_at = due_at - (due_at - asked_at) // LOOK_EVERY_MS * LOOK_EVERY_MS
        stands = progress(promise, parts, due_at)
    return stands, again_at


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


def level_of(passed: int, warnings: int) -> int:
    """The level of so many thresholds passed, of which so many are warnings."""
    return passed if passed <= warnings else MISSED_LEVEL + passed - warnings - 1


def ending_of(run: Run, level: int) -> int:
    """How a promise about a run ended: 0 not yet, else an index into the rules, plus 1."""
    if run.end is None:
        return 0
    if level >= MISSED_LEVEL:
        return 1 + RULES.index(MISSED)
    return 1 + RULES.index(MET if run.stopped else WITHDRAWN)


def _remembered(entry: list[Any]) -> tuple[bool, bool, bool, bool, bool, int]:
    """Of too many entries the first are forgotten: ended waits, of these those taken back first.

    Then waits that are unknown; resolutions, which run once a case; and last what is open.
    """
    runs, speaks = entry[ENDING] == 0, entry[LEVEL] > 0
    is_entry, is_resolution = entry[CLOCK] != FORGOTTEN, entry[CLOCK] >= RESOLUTIONS
    return is_entry, runs and speaks, is_resolution, runs, speaks, entry[START]


def tell(place: Place, entry: list[Any], word: Word) -> None:
    """Say a word that differs from the last one, and whether the promise is missed or no more."""
    was_missed, is_missed = entry[LEVEL] >= MISSED_LEVEL, word.level >= MISSED_LEVEL
    was_due, counted = entry[DUE_AT], entry[COUNTED:]
    counts = [_where(place, word.due_at)] if is_missed else counted
    is_open = word.level and not word.ending
    if entry[VERSION] and (entry[LEVEL], entry[ENDING]) == (word.level, word.ending):
        moved = word.due_at not in {0, was_due} and (is_open or is_missed)
        if not moved and (not is_missed or not place.rule or counts == counted):
            return
    was_open = entry[LEVEL] and not entry[ENDING]
    if entry[VERSION] == 0:
        entry[RAISED_AT] = word.at
    status: Literal["raised", "updated", "resolved"] = "resolved"
    if is_open:
        status = "updated" if was_open else "raised"
    entry[VERSION] += 1
    entry[LEVEL], entry[ENDING] = word.level, word.ending
    entry[DUE_AT] = word.due_at or was_due
    place.emit(_alert(place, entry, word, status))
    if is_missed and place.rule:
        entry[COUNTED:] = counts
        if not was_missed or (was_due, counted) != (word.due_at, counts):
            was = _was(was_due, counted[0]) if was_missed else None
            _count(place, entry, was, amends=bool(counted))
    elif was_missed and not is_missed:
        _take_back(place, entry, _was(was_due, counted[0]))


def _where(place: Place, due_at: int) -> int:
    """Where a miss is counted, as one number: by rule, by channel, and by the tier at that time."""
    tier = tier_at(place.customer, due_at)
    rule = crc32((place.rule or "").encode())
    return (rule * len(CHANNELS) + place.channel) * len(TIERS) + tier


def _was(due_at: int, where: int) -> Was:
    """What was said of a miss that was counted there."""
    channel, tier = where // len(TIERS) % len(CHANNELS), where % len(TIERS)
    return Was(1.0, due_at, CHANNELS[channel], TIERS[tier])


def _alert(
    place: Place, entry: list[Any], word: Word, status: Literal["raised", "updated", "resolved"]
) -> Alert:
    customer = place.customer
    clock = CLOCKS[entry[CLOCK]]
    rule = RULES[word.ending - 1] if word.ending else MISSED
    if not word.ending and word.level < MISSED_LEVEL:
        rule = WARNED if word.level else WITHDRAWN
    band = LOW
    if not word.ending and word.level:
        band = {MISSED_LEVEL: HIGH, FAR_LEVEL: CRITICAL}.get(word.level, ELEVATED)
    return Alert(
        alert_id=alert_id("sla", place.customer_id, f"{place.subject}\n{clock}\n{entry[START]}"),
        version=entry[VERSION],
        rule=rule,
        status=status,
        customer_id=place.customer_id,
        case_id=place.case_id,
        raised_at=entry[RAISED_AT],
        updated_at=word.at,
        band=BANDS[band],
        score=SCORES[band],
        reasons=(Reason(clock, SCORES[band], word.spent_ms / 1000),),
        channel=CHANNELS[place.channel],
        tier=TIERS[customer.tier],
        policy=place.policy.promises.version,
        promise_rule=place.rule,
        clock=clock,
        due_at=word.due_at or None,
    )


def _count(place: Place, entry: list[Any], was: Was | None, *, amends: bool) -> None:
    """A miss is a measurement at the instant it was due."""
    says = _was(entry[DUE_AT], entry[COUNTED])
    place.emit(_measurement(place, entry, says, was, retracted=False, amends=amends))


def _take_back(place: Place, entry: list[Any], was: Was) -> None:
    place.emit(_measurement(place, entry, was, was, retracted=True, amends=True))


def _measurement(
    place: Place, entry: list[Any], says: Was, was: Was | None, *, retracted: bool, amends: bool
) -> Measurement:
    """Its version is that of the alert: time and another policy count it up as events do."""
    clock = CLOCKS[entry[CLOCK]]
    return Measurement(
        f"{place.customer_id}/{place.subject}/missed_{clock}/{entry[START]}",
        entry[VERSION],
        f"missed_{clock}",
        place.customer_id,
        place.case_id,
        1.0,
        says.at,
        says.channel,
        says.tier,
        retracted,
        amends,
        rule=place.rule,
        was=was,
    )
