"""What is kept of a customer's queues: a line a channel, of its last few moments.

A moment is `[instant * 4 + code, duration, case]`, sorted. **Ties**: at one instant a customer
queues before somebody answers, and ends come last; so every order of arrival reads alike. A moment
told twice in the same words, by two systems, is one.
"""

from typing import Any, Final

from streams.domain.queues.walk import DAY_MS, Moment, Walk, instant_of, walk
from streams.domain.state import QUEUES, Customer, keep_rare, rare

Line = list[Any]

CHANNEL, SINCE, MOMENTS, OVER, SAID, DUE = range(6)
"""Positions: channel (index), instant (epoch ms) up to which moments are no longer kept, moments,
how many of them are over (with the last of these nobody waited or talked any more), what was said
of its promises, and when they want a look (epoch ms, 0 for never)."""

MOMENTS_CAP: Final = 8
"""Moments kept a channel, if what lies before them is over: two calls with room."""

MOMENTS_MOST: Final = 32
"""Moments kept in all, though nothing be over: a desk that answers nobody."""


def lines_of(customer: Customer) -> list[Line]:
    """The customer's lines, by channel; mostly none."""
    return rare(customer, QUEUES) or []


def line_of(customer: Customer, channel: int) -> Line:
    """The line of a channel (index), begun if there is none.

    >>> from streams.domain.state import begin
    >>> line_of(begin(5, "phone"), 3)
    [3, 0, [], 0, None, 0]
    """
    lines = lines_of(customer)
    for line in lines:
        if line[CHANNEL] == channel:
            return line
    begun: Line = [channel, 0, [], 0, None, 0]
    keep_rare(customer, QUEUES, sorted([*lines, begun], key=_channel))
    return begun


def _channel(line: Line) -> int:
    return int(line[CHANNEL])


def is_too_late(line: Line, at: int) -> bool:
    """Whether an instant lies where the line no longer remembers, or soon won't."""
    moments = line[MOMENTS]
    if at <= line[SINCE]:
        return True
    return bool(moments) and at < instant_of(moments[-1]) - DAY_MS


def trim(line: Line) -> None:
    """Drop what is over and a day behind, and what is over beyond the cap.

    What is left reads as before: nothing is dropped that a later moment could still belong to.
    """
    moments: list[Moment] = line[MOMENTS]
    over: int = line[OVER]
    oldest_kept = instant_of(moments[-1]) - DAY_MS
    surplus = len(moments) - MOMENTS_CAP
    if surplus <= 0 and instant_of(moments[0]) >= oldest_kept:
        return
    if over and surplus <= 0 and instant_of(moments[over - 1]) < oldest_kept:
        _drop(line, moments, over)  # mostly the last call was over long ago
        return
    if surplus > 0:
        moments = _without_repeats(moments)
    cut = _cut(moments, oldest_kept, len(moments) - MOMENTS_CAP)
    _drop(line, moments, max(cut, len(moments) - MOMENTS_MOST))
    line[OVER] = how_many_over(line[MOMENTS])


def _drop(line: Line, moments: list[Moment], cut: int) -> None:
    if cut > 0:
        line[SINCE] = instant_of(moments[cut - 1])
    line[MOMENTS], line[OVER] = moments[max(cut, 0) :], 0


def how_many_over(moments: list[Moment]) -> int:
    """Of how many moments the last left nobody waiting or talking."""
    so_far, over = Walk([], [], []), 0
    for index, moment in enumerate(moments, 1):
        so_far.step(moment)
        if so_far.is_over:
            over = index
    return over


def _cut(moments: list[Moment], oldest_kept: int, surplus: int) -> int:
    """How many of the oldest moments may go."""
    so_far, cut = Walk([], [], []), 0
    for index, moment in enumerate(moments):
        if cut >= surplus and index and instant_of(moments[index - 1]) >= oldest_kept:
            break
        so_far.give_up(min(instant_of(moment), oldest_kept))
        if so_far.is_over:
            cut = index
        so_far.step(moment)
    return cut


def _without_repeats(moments: list[Moment]) -> list[Moment]:
    """Less what a queue says over and over while somebody waits, if that changes nothing."""
    kept: list[Moment] = []
    for moment in moments:
        code, case = moment[0] & 3, moment[2]
        if code or not kept or (kept[-1][0] & 3, kept[-1][2]) != (code, case):
            kept.append(moment)
    return kept if walk(kept) == walk(moments) else moments
