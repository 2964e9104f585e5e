"""`sla.*` of a queue: a call or chat is answered in time, where that is promised.

The words are those of a case's promises, and so is the way in which they are taken back.
"""

from collections.abc import Callable, Iterator
from typing import Any

from streams.domain.alerts import words
from streams.domain.alerts.standing import stand
from streams.domain.alerts.words import (
    DUE_AT,
    ENDING,
    LEVEL,
    MISSED_LEVEL,
    RULES,
    SAID_CAP,
    START,
    WITHDRAWN,
    Place,
    Word,
    ending_of,
    tell,
)
from streams.domain.clocks.due import sooner
from streams.domain.clocks.runs import Run, spent_ms
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.policy.promises import CLOCKS
from streams.domain.queues.line import CHANNEL, DUE, MOMENTS, SAID, SINCE, Line, lines_of
from streams.domain.queues.reading import rule_of
from streams.domain.queues.walk import DAY_MS, QUEUE_WAIT, TALK, walk
from streams.domain.state import Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS

_CLOCK = CLOCKS.index(QUEUE_WAIT)


def watch(
    customer: Customer, customer_id: str, line: Line, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Say what time and events have changed -> when to look again (epoch ms), 0 for never."""
    now, look_at = customer.clock, 0
    said: list[list[Any]] = line[SAID] or []
    speaks_from = said[0][START] if len(said) >= SAID_CAP else 0
    silent = {entry[START]: entry for entry in said}
    runs = list(_runs(line, now))
    for run, case in runs:
        tier = customer.tier if run.end is None else tier_at(customer, run.end)
        rule = rule_of(line[CHANNEL], tier, policy)
        if rule is None:
            continue
        entry = silent.pop(run.start, None)
        promise, parts = rule.promises[QUEUE_WAIT], [(run.start, run.end)]
        claimed = 0 if entry is None else entry[LEVEL]
        stands, level, wanted_at, unknown = stand(
            run, promise, parts, claimed, line[CHANNEL], policy, now
        )
        look_at = sooner(look_at, wanted_at)
        over = run.end is not None
        if level and not over:  # at the latest when it is given up
            look_at = sooner(look_at, run.start + DAY_MS + 1)
        if entry is not None and unknown and over and level < MISSED_LEVEL:
            continue  # what it ended as is unknown
        if entry is None:
            if level == 0 or (over and level < MISSED_LEVEL) or run.start < speaks_from:
                continue
            entry = [run.start, 0, 0, 0, _CLOCK, 0, 0]
            said = [*said, entry]
        at = stands.passed_at if run.end is None else run.end
        waited_ms = spent_ms(promise, parts, at)
        word = Word(level, ending_of(run, level), at, stands.due_at or 0, waited_ms)
        tell(
            _place(customer, customer_id, line, case, policy, rule.name, emit),
            entry,
            word,
        )
    for entry in silent.values():  # nobody waited then, or nothing is promised any more
        if entry[START] > line[SINCE] or not entry[ENDING]:
            word = Word(0, 1 + RULES.index(WITHDRAWN), now, entry[DUE_AT], 0)
            place = _place(customer, customer_id, line, "", policy, None, emit)
            tell(place, entry, word)
    # By the time an answer names itself a wait may reach back behind the moments kept.
    starts = {run.start for run, _ in runs}
    kept = [
        entry
        for entry in said
        if entry[START] > line[SINCE] or not entry[ENDING] or entry[START] in starts
    ]
    line[SAID] = sorted(kept, key=_start)[-SAID_CAP:] or None
    return look_at


def pass_time(
    customer: Customer, customer_id: str, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """Look at the lines that want a look by now."""
    for line in lines_of(customer):
        if 0 < line[DUE] <= customer.clock:
            line[DUE] = watch(customer, customer_id, line, policy, emit)


def review(
    customer: Customer, customer_id: str, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """Bring what runs under another policy."""
    for line in lines_of(customer):
        line[DUE] = watch(customer, customer_id, line, policy, emit)


def leave(
    customer: Customer, customer_id: str, at: int, policy: Policy, emit: Callable[[Output], None]
) -> None:
    """The customer goes: what is open is withdrawn, what was missed stays missed."""
    for line in lines_of(customer):
        place = _place(customer, customer_id, line, "", policy, None, emit)
        words.leave(place, line[SAID], at)


def _runs(line: Line, now: int) -> Iterator[tuple[Run, str]]:
    """Every wait that was or is, with its case; of one start the first counts."""
    so_far = walk(line[MOMENTS])
    so_far.give_up(now)
    runs = [
        (Run(QUEUE_WAIT, start, end, metric == QUEUE_WAIT), case)
        for metric, start, end, case, _ in so_far.over
        if metric != TALK
    ]
    runs += [(Run(QUEUE_WAIT, wait.start, None, stopped=False), wait.case) for wait in so_far.waits]
    known: set[int] = set()
    for run, case in runs:
        if run.start not in known:
            known.add(run.start)
            yield run, case


def _place(
    customer: Customer,
    customer_id: str,
    line: Line,
    case: str,
    policy: Policy,
    rule: str | None,
    emit: Callable[[Output], None],
) -> Place:
    channel = line[CHANNEL]
    return Place(
        customer, customer_id, CHANNELS[channel], case or None, channel, policy, rule, emit
    )


def _start(entry: list[Any]) -> int:
    return int(entry[START])
