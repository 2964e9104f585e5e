"""`sla.warned`, `sla.missed`, `sla.met`, `sla.withdrawn`: where a promise to a customer stands.

One alert a promise: it is raised as a warning or as a miss, becomes graver with time, and is
resolved when the clock stops. What it says is a function of the case's moments and of how far time
has come; whatever that turns out to be is held against what was said last, and the difference is
the next version. So a late answer that proves the promise was kept takes the miss back under the
same id.

While the feed of the case's channel is silent, a miss that falls due is *unknown*: it is remembered
without a word, and looked at every minute until the feed is back and tells what really was.
"""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from streams.domain.alerts.identity import alert_id
from streams.domain.cases.case import CASE_ID, CHANNEL, FOLD, SAID, Case
from streams.domain.clocks.reading import rules_of
from streams.domain.clocks.runs import Piece, Progress, Run, pieces, progress, runs, spent_ms
from streams.domain.clocks.walk import UNTIL, live
from streams.domain.outputs import Alert, Measurement, Output, Reason, Was
from streams.domain.policy import Policy
from streams.domain.policy.promises import CLOCKS, Promise
from streams.domain.risk.bands import BANDS, CRITICAL, ELEVATED, HIGH, LOW
from streams.domain.state import Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS

WARNED, MISSED, MET, WITHDRAWN = "sla.warned", "sla.missed", "sla.met", "sla.withdrawn"
RULES = (WARNED, MISSED, MET, WITHDRAWN)

CLOCK, START, VERSION, RAISED_AT, LEVEL, ENDING, DUE_AT = range(7)
"""Positions of what was said of a promise: clock (index), start of the run, version, instant
raised, level, how it ended (0 not yet, else an index into the rules, plus 1), and when it was due
if it was missed; instants are epoch ms, 0 for never."""

RESOLUTIONS = CLOCKS.index("resolution_first")
"""Clocks from this one on run once a case."""

MISSED_LEVEL, FAR_LEVEL = 99, 100
"""Levels; below, the number of warnings passed."""

SCORES = {LOW: 0, ELEVATED: 40, HIGH: 60, CRITICAL: 80}
"""What a level weighs beside a churn score, so that one list can be sorted by both."""

SAID_CAP = 8
"""Promises remembered a case of which something was said, so that one revived by a late event goes
on counting versions; and those that are unknown, at version 0 if nothing was said of them yet."""

LOOK_EVERY_MS = 60_000
"""How often an unknown promise is looked at. Counted from when it was due, so that ten thousand of
them are not looked at in one instant, and a replay looks when the first run did."""


class _Word(NamedTuple):
    """What there is to say of a promise; see the positions above."""

    level: int
    ending: int
    at: int
    due_at: int
    spent_ms: int


class _Place(NamedTuple):
    """Whose promise it is, by which rule, and whom to tell."""

    customer: Customer
    customer_id: str
    case: Case
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
    speaks_from = said[0][START] if len(said) >= SAID_CAP else 0
    silent = {(entry[CLOCK], entry[START]): entry for entry in said}
    for run, rule in runs(life, rules_of(customer, case, policy)):
        clock = CLOCKS.index(run.clock)
        entry = silent.pop((clock, run.start), None)
        promise = rule.promises[run.clock]
        parts = pieces(run, life, pauses=promise.pauses)
        until = now if run.end is None else run.end
        stands = progress(promise, parts, until)
        if run.end is None and stands.next_at:
            look_at = min(look_at or stands.next_at, stands.next_at)
        level = _level(stands.passed, len(promise.warnings_ms))
        over, again_at = run.end is not None, 0
        if level >= MISSED_LEVEL and policy.unheard is not None:
            stands, again_at = _as_heard(
                stands, case, policy, promise, parts, entry, now, over=over
            )
            if again_at:
                level = _level(stands.passed, len(promise.warnings_ms))
                look_at = min(look_at or again_at, again_at)
        speaks = level > 0 and not (over and level < MISSED_LEVEL)
        if entry is None or entry[VERSION] == 0:
            remembers = (speaks or again_at > 0) and run.start >= speaks_from
            said, entry = _remembering(said, entry, clock, run.start, remembers=remembers)
            if not (speaks and remembers):
                continue
        elif again_at and not speaks and over:
            continue  # what it ended as is unknown
        word = _Word(
            level,
            _ending(run, level),
            stands.passed_at if run.end is None else run.end,
            stands.due_at or 0,
            spent_ms(promise, parts, until),
        )
        _tell(_Place(customer, customer_id, case, policy, rule.name, emit), entry, word)
    folded_until = 0 if case[FOLD] is None else case[FOLD][UNTIL]
    for entry in silent.values():  # nothing of the kind is promised any more
        if entry[VERSION] == 0:
            said = [known for known in said if known is not entry]
        elif entry[START] > folded_until or entry[CLOCK] >= RESOLUTIONS:
            word = _Word(0, 1 + RULES.index(WITHDRAWN), now, entry[DUE_AT], 0)
            _tell(_Place(customer, customer_id, case, policy, None, emit), entry, word)
    case[SAID] = sorted(said, key=_remembered)[-SAID_CAP:] or None
    return look_at


def leave(
    customer: Customer,
    customer_id: str,
    case: Case,
    at: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The case is followed no longer: what is open is withdrawn, what was missed stays missed."""
    place = _Place(customer, customer_id, case, policy, None, emit)
    for entry in case[SAID] or ():
        if entry[LEVEL] and not entry[ENDING]:
            missed = entry[LEVEL] >= MISSED_LEVEL
            ending = 1 + RULES.index(MISSED if missed else WITHDRAWN)
            _tell(place, entry, _Word(entry[LEVEL], ending, at, entry[DUE_AT], 0))


def _remembering(
    said: list[list[Any]], entry: list[Any] | None, clock: int, start: int, *, remembers: bool
) -> tuple[list[list[Any]], list[Any]]:
    """The entries with or without that of a promise of which nothing was said yet."""
    if entry is None:
        entry = [clock, start, 0, 0, 0, 0, 0]
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
    while (level := _level(stands.passed, warnings)) >= MISSED_LEVEL and level > claimed:
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


def _level(passed: int, warnings: int) -> int:
    return passed if passed <= warnings else MISSED_LEVEL + passed - warnings - 1


def _ending(run: Run, level: int) -> int:
    if run.end is None:
        return 0
    if level >= MISSED_LEVEL:
        return 1 + RULES.index(MISSED)
    return 1 + RULES.index(MET if run.stopped else WITHDRAWN)


def _remembered(entry: list[Any]) -> tuple[bool, int]:
    """Of too many entries the oldest waits are forgotten first."""
    return entry[CLOCK] >= RESOLUTIONS, entry[START]


def _tell(place: _Place, entry: list[Any], word: _Word) -> None:
    """Say a word that differs from the last one, and whether the promise is missed or no more."""
    if entry[VERSION] and (entry[LEVEL], entry[ENDING]) == (word.level, word.ending):
        return
    was_missed, is_missed = entry[LEVEL] >= MISSED_LEVEL, word.level >= MISSED_LEVEL
    was_open = entry[LEVEL] and not entry[ENDING]
    if entry[VERSION] == 0:
        entry[RAISED_AT] = word.at
    status: Literal["raised", "updated", "resolved"] = "resolved"
    if word.level and not word.ending:
        status = "updated" if was_open else "raised"
    entry[VERSION] += 1
    entry[LEVEL], entry[ENDING] = word.level, word.ending
    place.emit(_alert(place, entry, word, status))
    if is_missed != was_missed:
        said_before = entry[DUE_AT] != 0
        if is_missed:
            entry[DUE_AT] = word.due_at
        _count(place, entry, missed=is_missed, amends=said_before)


def _alert(
    place: _Place, entry: list[Any], word: _Word, status: Literal["raised", "updated", "resolved"]
) -> Alert:
    customer, case = place.customer, place.case
    clock = CLOCKS[entry[CLOCK]]
    rule = RULES[word.ending - 1] if word.ending else MISSED
    if not word.ending and word.level < MISSED_LEVEL:
        rule = WARNED if word.level else WITHDRAWN
    band = LOW
    if not word.ending and word.level:
        band = {MISSED_LEVEL: HIGH, FAR_LEVEL: CRITICAL}.get(word.level, ELEVATED)
    return Alert(
        alert_id=alert_id("sla", place.customer_id, f"{case[CASE_ID]}\n{clock}\n{entry[START]}"),
        version=entry[VERSION],
        rule=rule,
        status=status,
        customer_id=place.customer_id,
        case_id=case[CASE_ID],
        raised_at=entry[RAISED_AT],
        updated_at=word.at,
        band=BANDS[band],
        score=SCORES[band],
        reasons=(Reason(clock, SCORES[band], word.spent_ms / 1000),),
        channel=CHANNELS[case[CHANNEL]],
        tier=TIERS[customer.tier],
        policy=place.policy.promises.version,
        promise_rule=place.rule,
        clock=clock,
        due_at=word.due_at or None,
    )


def _count(place: _Place, entry: list[Any], *, missed: bool, amends: bool) -> None:
    """A miss is a measurement at the instant it was due; one that wasn't is taken back."""
    clock, at = CLOCKS[entry[CLOCK]], entry[DUE_AT]
    key = f"missed_{clock}/{entry[START]}" if clock == "next_response" else f"missed_{clock}"
    case = place.case
    channel, tier = CHANNELS[case[CHANNEL]], TIERS[tier_at(place.customer, at)]
    place.emit(
        Measurement(
            f"{place.customer_id}/{case[CASE_ID]}/{key}",
            place.customer.events,
            f"missed_{clock}",
            place.customer_id,
            case[CASE_ID],
            1.0,
            at,
            channel,
            tier,
            retracted=not missed,
            amends=amends,
            rule=place.rule,
            was=Was(1.0, at, channel, tier) if not missed else None,
        )
    )
