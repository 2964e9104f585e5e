"""The path through the stages: a pure reading of sorted facts, so that late facts amend it.

A *fact* is an integer, `instant * 8 + stage`, so a sorted list of integers is a sorted history
and a late one is put in its place by `bisect`. A *gap* is a silence longer than the policy's
`lapse_after_ms`, kept as its two ends; within it the customer had lapsed.
"""

from bisect import insort
from typing import NamedTuple

from streams.domain.journey.stages import (
    AWARENESS,
    CONSIDERATION,
    LAPSED,
    LOYALTY,
    PURCHASE,
)
from streams.domain.state import Customer

PATH_CAP = 8
"""Facts kept of a path: two rounds of purchase, delivery, question and answer, at 9 bytes each.
What is older is folded into the first one, which then says where the retained path begins."""

GAPS_CAP = 8
"""Ends of gaps kept: three lapses whole and the one before, at which the retained path begins. A
customer who lapsed for the fourth time has a story of years."""


class Entry(NamedTuple):
    """The customer entered a stage at an instant (epoch ms)."""

    at: int
    stage: int


def read(customer: Customer, lapse_after_ms: int) -> list[Entry]:
    """The stages entered, oldest first, as far as the history reaches.

    At one instant the stage furthest along wins; a stage entered twice in a row counts once.

    >>> from streams.domain.journey.stages import STAGES
    >>> from streams.domain.state import begin
    >>> customer = begin(1000, "web")
    >>> customer.path = [2000 * 8 + 2, 2500 * 8 + 5, 2600 * 8 + 5]
    >>> [(entry.at, STAGES[entry.stage]) for entry in read(customer, 10_000)]
    [(1000, 'awareness'), (2000, 'purchase'), (2500, 'support')]
    """
    horizon = horizon_of(customer)
    marks = [customer.first_seen * 8 + AWARENESS, *customer.path]
    gaps = customer.gaps or ()
    for index in range(0, len(gaps), 2):
        marks.append((gaps[index] + lapse_after_ms) * 8 + LAPSED)
        marks.append(gaps[index + 1] * 8 + CONSIDERATION)
    if customer.clock > customer.last_seen + lapse_after_ms:
        marks.append((customer.last_seen + lapse_after_ms) * 8 + LAPSED)
    marks.sort()
    entries: list[Entry] = []
    for index, mark in enumerate(marks):
        at, stage = mark >> 3, mark & 7
        is_last_of_instant = index + 1 == len(marks) or marks[index + 1] >> 3 != at
        if mark >= horizon and is_last_of_instant and (not entries or entries[-1].stage != stage):
            entries.append(Entry(at, stage))
    return entries


def horizon_of(customer: Customer) -> int:
    """The first mark of the retained path if older ones were folded away, else 0."""
    path, gaps = customer.path, customer.gaps
    horizon = path[0] if len(path) == PATH_CAP else 0
    if gaps is not None and len(gaps) == GAPS_CAP:
        horizon = max(horizon, gaps[1] * 8)
    return horizon


def insert(customer: Customer, at: int, stage: int) -> None:
    """Add a fact anywhere; one older than a folded history has nothing to amend any more."""
    path = customer.path
    fact = at * 8 + stage
    if len(path) == PATH_CAP and fact < path[0]:
        return
    insort(path, fact)
    if len(path) > PATH_CAP:
        fold(path)


def fold(path: list[int]) -> None:
    """Shorten the path by one fact, keeping when the oldest stage was entered."""
    del path[1 if path[0] & 7 == path[1] & 7 else 0]


def recode_purchases(customer: Customer) -> None:
    """After an earlier first purchase became known, the ones behind it are loyalty."""
    path = customer.path
    for index, fact in enumerate(path):
        if fact & 7 == PURCHASE and fact >> 3 > customer.first_purchase:
            path[index] = fact + (LOYALTY - PURCHASE)
    path.sort()


def insert_gap(customer: Customer, at: int, lapse_after_ms: int) -> None:
    """Let an event that came late break the silence it falls into (or begin the history)."""
    first, last = customer.first_seen, customer.last_seen
    gaps = customer.gaps or []
    if at < first:
        silences = [(at, first)]
    elif at > last:
        silences = [(last, at)]
    else:
        silences = []
        for index in range(0, len(gaps), 2):
            if gaps[index] < at < gaps[index + 1]:
                silences = [(gaps[index], at), (at, gaps[index + 1])]
                gaps = gaps[:index] + gaps[index + 2 :]
                break
    long = [
        end for silence in silences if silence[1] - silence[0] > lapse_after_ms for end in silence
    ]
    customer.gaps = sorted(gaps + long)[-GAPS_CAP:] or None


def entered_at(customer: Customer, lapse_after_ms: int) -> int:
    """When the present stage was entered; the last few facts tell, without reading the path."""
    path = customer.path
    stage = customer.stage
    if customer.gaps is None and path and path[-1] & 7 == stage:
        index = len(path) - 1
        while index > 0 and path[index - 1] & 7 == stage:
            index -= 1
        at = path[index] >> 3
        if index == 0 or path[index - 1] >> 3 != at:
            return at
    entries = reversed(read(customer, lapse_after_ms))
    return next(entry.at for entry in entries if entry.stage == stage)
