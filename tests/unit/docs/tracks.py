"""What a customer's clocks show when a story is told: spans of time, and where they pause."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.domain.cases.case import CASE_ID
from streams.domain.clocks.reading import rules_of
from streams.domain.clocks.runs import Piece, instant_of, pieces, runs
from streams.domain.clocks.walk import Spell, live
from streams.domain.loops.loop import BEFORE, KEPT, loop_of
from streams.domain.loops.reading import rule_of as rule_of_loop
from streams.domain.loops.rounds import CHANNEL, CONTACTED_AT, ENDED_AT, RESOLVED_AT, SINCE, walk
from streams.domain.policy import Policy
from streams.domain.policy.promises import Promise, Rule
from streams.domain.queues import line as queue
from streams.domain.queues.reading import rule_of as rule_of_queue
from streams.domain.queues.walk import QUEUE_WAIT
from streams.domain.queues.walk import walk as walk_queue
from streams.domain.state import Customer


class Track(NamedTuple):
    """One run of a clock, of a case or not; epoch ms, `end` is None while it runs."""

    clock: str
    start: int
    end: int | None
    parts: list[Piece]
    promise: Promise | None
    case_id: str | None = None

    @property
    def due_at(self) -> int | None:
        """When it was promised to stop, had it run on."""
        if self.promise is None or not self.parts:
            return None
        open_end = [*self.parts[:-1], (self.parts[-1][0], None)]
        return instant_of(self.promise, open_end, self.promise.target_ms)


def tracks(customer: Customer, policy: Policy) -> list[Track]:
    """Every run of every clock, those of cases first."""
    return [
        *_of_cases(customer, policy),
        *_of_queues(customer, policy),
        *_of_loop(customer, policy),
    ]


def spells(customer: Customer) -> list[Spell]:
    """Where the customer's cases lay, and lie."""
    return [spell for case in customer.cases or () for spell in live(case).spells]


def _of_cases(customer: Customer, policy: Policy) -> Iterator[Track]:
    for case in customer.cases or ():
        life = live(case)
        for run, rule in runs(life, rules_of(customer, case, policy)):
            promise = rule.promises[run.clock]
            parts = pieces(run, life, pauses=promise.pauses)
            yield Track(run.clock, run.start, run.end, parts, promise, case[CASE_ID])


def _of_queues(customer: Customer, policy: Policy) -> Iterator[Track]:
    for line in queue.lines_of(customer):
        so_far = walk_queue(line[queue.MOMENTS])
        rule = rule_of_queue(line[queue.CHANNEL], customer.tier, policy)
        for span in so_far.over:
            of_wait = span.metric == QUEUE_WAIT
            yield _plain(span.metric, span.start, span.end, rule if of_wait else None)
        for wait in so_far.waits:
            yield _plain(QUEUE_WAIT, wait.start, None, rule)


def _of_loop(customer: Customer, policy: Policy) -> Iterator[Track]:
    loop = loop_of(customer)
    for one in walk(loop[BEFORE], loop[KEPT])[0] if loop is not None else ():
        rule = rule_of_loop(one[CHANNEL], customer.tier, policy)
        resolved = one[RESOLVED_AT] or one[ENDED_AT] or None
        yield _plain("loop_contact", one[SINCE], one[CONTACTED_AT] or resolved, rule)
        yield _plain("loop_resolution", one[SINCE], resolved, rule)


def _plain(clock: str, start: int, end: int | None, rule: Rule | None) -> Track:
    promise = None if rule is None else rule.promises.get(clock)
    return Track(clock, start, end, [(start, end)], promise)
