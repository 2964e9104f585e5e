"""The queue waits and talks of one channel, out of its sorted moments.

Definitions:

- a *queue wait* is from a call or chat queued to the next answer or abandonment on its channel, of
  the same case where both name one. Queued again while waiting is still the same wait. An answer
  that nobody queued for is a wait of the time it names itself, else of none;
- an *abandonment* ends a wait without an answer, or names its own time; without either it says
  nothing, as does hanging up on somebody who answers;
- a *talk* is from the answer to the end, or lasts as long as the end says. Answered again is still
  the same talk, unless the customer queued in between. An end without a talk ends a wait, which
  then was neither answered nor abandoned.

Nothing runs for ever: after a day without an end a wait or a talk is given up, and said as nothing.
An answer may come before its queueing when clocks are skewed: queued within a minute of an answer
that nobody queued for belongs to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

QUEUED, ANSWERED, ABANDONED, ENDED = range(4)

DAY_MS: Final = 86_400_000
"""After so long without an end nobody waits in a queue any more, whatever the feed forgot."""

SKEW_MS: Final = 60_000
"""Clocks of a telephone system and its desk may differ by so much."""

QUEUE_WAIT, GAVE_UP, TALK, LEFT = "queue_wait", "abandoned", "handling_time", ""
"""What a span is: answered, abandoned, talked, or a wait that ended some other way."""

NO_DURATION: Final = -1

Moment = list[Any]
"""`[instant * 4 + code, duration in ms or -1, case or empty]`."""


class Span(NamedTuple):
    """A wait or a talk that is over; instants are epoch ms, `case` is empty for none."""

    metric: str
    start: int
    end: int
    case: str
    lasted_ms: int


class Running(NamedTuple):
    """A wait or a talk since an instant; `queued` says that a talk's customer had queued for it."""

    start: int
    case: str
    queued: bool = True


def instant_of(moment: Moment) -> int:
    """When it was, epoch ms."""
    return int(moment[0] >> 2)


@dataclass(slots=True)
class Walk:
    """How far the moments have led: who waits, who talks, and what is over."""

    waits: list[Running]
    talks: list[Running]
    over: list[Span]

    @property
    def is_over(self) -> bool:
        """Nobody waits or talks."""
        return not self.waits and not self.talks

    def give_up(self, at: int) -> None:
        """End what has run for more than a day by an instant."""
        for wait in self.waits:
            if wait.start + DAY_MS < at:
                self.over.append(Span(LEFT, wait.start, wait.start + DAY_MS, wait.case, DAY_MS))
        for running in (self.waits, self.talks):
            if running and running[0].start + DAY_MS < at:
                running[:] = [one for one in running if one.start + DAY_MS >= at]

    def step(self, moment: Moment) -> None:
        """Go on by one moment; it only adds to what is over."""
        key, lasted_ms, case = moment
        at, code = key >> 2, key & 3
        if lasted_ms > DAY_MS:
            lasted_ms = NO_DURATION
        if self.waits or self.talks:
            self.give_up(at)
        if code == QUEUED:
            self._queue(at, case)
        elif code == ANSWERED:
            self._answer(at, case, lasted_ms)
        elif code == ABANDONED:
            self._abandon(at, case, lasted_ms)
        else:
            self._end(at, case, lasted_ms)

    def _queue(self, at: int, case: str) -> None:
        place = _find(self.waits, case)
        if place is not None:
            known = self.waits[place]
            self.waits[place] = known._replace(case=known.case or case)
            return
        place = _find(self.talks, case)
        if place is not None:
            talk = self.talks[place]
            if not talk.queued and at - talk.start <= SKEW_MS:
                return
        self.waits.append(Running(at, case))

    def _answer(self, at: int, case: str, lasted_ms: int) -> None:
        place, talking = _find(self.waits, case), _find(self.talks, case)
        if place is not None:
            wait = self.waits.pop(place)
            case = case or wait.case
            self.over.append(Span(QUEUE_WAIT, wait.start, at, case, at - wait.start))
            if talking is not None:
                del self.talks[talking]
            self.talks.append(Running(at, case))
        elif talking is None:
            waited_ms = max(lasted_ms, 0)
            self.over.append(Span(QUEUE_WAIT, at - waited_ms, at, case, waited_ms))
            self.talks.append(Running(at, case, queued=False))

    def _abandon(self, at: int, case: str, lasted_ms: int) -> None:
        place = _find(self.waits, case)
        if place is not None:
            wait = self.waits.pop(place)
            self.over.append(Span(GAVE_UP, wait.start, at, case or wait.case, at - wait.start))
        elif lasted_ms >= 0 and _find(self.talks, case) is None:
            self.over.append(Span(GAVE_UP, at - lasted_ms, at, case, lasted_ms))

    def _end(self, at: int, case: str, lasted_ms: int) -> None:
        place = _find(self.talks, case)
        if place is not None:
            talk = self.talks.pop(place)
            lasted_ms = at - talk.start if lasted_ms < 0 else lasted_ms
            self.over.append(Span(TALK, talk.start, at, case or talk.case, lasted_ms))
            return
        place = _find(self.waits, case)
        if place is not None:
            wait = self.waits.pop(place)
            case = case or wait.case
            self.over.append(Span(LEFT, wait.start, at, case, at - wait.start))
        if lasted_ms > 0:
            self.over.append(Span(TALK, at - lasted_ms, at, case, lasted_ms))


def walk(moments: Iterable[Moment]) -> Walk:
    """Walk all moments.

    >>> queued, answered = [1000 * 4 + QUEUED, -1, ""], [31_000 * 4 + ANSWERED, -1, "K1"]
    >>> walk([queued, answered]).over
    [Span(metric='queue_wait', start=1000, end=31000, case='K1', lasted_ms=30000)]
    """
    so_far = Walk([], [], [])
    for moment in moments:
        so_far.step(moment)
    return so_far


def _find(running: list[Running], case: str) -> int | None:
    """Which of those that run a moment belongs to: that of its own case, else the oldest that may.

    A moment without a case may belong to any, and any to what runs without one.
    """
    fitting = None
    for place, one in enumerate(running):
        if one.case == case:
            return place
        if fitting is None and not (case and one.case):
            fitting = place
    return fitting
