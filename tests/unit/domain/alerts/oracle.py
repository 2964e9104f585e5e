"""Where every promise to a customer should stand, worked out offline from all events, sorted first.

In its own words on purpose: it shares no code with the domain but the names of the events. Where
the domain walks moments and adds pieces up, this lays all time of a case out as a row of strokes,
each with what happened to lie there, and cuts promises out of it.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from streams.domain.touchpoints import Touchpoint

Stretch = tuple[int, int]
"""From an instant to another, epoch ms."""

Mark = tuple[int, str]
"""When something happened, and what."""

Stroke = tuple[int, int, str | None]
"""A stretch, and where the case lay; None while it rested."""

FAR = 2**50

BEGINS_A_CASE = ("message", "call_", "case_")
ORDER = (
    "case_opened",
    "asked",
    "case_reopened",
    "case_pending",
    "case_on_hold",
    "replied",
    "case_resolved",
    "case_closed",
)
"""What happens first at one instant."""

DESK, CUSTOMER, OTHERS = "wait_requester", "wait_agent", "wait_third_party"


class Target(NamedTuple):
    """Numbers of a promise: target and warnings in open ms, and whether it pauses."""

    ms: int
    warnings: tuple[int, ...]
    pauses: bool


class Terms(NamedTuple):
    """What is promised to a tier: clock to target, under the rule's name, in which open hours."""

    rule: str
    targets: dict[str, Target]
    open_hours: Sequence[Stretch] = ((-FAR, FAR),)


class Standing(NamedTuple):
    """A promise: since when, until when, and what became of it.

    `outcome` is kept, missed, withdrawn, warned or running; `due` is when it was missed.
    """

    clock: str
    start: int
    end: int | None
    outcome: str
    due: int | None
    rule: str
    seconds: float | None
    business_s: float | None


class Answer(NamedTuple):
    """Of all promises to a customer, by case; and how long each case lay where until resolved."""

    promises: dict[str, list[Standing]]
    splits: dict[str, dict[str, float]]


def work_out(
    touchpoints: Iterable[Touchpoint], terms_of: Callable[[str, str], Terms], now: int
) -> Answer:
    """The answer as of an instant that no event lies behind; terms are by tier and kind of case."""
    events = list({event.event_id: event for event in touchpoints}.values())
    tiers = sorted(
        (event.occurred_at, ("other", "prospect", "normal", "vip").index(event.tier), event.tier)
        for event in events
        if event.kind == "tier_changed" and event.tier is not None
    )

    def tier_at(at: int) -> str:
        return next((tier for since, _, tier in reversed(tiers) if since <= at), "other")

    cases: dict[str, list[Touchpoint]] = {}
    for event in events:
        if event.case_id is not None and event.kind.startswith(BEGINS_A_CASE):
            cases.setdefault(event.case_id, []).append(event)
    promises, splits = {}, {}
    for case_id, of_case in cases.items():
        happened = sorted(
            (event.occurred_at, ORDER.index(what), what)
            for event in of_case
            for what in _means(event)
        )
        began = min(event.occurred_at for event in of_case)
        marks = [(at, what) for at, _, what in happened]
        opened = min((at for at, what in marks if what == "case_opened"), default=began)
        since = [mark for mark in marks if mark[0] >= opened]
        strokes = _strokes(opened, since, now)
        kinds = {(event.attributes or {}).get("case_kind", "") for event in of_case} - {""}
        kind = min(kinds, default="")

        def terms_at(at: int, kind: str = kind) -> Terms:
            return terms_of(tier_at(at), kind)

        promises[case_id] = [
            *_waits(marks, strokes, terms_at, now),
            *_resolutions(opened, since, strokes, terms_at, now),
        ]
        splits[case_id] = _split(since, strokes)
    return Answer(promises, splits)


def _means(event: Touchpoint) -> list[str]:
    if event.kind == "message":
        if event.actor == "customer":
            return ["asked"]
        return ["replied"] if event.actor == "agent" and event.public else []
    if event.kind == "case_opened":
        return ["case_opened", "asked"] if event.actor == "customer" else ["case_opened"]
    return [event.kind] if event.kind in ORDER else []


def _strokes(opened: int, marks: list[Mark], now: int) -> list[Stroke]:
    """All time since the opening, and where the case lay in it; None while it rested."""
    edges = [opened, *(at for at, _ in marks), now]
    lay: list[str | None] = [DESK]
    for _, what in marks:
        before = lay[-1]
        if what in {"case_resolved", "case_closed"}:
            lay.append(None)
        elif what == "case_reopened" or (what == "asked" and before == CUSTOMER):
            lay.append(DESK)
        elif what == "case_pending" and before is not None:
            lay.append(CUSTOMER)
        elif what == "case_on_hold" and before is not None:
            lay.append(OTHERS)
        else:
            lay.append(before)
    return [(*edge, where) for edge, where in zip(pairwise(edges), lay, strict=True)]


def _waits(
    marks: list[Mark],
    strokes: list[Stroke],
    terms_at: Callable[[int], Terms],
    now: int,
) -> Iterable[Standing]:
    asked = [index for index, (_, what) in enumerate(marks) if what == "asked"]
    stops = [
        index
        for index, (_, what) in enumerate(marks)
        if what in {"replied", "case_resolved", "case_closed"}
    ]
    starts: dict[int | None, int] = {}  # the oldest question that each stop, or none, answers
    for ask in asked:
        starts.setdefault(next((stop for stop in stops if stop > ask), None), ask)
    for stop, ask in starts.items():
        start = marks[ask][0]
        end = None if stop is None else marks[stop][0]
        terms = terms_at(now if end is None else end)
        clock = "first_response"
        if ask != asked[0] or clock not in terms.targets:
            clock = "next_response"
        target = terms.targets.get(clock)
        if target is None:
            continue
        paused = [(a, b) for a, b, where in strokes if where == CUSTOMER] if target.pauses else []
        counts = _less((start, now if end is None else end), paused)
        seconds = None
        if stop is not None and marks[stop][1] == "replied":
            seconds = (marks[stop][0] - start) / 1000
        yield _stands(clock, start, end, now, counts, seconds, target, terms.rule, terms.open_hours)


def _resolutions(
    opened: int,
    marks: list[Mark],
    strokes: list[Stroke],
    terms_at: Callable[[int], Terms],
    now: int,
) -> Iterable[Standing]:
    resolved = [at for at, what in marks if what == "case_resolved"]
    reopened = max((n for n, (_, what) in enumerate(marks) if what == "case_reopened"), default=-1)
    last = marks[reopened + 1 :]
    rests = [at for at, what in last if what in {"case_resolved", "case_closed"}]
    solved = [at for at, what in last if what == "case_resolved"]
    ends = {"resolution_first": (resolved, rests), "resolution_full": (solved, rests)}
    for clock, (stops, or_rests) in ends.items():
        end = min(stops or or_rests, default=None)
        terms = terms_at(now if end is None else end)
        target = terms.targets.get(clock)
        if target is None:
            continue
        until = now if end is None else end
        counts = [
            (start, min(stop, until))
            for start, stop, where in strokes
            if start < until and where is not None and not (target.pauses and where == CUSTOMER)
        ]
        seconds = None
        if stops and clock == "resolution_first":
            seconds = (until - opened) / 1000
        elif stops:
            seconds = sum(min(b, until) - a for a, b, at in strokes if at and a < until) / 1000
        yield _stands(
            clock, opened, end, now, counts, seconds, target, terms.rule, terms.open_hours
        )


def _split(marks: list[Mark], strokes: list[Stroke]) -> dict[str, float]:
    """Where the case lay until it came to be resolved for the last time, seconds."""
    until, is_resolved = None, False
    for at, what in marks:
        if what == "case_reopened":
            is_resolved = False
        elif what == "case_resolved" and not is_resolved:
            until, is_resolved = at, True
    if until is None:
        return {}
    return {
        name: sum(min(b, until) - a for a, b, at in strokes if at == name and a < until) / 1000
        for name in (DESK, CUSTOMER, OTHERS)
    }


def _stands(  # noqa: PLR0917  (all that a promise is judged by)
    clock: str,
    start: int,
    end: int | None,
    now: int,
    counts: list[Stretch],
    seconds: float | None,
    target: Target,
    rule: str,
    open_hours: Sequence[Stretch],
) -> Standing:
    """Missed is what was due before the clock stopped; `seconds` is None if nothing stopped it."""
    until = now if end is None else end
    open_time = [
        (max(a, c), min(b, d)) for a, b in counts for c, d in open_hours if max(a, c) < min(b, d)
    ]
    due = _reached(open_time, target.ms, until)
    outcome = "running"
    if due is not None:
        outcome = "missed"
    elif end is not None:
        outcome = "withdrawn" if seconds is None else "kept"
    elif any(_reached(open_time, ms, until) for ms in target.warnings):
        outcome = "warned"
    spent = None if seconds is None else sum(b - a for a, b in open_time) / 1000
    return Standing(clock, start, end, outcome, due, rule, seconds, spent)


def _reached(open_time: list[Stretch], ms: int, until: int) -> int | None:
    """When so much open time was over, if that was before an instant."""
    for start, end in open_time:
        if ms <= end - start:
            return start + ms if start + ms < until else None
        ms -= end - start
    return None


def _less(whole: Stretch, holes: list[Stretch]) -> list[Stretch]:
    """What is left of a stretch."""
    left = []
    start = whole[0]
    for hole in holes:
        if hole[0] < hole[1] and hole[1] > start and hole[0] < whole[1]:
            left.append((start, hole[0]))
            start = hole[1]
    left.append((start, whole[1]))
    return [(a, b) for a, b in left if a < b]
