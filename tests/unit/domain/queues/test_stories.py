"""Calls and chats as they happen: waits, talks and people who give up, one story each."""

import pytest

from streams.domain.outputs import Measurement
from streams.domain.queues.line import MOMENTS, MOMENTS_CAP, MOMENTS_MOST, lines_of
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import START, Story, compacted, touch

S = 1000
HOUR, DAY = 3_600 * S, 86_400 * S
METRICS = ("queue_wait", "abandoned", "handling_time")


def queued(at: int, case_id: str | None = None, channel: str = "phone") -> Touchpoint:
    return touch("call_queued", at, case_id=case_id, channel=channel)


def answered(
    at: int, case_id: str | None = None, waited: int | None = None, channel: str = "phone"
) -> Touchpoint:
    return touch("call_answered", at, "agent", case_id=case_id, channel=channel, duration_ms=waited)


def abandoned(at: int, case_id: str | None = None, waited: int | None = None) -> Touchpoint:
    return touch("call_abandoned", at, case_id=case_id, channel="phone", duration_ms=waited)


def ended(at: int, case_id: str | None = None, talked: int | None = None) -> Touchpoint:
    return touch("call_ended", at, "agent", case_id=case_id, channel="phone", duration_ms=talked)


def told(story: Story) -> dict[str, list[float]]:
    """Standing seconds by metric, in the order in which they ended."""
    standing = compacted(said for said in story.said if isinstance(said, Measurement))
    found: dict[str, list[float]] = {}
    for said in sorted(standing.values(), key=lambda said: said.at):
        if said.metric in METRICS and said.value is not None:
            found.setdefault(said.metric, []).append(said.value)
    return found


STORIES: dict[str, tuple[list[Touchpoint], dict[str, list[float]]]] = {
    "a call is queued, answered and ended": (
        [queued(0), answered(20 * S), ended(200 * S)],
        {"queue_wait": [20], "handling_time": [180]},
    ),
    "abandoned and called again": (
        [queued(0), abandoned(90 * S), queued(120 * S), answered(130 * S), ended(190 * S)],
        {"abandoned": [90], "queue_wait": [10], "handling_time": [60]},
    ),
    "queued twice is one wait": (
        [queued(0), queued(30 * S), answered(50 * S)],
        {"queue_wait": [50]},
    ),
    "answered by a skewed clock before it was queued": (
        [answered(10 * S), queued(11 * S), ended(70 * S)],
        {"queue_wait": [0], "handling_time": [60]},
    ),
    "a skewed clock that tells the wait itself": (
        [answered(10 * S, waited=7 * S), queued(11 * S), ended(70 * S)],
        {"queue_wait": [7], "handling_time": [60]},
    ),
    "queued long after an answer out of the blue is a wait of its own": (
        [answered(0), queued(61 * S), answered(71 * S)],
        {"queue_wait": [0, 10]},
    ),
    "ended without an answer": ([queued(0), ended(40 * S)], {}),
    "ended without an answer, called again": (
        [queued(0), ended(40 * S), queued(50 * S), answered(55 * S)],
        {"queue_wait": [5]},
    ),
    "an end that tells of a talk nobody saw begin": (
        [ended(100 * S, talked=30 * S)],
        {"handling_time": [30]},
    ),
    "the end's own duration wins": (
        [queued(0), answered(20 * S), ended(200 * S, talked=150 * S)],
        {"queue_wait": [20], "handling_time": [150]},
    ),
    "answered without queue": ([answered(5 * S)], {"queue_wait": [0]}),
    "answered without queue, with the time in it": (
        [answered(5 * S, waited=4 * S)],
        {"queue_wait": [4]},
    ),
    "handed to another agent is one talk and no second wait": (
        [queued(0), answered(10 * S), answered(60 * S), ended(100 * S)],
        {"queue_wait": [10], "handling_time": [90]},
    ),
    "handed to another queue is a second wait and a talk from there": (
        [queued(0), answered(10 * S), queued(70 * S), answered(90 * S), ended(100 * S)],
        {"queue_wait": [10, 20], "handling_time": [10]},
    ),
    "hung up on whoever answers is no abandonment": (
        [queued(0), answered(10 * S), abandoned(11 * S, waited=11 * S)],
        {"queue_wait": [10]},
    ),
    "abandoned out of the blue says nothing": ([abandoned(9 * S)], {}),
    "abandoned out of the blue with the time waited": (
        [abandoned(9 * S, waited=8 * S)],
        {"abandoned": [8]},
    ),
    "two chats of different cases at once": (
        [
            queued(0, "K1"),
            queued(5 * S, "K2"),
            answered(7 * S, "K2"),
            answered(9 * S, "K1"),
            ended(20 * S, "K1"),
            ended(50 * S, "K2"),
        ],
        {"queue_wait": [2, 9], "handling_time": [11, 43]},
    ),
    "a wait without a case is any case's": (
        [queued(0), answered(5 * S, "K1")],
        {"queue_wait": [5]},
    ),
    "another channel's answer ends nothing": (
        [queued(0), answered(5 * S, channel="chat"), answered(9 * S)],
        {"queue_wait": [0, 9]},
    ),
    "a wait that never ends is given up, and what comes then begins anew": (
        [queued(0), answered(DAY + 1)],
        {"queue_wait": [0]},
    ),
    "a wait of a day to the millisecond counts": (
        [queued(0), answered(DAY)],
        {"queue_wait": [86_400]},
    ),
    "a talk whose end was lost doesn't last until the next call": (
        [queued(0), answered(5 * S), queued(2 * DAY), answered(2 * DAY + S)],
        {"queue_wait": [5, 1]},
    ),
    "a duration of years isn't believed": (
        [answered(5 * S, waited=999 * DAY), ended(9 * S, talked=999 * DAY)],
        {"queue_wait": [0], "handling_time": [4]},
    ),
    "queued a minute behind an answer out of the blue belongs to it": (
        [answered(0), queued(60 * S), ended(70 * S), answered(80 * S)],
        {"queue_wait": [0, 0], "handling_time": [70]},
    ),
    "one wait is given up while another of its age is not yet": (
        [queued(0, "K1"), queued(1, "K2"), answered(DAY + 1, "K2")],
        {"queue_wait": [86_400]},
    ),
    "two ends of one talk that nobody saw begin are one talk": (
        [ended(100 * S, talked=30 * S), ended(110 * S, talked=40 * S)],
        {"handling_time": [30]},
    ),
    "two systems that tell of one end in the same words tell of one talk": (
        [answered(0), ended(30 * S, talked=5 * S), ended(30 * S, talked=5 * S)],
        {"queue_wait": [0], "handling_time": [5]},
    ),
    "an end before its talk is negative for nobody": (
        [ended(5 * S), answered(9 * S)],
        {"queue_wait": [0]},
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_stories(name: str) -> None:
    events, expected = STORIES[name]
    assert told(Story().tell(*events)) == expected


@pytest.mark.parametrize("name", STORIES)
def test_a_story_told_backwards_comes_to_the_same(name: str) -> None:
    events, expected = STORIES[name]
    recent = [event for event in events if event.occurred_at >= events[-1].occurred_at - DAY]
    if len(recent) == len(events):
        assert told(Story().tell(*reversed(events))) == expected
    else:  # what comes a day too late amends nothing
        assert told(Story().tell(*reversed(events))) == told(Story().tell(*recent))


def test_ids_tell_channel_and_start_and_the_case_has_its_field() -> None:
    story = Story().tell(queued(0, "K1"), answered(5 * S), ended(9 * S, talked=3 * S))
    (wait,) = [said for said in story.said if said[2] == "queue_wait"]
    (talk,) = [said for said in story.said if said[2] == "handling_time"]
    assert isinstance(wait, Measurement)
    assert isinstance(talk, Measurement)
    assert wait.measurement_id == f"C1/phone/{START}/queue_wait"
    assert talk.measurement_id == f"C1/phone/{START + 5 * S}/handling_time"
    assert (wait.case_id, wait.channel, wait.at) == ("K1", "phone", START + 5 * S)
    assert (wait.kept, wait.rule, talk.case_id) == (None, None, "K1")


def test_a_late_answer_takes_the_abandonment_back_with_what_it_was() -> None:
    story = Story().tell(queued(0), abandoned(90 * S), answered(60 * S))
    assert told(story) == {"queue_wait": [60]}
    (gone,) = [said for said in story.said if isinstance(said, Measurement) and said.retracted]
    assert (gone.metric, gone.value, gone.amends) == ("abandoned", 90, True)
    assert gone.was is not None
    assert (gone.was.value, gone.was.at) == (90, START + 90 * S)


def test_a_late_queueing_amends_the_wait_of_its_answer() -> None:
    story = Story().tell(queued(10 * S), answered(60 * S), queued(0))
    assert told(story) == {"queue_wait": [60]}
    assert [said[:3] for said in story.said if said[2] == "queue_wait" and not said[9]] == [
        (f"C1/phone/{START + 10 * S}/queue_wait", 2, "queue_wait"),
        (f"C1/phone/{START}/queue_wait", 3, "queue_wait"),
    ]


def test_what_comes_more_than_a_day_late_amends_nothing() -> None:
    story = Story().tell(queued(0), answered(10 * S), queued(2 * DAY), ended(70 * S))
    assert told(story) == {"queue_wait": [10]}


def test_a_talk_may_end_as_late_as_a_day_though_the_next_call_is_known() -> None:
    story = Story().tell(answered(0), queued(30 * HOUR), ended(7 * HOUR))
    assert told(story) == {"queue_wait": [0], "handling_time": [7 * 3_600]}


def test_only_the_last_few_moments_are_kept() -> None:
    story = Story()
    for call in range(20):
        at = call * HOUR
        story.tell(queued(at), answered(at + 10 * S), ended(at + 70 * S))
        assert len(lines_of(story.state)[0][MOMENTS]) <= MOMENTS_CAP
    assert told(story) == {"queue_wait": [10.0] * 20, "handling_time": [60.0] * 20}
    story.tell(queued(5 * DAY))
    assert len(lines_of(story.state)[0][MOMENTS]) == 1


def test_a_queue_that_says_its_place_every_second_keeps_the_start_of_the_wait() -> None:
    story = Story().tell(*(queued(second * S) for second in range(300)), answered(300 * S))
    assert told(story) == {"queue_wait": [300]}
    assert len(lines_of(story.state)[0][MOMENTS]) <= MOMENTS_CAP


def test_a_desk_that_answers_nobody_doesnt_grow_the_state_without_end() -> None:
    story = Story().tell(*(queued(call * S, f"K{call}") for call in range(100)))
    assert len(lines_of(story.state)[0][MOMENTS]) == MOMENTS_MOST
    assert told(story) == {}
