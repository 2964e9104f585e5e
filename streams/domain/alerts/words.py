"""What is said of one promise: its levels, its word, and the alert with its versions.

One alert a promise: it is raised as a warning or as a miss, becomes graver with time, and is
resolved when the clock stops. Whatever a promise turns out to stand at is held against what was
said last, and the difference is the next version. So a late answer that proves the promise was
kept takes the miss back under the same id.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple
from zlib import crc32

from streams.domain.alerts.identity import alert_id
from streams.domain.clocks.runs import Run
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert, Measurement, Output, Reason, Was
from streams.domain.policy import Policy
from streams.domain.policy.promises import CLOCKS
from streams.domain.products import about
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
MISSED_LEVEL, FAR_LEVEL = 99, 100
"""Levels; below, the number of warnings passed."""

SCORES = {LOW: 0, ELEVATED: 40, HIGH: 60, CRITICAL: 80}
"""What a level weighs beside a churn score, so that one list can be sorted by both."""
SAID_CAP = 8
"""Promises remembered a case of which something was said, so that one revived by a late event goes
on counting versions; and those that are unknown, at version 0 if nothing was said of them yet."""


class Word(NamedTuple):
    """What there is to say of a promise; see the positions above."""

    level: int
    ending: int
    at: int
    due_at: int
    spent_ms: int


class Place(NamedTuple):
    """Whose promise it is, about what (a case's id, or a word), by which rule, and whom to tell.

    `of_dealings`: without a case, it is about the product of the customer's latest dealing.
    """

    customer: Customer
    customer_id: str
    subject: str
    case_id: str | None
    channel: int
    policy: Policy
    rule: str | None
    emit: Callable[[Output], None]
    of_dealings: bool = False


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


def leave(place: Place, said: Iterable[list[Any]] | None, at: int) -> None:
    """Nobody follows these promises longer: what is open is withdrawn, a miss stays one."""
    for entry in said or ():
        if entry[LEVEL] and not entry[ENDING]:
            missed = entry[LEVEL] >= MISSED_LEVEL
            ending = 1 + RULES.index(MISSED if missed else WITHDRAWN)
            tell(place, entry, Word(entry[LEVEL], ending, at, entry[DUE_AT], 0))


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
        stage=STAGES[customer.stage],
        product=_product(place),
    )


def _product(place: Place) -> str | None:
    if place.case_id:
        return about(place.customer, place.case_id)
    return about(place.customer) if place.of_dealings else None


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
