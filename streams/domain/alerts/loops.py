"""`sla.*` of a loop: the customer is called in time, and helped in time, where that is promised.

The words are those of a case's promises, and so is the way in which they are taken back.
"""

from collections.abc import Callable, Iterator
from typing import Any

from streams.domain.alerts import words
from streams.domain.alerts.standing import stand
from streams.domain.alerts.words import (
    CLOCK,
    DUE_AT,
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
from streams.domain.loops.loop import BEFORE, KEPT, SAID, UNTIL, Loop
from streams.domain.loops.reading import CONTACT_CLOCK, RESOLUTION_CLOCK, rule_of
from streams.domain.loops.rounds import (
    CHANNEL,
    CONTACTED_AT,
    ENDED_AT,
    RESOLVED_AT,
    SINCE,
    Round,
    fades_at,
    walk,
)
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.policy.promises import CLOCKS
from streams.domain.state import Customer
from streams.domain.tiers import tier_at

LOOP = "loop"
"""Stands in the id of an alert where others have their case."""


def watch(
    customer: Customer, customer_id: str, loop: Loop, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Say what time and events have changed -> when to look again (epoch ms), 0 for never."""
    if loop[SAID] is None and not policy.promises.loops:
        return 0
    now = customer.clock
    look_at = 0
    said: list[list[Any]] = loop[SAID] or []
    # Two clocks start together: of the oldest round one may have been forgotten.
    speaks_from = said[0][START] if len(said) >= SAID_CAP else 0
    silent = {(entry[CLOCK], entry[START]): entry for entry in said}
    for run, channel, fade in _runs(walk(loop[BEFORE], loop[KEPT])[0], now):
        tier = customer.tier if run.end is None else tier_at(customer, run.end)
        rule = rule_of(channel, tier, policy)
        promise = None if rule is None else rule.promises.get(run.clock)
        if rule is None or promise is None:
            continue
        clock = CLOCKS.index(run.clock)
        entry = silent.pop((clock, run.start), None)
        parts = [(run.start, run.end)]
        claimed = 0 if entry is None else entry[LEVEL]
        stands, level, wanted_at, unknown = stand(
            run, promise, parts, claimed, channel, policy, now
        )
        over = run.end is not None
        look_at = sooner(look_at, wanted_at or (0 if over else fade + 1))
        if entry is not None and unknown and over and level < MISSED_LEVEL:
            continue  # what it ended as is unknown
        if entry is None:
            if level == 0 or (over and level < MISSED_LEVEL) or run.start <= speaks_from:
                continue
            entry = [run.start, 0, 0, 0, clock, 0, 0]
            said = [*said, entry]
        word = Word(
            level,
            ending_of(run, level),
            stands.passed_at if run.end is None else run.end,
            stands.due_at or 0,
            spent_ms(promise, parts, now if run.end is None else run.end),
        )
        tell(_place(customer, customer_id, channel, policy, rule.name, emit), entry, word)
    for entry in silent.values():  # there was no such round, or nothing is promised any more
        if entry[START] > loop[UNTIL]:
            word = Word(0, 1 + RULES.index(WITHDRAWN), now, entry[DUE_AT], 0)
            tell(_place(customer, customer_id, 0, policy, None, emit), entry, word)
    loop[SAID] = sorted(said, key=lambda entry: entry[START])[-SAID_CAP:] or None
    return look_at


def leave(
    customer: Customer,
    customer_id: str,
    loop: Loop,
    at: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The customer goes."""
    words.leave(_place(customer, customer_id, 0, policy, None, emit), loop[SAID], at)


def _place(
    customer: Customer,
    customer_id: str,
    channel: int,
    policy: Policy,
    rule: str | None,
    emit: Callable[[Output], None],
) -> Place:
    return Place(customer, customer_id, LOOP, None, channel, policy, rule, emit, of_dealings=True)


def _runs(rounds: list[Round], now: int) -> Iterator[tuple[Run, int, int]]:
    """Every run of the two clocks with the channel of its round, and when the round fades."""
    for one in rounds:
        fade = fades_at(one)
        over = one[ENDED_AT] or (fade if now > fade else None)
        contacted, resolved = one[CONTACTED_AT] or None, one[RESOLVED_AT] or None
        ended = contacted or resolved or over
        yield Run(CONTACT_CLOCK, one[SINCE], ended, contacted is not None), one[CHANNEL], fade
        ended = resolved or over
        yield Run(RESOLUTION_CLOCK, one[SINCE], ended, resolved is not None), one[CHANNEL], fade
