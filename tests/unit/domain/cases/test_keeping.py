"""Which cases and moments a state keeps, and what late events of forgotten ones do."""

from streams.domain.cases.case import (
    CASE_ID,
    CASES_CAP,
    FOLD,
    MOMENTS,
    SETTLED_KEPT,
    WAIT,
    is_settled,
)
from streams.domain.clocks.walk import MOMENTS_CAP
from streams.domain.outputs import Alert
from streams.domain.policy import HOUR_MS
from tests.unit.domain.saying import MINUTE_MS, START, Story, answered, asked, case

M = MINUTE_MS


def settled(story: Story, cases: int) -> Story:
    for number in range(cases):
        at = number * HOUR_MS
        story.tell(asked(at, f"S{number}"), answered(at + M, f"S{number}"))
        story.tell(case("resolved", at + 2 * M, case_id=f"S{number}"))
    return story


def kept(story: Story) -> list[str]:
    return [case[CASE_ID] for case in story.state.cases or ()]


def test_open_cases_stay_and_the_newest_settled_ones() -> None:
    story = Story().tell(asked(-HOUR_MS, "open"))
    settled(story, 10).tell(asked(20 * HOUR_MS, "new"))
    assert kept(story) == ["open", *(f"S{number}" for number in range(6, 10)), "new"]
    assert SETTLED_KEPT == 4


def test_an_answer_after_the_resolve_leaves_a_case_settled() -> None:
    story = Story().tell(asked(0), case("resolved", 1), answered(2))
    assert is_settled((story.state.cases or [])[0])
    story.tell(case("reopened", 3), answered(4))
    assert not is_settled((story.state.cases or [])[0])


def test_a_straggler_of_a_forgotten_case_is_no_new_case() -> None:
    story = settled(Story(), 10)
    said = len(story.said)
    story.tell(case("closed", 20 * HOUR_MS, "system", case_id="S0"))
    assert story.state.events == 31
    assert not [output for output in story.said[said:] if output[2] == "case"]
    assert "S0" not in kept(story)


def test_a_desk_that_never_closes_anything_doesnt_grow_a_state_without_end() -> None:
    story = Story()
    for number in range(3 * CASES_CAP):
        at = number * HOUR_MS
        story.tell(asked(at, f"O{number}"), answered(at + M, f"O{number}"))
    assert len(kept(story)) == CASES_CAP
    assert kept(story)[-1] == f"O{3 * CASES_CAP - 1}"


def test_the_waiting_ones_leave_last_and_take_their_alert_along() -> None:
    story = Story().tell(asked(0, "waits"))
    for number in range(CASES_CAP):
        at = 30 * HOUR_MS + number * M
        story.tell(asked(at, f"O{number}"), answered(at + 1, f"O{number}"))
    assert kept(story)[0] == "waits"
    for number in range(CASES_CAP):
        story.tell(asked(31 * HOUR_MS + number * M, f"W{number}"))
    assert "waits" not in kept(story)
    assert story.state.waiting == CASES_CAP
    left = [said for said in story.said if isinstance(said, Alert) and said.case_id == "waits"]
    assert [(alert.clock, alert.status) for alert in left] == [
        ("first_response", "raised"),
        ("first_response", "updated"),
        ("first_response", "resolved"),
    ]


def test_a_long_case_is_folded_and_goes_on_measuring() -> None:
    story = Story().tell(case("opened", 0))
    for number in range(MOMENTS_CAP):
        story.tell(asked(number * HOUR_MS + M), answered(number * HOUR_MS + 3 * M))
    assert story.measured("next_response") == [120.0] * MOMENTS_CAP
    assert story.measured("first_response") == [120.0]
    row = (story.state.cases or [])[0]
    assert len(row[MOMENTS]) == MOMENTS_CAP
    assert row[FOLD] is not None
    story.tell(case("resolved", 100 * HOUR_MS))
    assert story.measured("resolution_first") == [100 * 3600.0]


def test_a_moment_older_than_the_folded_ones_amends_nothing() -> None:
    story = Story()
    for number in range(MOMENTS_CAP):
        story.tell(asked(number * HOUR_MS), answered(number * HOUR_MS + M))
    said = len(story.said)
    story.tell(answered(M // 2))
    assert [output for output in story.said[said:] if output[2].endswith("_response")] == []


def test_a_wait_that_began_in_the_folded_part_is_not_lost() -> None:
    story = Story().tell(asked(0))
    for number in range(1, MOMENTS_CAP + 5):
        story.tell(asked(number))
    assert (story.state.cases or [])[0][WAIT] == START
    story.tell(answered(-5), answered(M))  # the late one lets the history be read again
    assert story.measured("first_response") == [60.0]
