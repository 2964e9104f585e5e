"""Response clocks, told as stories of one case."""

import pytest

from streams.domain.outputs import Measurement
from streams.domain.policy import HOUR_MS
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import (
    MINUTE_MS,
    START,
    Story,
    answered,
    asked,
    case,
    compacted,
    touch,
)

M = MINUTE_MS

Figures = dict[str, list[float]]


def figures(story: Story) -> Figures:
    names = ("first_response", "next_response", "resolution_first")
    return {name: values for name in names if (values := story.measured(name))}  # type: ignore[misc]


def measurements(story: Story) -> list[Measurement]:
    return [said for said in story.said if isinstance(said, Measurement)]


STORIES: dict[str, tuple[list[Touchpoint], Figures, bool]] = {
    "an answer stops the first and the next response": (
        [asked(0), answered(5 * M)],
        {"first_response": [300], "next_response": [300]},
        False,
    ),
    "a bot's reply doesn't clear the wait": (
        [asked(0), touch("message", 1 * M, "bot", case_id="K1"), answered(9 * M)],
        {"first_response": [540], "next_response": [540]},
        False,
    ),
    "an internal note doesn't clear the wait": (
        [asked(0), answered(1 * M, public=False)],
        {},
        True,
    ),
    "a system's message doesn't clear the wait": (
        [asked(0), touch("message", 1 * M, "system", case_id="K1")],
        {},
        True,
    ),
    "a reply before the message answers nothing": (
        [answered(0), asked(1000)],
        {},
        True,
    ),
    "more messages while waiting don't restart the wait": (
        [asked(0), asked(10 * M), asked(20 * M), answered(30 * M)],
        {"first_response": [1800], "next_response": [1800]},
        False,
    ),
    "several replies stop the wait once": (
        [asked(0), answered(5 * M), answered(6 * M), answered(7 * M)],
        {"first_response": [300], "next_response": [300]},
        False,
    ),
    "every further wait is measured from its own oldest question": (
        [asked(0), answered(1 * M), asked(10 * M), asked(11 * M), answered(13 * M)],
        {"first_response": [60], "next_response": [60, 180]},
        False,
    ),
    "a case opened by an agent starts its response at the customer's first message": (
        [case("opened", 0), asked(10 * M), answered(12 * M), case("resolved", 60 * M)],
        {"first_response": [120], "next_response": [120], "resolution_first": [3600]},
        False,
    ),
    "a case opened by the customer is a question": (
        [case("opened", 0, "customer"), asked(1 * M), answered(4 * M)],
        {"first_response": [240], "next_response": [240]},
        False,
    ),
    "a resolve without a reply ends the wait unmeasured": (
        [asked(0), case("resolved", 30 * M)],
        {"resolution_first": [1800]},
        False,
    ),
    "a close without a reply ends the wait, and resolves nothing": (
        [asked(0), case("closed", 30 * M)],
        {},
        False,
    ),
    "a first wait that ended unanswered leaves no first response": (
        [asked(0), case("closed", 5 * M), asked(60 * M), answered(61 * M)],
        {"next_response": [60]},
        False,
    ),
    "a second resolve changes nothing": (
        [asked(0), answered(1 * M), case("resolved", 10 * M), case("resolved", 99 * M)],
        {"first_response": [60], "next_response": [60], "resolution_first": [600]},
        False,
    ),
    "a reopening doesn't undo the first resolution": (
        [
            *(asked(0), case("resolved", 10 * M), case("reopened", 20 * M, "customer")),
            *(asked(21 * M), answered(22 * M), case("resolved", 30 * M)),
        ],
        {"next_response": [60], "resolution_first": [600]},
        False,
    ),
    "a reopening alone doesn't start a wait": (
        [asked(0), answered(1 * M), case("resolved", 2 * M), case("reopened", 3 * M)],
        {"first_response": [60], "next_response": [60], "resolution_first": [120]},
        False,
    ),
    "the resolution counts from the case's earliest event when nobody opened it": (
        [touch("message", 0, "bot", case_id="K1"), asked(1 * M), case("resolved", 3 * M)],
        {"resolution_first": [180]},
        False,
    ),
    "a resolve that comes before the opening is a clock gone wrong": (
        [case("resolved", 0), case("opened", 5000, "customer"), case("resolved", 65_000)],
        {"resolution_first": [60]},
        False,
    ),
    "what was resolved before it was opened isn't resolved": (
        [case("resolved", 0), case("opened", 5000)],
        {},
        False,
    ),
    "an answer in the same millisecond takes no time": (
        [asked(0), answered(0)],
        {"first_response": [0], "next_response": [0]},
        False,
    ),
    "what has no case has no clock": (
        [asked(0, case_id=None), answered(1 * M, case_id=None)],
        {},
        False,
    ),
    "cases don't answer each other": (
        [asked(0, "K1"), asked(1 * M, "K2"), answered(2 * M, "K2")],
        {"first_response": [60], "next_response": [60]},
        True,
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_a_story(name: str) -> None:
    touchpoints, expected, waiting = STORIES[name]
    story = Story().tell(*touchpoints)
    assert figures(story) == expected
    assert bool(story.state.waiting) is waiting


@pytest.mark.parametrize("name", STORIES)
def test_the_story_told_backwards_ends_alike(name: str) -> None:
    touchpoints, expected, waiting = STORIES[name]
    story = Story().tell(*reversed(touchpoints))
    assert figures(story) == expected
    assert bool(story.state.waiting) is waiting


def test_a_late_earlier_question_lengthens_the_wait_under_a_new_id() -> None:
    story = Story().tell(asked(10 * M), answered(20 * M))
    assert figures(story) == {"first_response": [600], "next_response": [600]}
    story.tell(asked(5 * M))
    assert figures(story) == {"first_response": [900], "next_response": [900]}
    taken_back = [said.measurement_id for said in measurements(story) if said.retracted]
    assert taken_back == [f"C1/K1/next_response/{START + 10 * M}"]


def test_a_late_earlier_answer_shortens_the_wait_under_the_same_id() -> None:
    story = Story().tell(asked(0), answered(20 * M), answered(5 * M))
    assert figures(story) == {"first_response": [300], "next_response": [300]}


def test_a_late_resolve_takes_a_reading_back() -> None:
    story = Story().tell(asked(0), answered(20 * M), case("resolved", 10 * M))
    assert figures(story) == {"resolution_first": [600]}


def test_a_year_between_question_and_answer_is_a_year() -> None:
    story = Story().tell(asked(0), answered(365 * 24 * HOUR_MS))
    assert figures(story)["first_response"] == [365 * 86_400]


def test_measurements_carry_the_channel_the_case_began_on() -> None:
    story = Story().tell(
        touch("message", 0, case_id="K1", channel="email"), answered(1, channel="phone")
    )
    assert {said.channel for said in measurements(story)} == {"email"}


def test_a_late_earlier_event_on_another_channel_moves_all_of_them_there() -> None:
    story = Story().tell(asked(M), answered(2 * M), case("resolved", 3 * M))
    story.tell(touch("message", 0, "bot", case_id="K1", channel="web"))
    standing = compacted(measurements(story))
    assert len(standing) == 4
    assert {said.channel for said in standing.values()} == {"web"}


def test_ids_are_readable_and_say_where_they_belong() -> None:
    story = Story().tell(asked(0), answered(M), case("resolved", 2 * M))
    assert [said.measurement_id for said in measurements(story)] == [
        "C1/K1/case",
        f"C1/K1/next_response/{START}",
        "C1/K1/first_response",
        "C1/K1/resolution_first",
    ]
