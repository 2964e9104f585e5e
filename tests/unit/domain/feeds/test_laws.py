"""Slices, disorder within the lateness, and crashes change nothing of what feeds say."""

from collections.abc import Sequence
from functools import cache
from math import log
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.outputs import Alert
from tests.unit.domain.feeds.watching import (
    HOUR,
    MINUTE,
    MONDAY,
    WEEK,
    Event,
    Watch,
    every,
    office_weeks,
)

BEGIN = MONDAY + 4 * WEEK + 9 * HOUR
LATENESS = 3 * MINUTE
VOICES = ("chat", "web", "phone", "heartbeat/phone")
Answers = list[bool]

gaps = st.sampled_from([1, 700, 30_000, MINUTE, 4 * MINUTE, 12 * MINUTE, HOUR, 9 * HOUR])
streams = st.lists(st.tuples(gaps, st.sampled_from(VOICES)), min_size=1, max_size=40)
delays = st.sampled_from([0, 0, 0, 20_000, 5 * MINUTE, 40 * MINUTE, 3 * HOUR])


@cache
def learned() -> dict[str, bytes]:
    """What four weeks have taught of two channels."""
    watch = Watch().tell(sorted(office_weeks(4) + every(20 * MINUTE, MONDAY, BEGIN, "web")))
    return dict(watch.feeds.changed())


def begun(lateness: int = 0) -> Watch:
    watch = Watch(lateness, phone=10 * MINUTE)
    watch.horizon = BEGIN
    watch.crash(learned())
    return watch


def in_order(steps: Sequence[tuple[int, str]]) -> list[Event]:
    at, events = BEGIN, []
    for gap, voice in steps:
        at += gap
        events.append((at, voice))
    return events


def told(watch: Watch, events: Sequence[Event], cuts: set[int]) -> tuple[list[Alert], Answers]:
    """The alerts, and what promises were told of every channel after every event of a slice."""
    answers: Answers = []
    horizon, start = watch.horizon, 0
    for end in sorted({*cuts, len(events)}):
        part = events[start:end]
        watch.feeds.see([at for at, _ in part], [voice for _, voice in part])
        for at, _ in part:
            horizon = max(horizon, at)
            now = horizon - watch.lateness
            answers += [
                watch.unheard(channel, due, now)
                for channel in ("chat", "web", "phone")
                for due in (now - 1, now - 30 * MINUTE, now - 2 * HOUR)
            ]
        watch.tell(part)
        start = end
    watch.wait_until(horizon + 24 * HOUR)
    return sorted(watch.said), answers


def places(events: Sequence[Event]) -> st.SearchStrategy[set[int]]:
    return st.sets(st.integers(0, len(events)))


@settings(deadline=None, max_examples=60)
@given(st.data(), streams, st.lists(delays, min_size=40, max_size=40))
@pytest.mark.parametrize("lateness", [0, LATENESS])
def test_how_a_stream_is_cut_into_slices_changes_nothing(
    lateness: int, data: st.DataObject, steps: list[tuple[int, str]], late: list[int]
) -> None:
    events = [(at - by, voice) for (at, voice), by in zip(in_order(steps), late, strict=False)]
    whole = told(begun(lateness), events, set())
    assert told(begun(lateness), events, data.draw(places(events))) == whole


@settings(deadline=None, max_examples=60)
@given(st.data(), streams, st.randoms(use_true_random=False))
def test_disorder_within_the_lateness_changes_nothing(
    data: st.DataObject, steps: list[tuple[int, str]], chance: Random
) -> None:
    events = in_order(steps)
    arrival = sorted(events, key=lambda event: event[0] + chance.randrange(LATENESS))
    alerts, _ = told(begun(LATENESS), events, set())
    assert told(begun(LATENESS), arrival, data.draw(places(events)))[0] == alerts
    unordered, ordered = begun(LATENESS).tell(arrival), begun(LATENESS).tell(events)
    for now in range(BEGIN, ordered.clock, max(MINUTE, (ordered.clock - BEGIN) // 50)):
        for channel in ("chat", "web", "phone"):
            due = now - 1
            assert unordered.unheard(channel, due, now) == ordered.unheard(channel, due, now)


@settings(deadline=None, max_examples=60)
@given(
    st.data(),
    streams,
    st.lists(delays, min_size=40, max_size=40),
    st.sampled_from([0, LATENESS]),
)
def test_a_crash_at_any_point_changes_nothing(
    data: st.DataObject, steps: list[tuple[int, str]], late: list[int], lateness: int
) -> None:
    events = [(at - by, voice) for (at, voice), by in zip(in_order(steps), late, strict=False)]
    crashes = data.draw(places(events))
    steady, shaken = begun(lateness), begun(lateness)
    pages = dict(learned())
    for place, event in enumerate(events):
        steady.tell([event])
        shaken.tell([event])
        pages.update(shaken.feeds.changed())
        if place in crashes:
            shaken.crash(pages)
        for channel in ("chat", "web", "phone"):
            for due in (event[0] - 1, event[0] - HOUR):
                if due < steady.clock:
                    assert shaken.unheard(channel, due) == steady.unheard(channel, due)
    end = steady.clock + 24 * HOUR
    assert shaken.wait_until(end).said == steady.wait_until(end).said


@settings(deadline=None, max_examples=50)
@given(st.data(), streams)
def test_what_is_read_again_after_a_crash_changes_nothing(
    data: st.DataObject, steps: list[tuple[int, str]]
) -> None:
    events = in_order(steps)
    again = data.draw(st.integers(0, len(events)))
    once, twice = begun().tell(events), begun().tell(events).tell(events[again:])
    assert twice.said == once.said
    assert [*twice.feeds.changed()] == [*once.feeds.changed()]


def stalled(said: Sequence[Alert]) -> set[str]:
    """Channels whose alert was raised and isn't resolved."""
    standing = set[str]()
    for alert in said:
        (standing.add if alert.status == "raised" else standing.discard)(alert.channel)
    return standing


@settings(deadline=None, max_examples=50)
@given(st.data(), streams)
def test_the_silent_feeds_are_those_whose_alert_stands_whoever_watches_them(
    data: st.DataObject, steps: list[tuple[int, str]]
) -> None:
    events = in_order(steps)
    crashes = data.draw(places(events))
    watch, pages = begun(), dict(learned())
    for place, event in enumerate(events):
        watch.tell([event])
        pages.update(watch.feeds.changed())
        if place in crashes:
            watch.crash(pages)
        assert {*watch.feeds.silent} == stalled(watch.said)
    watch.wait_until(watch.clock + 24 * HOUR)
    assert {*watch.feeds.silent} == stalled(watch.said)


def weighs(spoken: int) -> int:
    """A silent minute of an hour in which a feed speaks in so many; a sparse one isn't judged."""
    return round(-1000 * log(1 - min(spoken, 57) / 60)) if spoken >= 30 else 0


def expected(
    events: Sequence[Event], until: int, taught: Sequence[Event] = (), limit: int | None = None
) -> list[tuple[str, int]]:
    """Alerts of one channel that never comes late, worked out minute by minute."""
    spoke: dict[int, set[int]] = {}
    for at, _ in [*taught, *events]:
        spoke.setdefault(at // HOUR, set()).add(at // MINUTE)
    first = min(spoke)

    def usual(hour: int, known_until: int) -> int:
        """Of an hour of the week as heard before `known_until`, an hour."""
        known = 0
        for week in range(first + (hour - first) % 168, known_until, 168):
            heard = len(spoke.get(week, ()))
            known = heard if heard < known else known + (heard - known + 1) // 2
        return known

    def exceeded(last: int) -> int | None:
        if limit is not None:
            return (last + 1) * MINUTE + limit
        weight, minute = 0, last + 1
        while weight < 14_000 or minute - last - 1 < 5:
            weight += weighs(usual(minute // 60, last // 60))
            minute += 1
            if minute - last > 7 * 24 * 60:
                return None
        return minute * MINUTE

    told: list[tuple[str, int]] = []
    instants = [at for at, _ in [*taught[-1:], *events]]
    for at, back in zip(instants, [*instants[1:], None], strict=True):
        if back is not None and back // MINUTE - at // MINUTE <= 5:
            continue
        too_long = exceeded(at // MINUTE)
        if too_long is not None and too_long < (until if back is None else back):
            told.append(("raised", too_long))
            if back is not None:
                told.append(("resolved", back))
    return told


@settings(deadline=None, max_examples=30)
@given(st.lists(gaps, min_size=1, max_size=12))
def test_a_silence_is_what_counting_minutes_gives(steps: list[int]) -> None:
    for voice, taught, limit in (
        ("web", every(20 * MINUTE, MONDAY, BEGIN), None),
        ("chat", office_weeks(4), None),
        ("phone", [], 10 * MINUTE),
    ):
        events = in_order([(gap, voice) for gap in steps])
        until = events[-1][0] + 24 * HOUR
        watch = begun().tell(events).wait_until(until)
        said = [(it.status, it.updated_at) for it in watch.said if it.channel == voice]
        assert said == expected(events, until, taught, limit)
