"""Whether an issue came back: what is said at the resolution, and what becomes of it."""

import pytest

from streams.domain.outputs import Measurement
from streams.domain.policy import DAY_MS, HOUR_MS
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import START, Story, answered, asked, case, touch

H = HOUR_MS
WEEK = 7 * DAY_MS


def solved() -> Story:
    """A case, asked at once and resolved after an hour."""
    return Story().tell(asked(0), case("resolved", H))


def said(story: Story, metric: str) -> list[tuple[float | None, float | None]]:
    """Values of a metric and what they amend, in the order said."""
    return [
        (it.value, None if it.was is None else it.was.value)
        for it in story.said
        if isinstance(it, Measurement) and it.metric == metric
    ]


def test_a_resolution_that_nothing_follows_is_not_spoken_of() -> None:
    assert said(solved().wait_until(30 * DAY_MS), "followed") == []


@pytest.mark.parametrize(
    "back",
    [
        asked(H + WEEK),
        case("reopened", H + WEEK),
        asked(H + WEEK, "K2"),
        touch("call_queued", H + WEEK, case_id="K2"),
    ],
    ids=str,
)
def test_an_issue_that_comes_back_within_a_week_follows_it(back: Touchpoint) -> None:
    story = solved().tell(back)
    assert said(story, "followed") == [(1.0, None)]
    (told,) = [it for it in story.said if it[2] == "followed"]
    assert isinstance(told, Measurement)
    assert (told.measurement_id, told.at) == ("C1/K1/followed", START + H)
    late = Story().tell(touch("page_viewed", 60 * DAY_MS), back, asked(0), case("resolved", H))
    assert late.measured("followed") == [1.0]


@pytest.mark.parametrize(
    "other",
    [
        asked(H + WEEK + 1),
        case("reopened", H + WEEK + 1),
        asked(H + WEEK + 1, "K2"),
        answered(2 * H),
        asked(2 * H, None),
        touch("message", 2 * H, "bot", case_id="K1"),
        case("closed", 2 * H),
        case("resolved", 2 * H),
        case("transferred", 2 * H),
    ],
    ids=str,
)
def test_nothing_else_does(other: Touchpoint) -> None:
    assert said(solved().tell(other), "followed") == []


def test_who_writes_in_a_case_that_was_open_already_asks_something_else() -> None:
    story = Story().tell(asked(0, "K2"), asked(1), case("resolved", H), asked(2 * H, "K2"))
    assert [it.case_id for it in story.said if it[2] == "followed"] == []  # type: ignore[union-attr]


def test_it_is_said_once_however_often_the_issue_comes_back() -> None:
    story = solved().tell(
        asked(2 * H), answered(3 * H), asked(4 * H), case("reopened", 5 * H), asked(6 * H, "K2")
    )
    assert said(story, "followed") == [(1.0, None)]


def test_a_new_case_within_a_week_of_a_resolution_is_a_repeat_contact() -> None:
    story = solved().tell(asked(2 * H, "K2"), asked(H + WEEK, "K3"), asked(H + WEEK + 1, "K4"))
    assert said(story, "case") == [(value, None) for value in (0.0, 1.0, 1.0, 0.0)]


def test_a_late_known_resolution_makes_a_repeat_contact_of_what_followed() -> None:
    story = Story().tell(asked(0), asked(2 * H, "K2"), case("resolved", H))
    assert said(story, "case") == [(0.0, None), (0.0, None), (1.0, 0.0)]
    assert said(story, "followed") == [(1.0, None)]


def test_a_late_known_earlier_beginning_takes_a_repeat_contact_back() -> None:
    story = solved().tell(asked(2 * H, "K2"), answered(H // 2, "K2"))
    assert story.measured("case") == [0.0, 0.0]
    assert story.measured("followed") == []


def test_a_case_is_reopened_and_transferred_once() -> None:
    story = Story().tell(
        case("reopened", 0),  # of nothing resolved
        case("transferred", 1),
        case("resolved", 2),
        case("reopened", 3),
        case("transferred", 4),
        case("resolved", 5),
        case("reopened", 6),
    )
    assert said(story, "reopened") == said(story, "transferred") == [(1.0, None)]
    assert [it.at - START for it in story.said if it[2] in {"reopened", "transferred"}] == [1, 3]  # type: ignore[union-attr]


def test_a_hand_over_of_a_settled_case_opens_nothing() -> None:
    story = solved()
    for number in range(2, 9):
        story.tell(case("resolved", number * H, case_id=f"K{number}"))
        story.tell(case("transferred", number * H + 1, case_id=f"K{number}"))
    assert len(story.state.cases or ()) == 5


def test_a_change_of_tier_known_late_amends_whose_resolution_it_was() -> None:
    story = solved().tell(asked(2 * H), touch("tier_changed", H // 2, "system", tier="vip"))
    last = [it for it in story.said if isinstance(it, Measurement) and it.metric == "followed"][-1]
    assert (last.tier, last.was and last.was.tier) == ("vip", "other")
