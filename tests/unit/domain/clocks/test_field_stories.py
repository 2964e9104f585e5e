"""Stories of other desks: what their clocks got wrong, and ours must not."""

from collections.abc import Iterator
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.calendars import ALWAYS, BusinessCalendar, OpeningHours
from streams.domain.outputs import Alert, Measurement
from streams.domain.policy import DAY_MS, HOUR_MS, Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import START, Story, answered, asked, case, compacted, touch

H = HOUR_MS
SECOND = 1000


def desk() -> Policy:
    """Two hours for an answer, ten for a solution, day and night."""
    hours = {"first_response": 2, "next_response": 2, "resolution_first": 10, "resolution_full": 10}
    promises = {clock: Promise(clock, target * H, ALWAYS) for clock, target in hours.items()}
    return Policy(promises=Promises("desk", (Rule("everybody", promises=promises),)))


def standing(story: Story) -> dict[str, Measurement]:
    """What is measured in the end, without the customer and the case in the id."""
    found = compacted(it for it in story.said if isinstance(it, Measurement))
    return {key.split("/", 2)[2]: it for key, it in found.items()}


def missed(story: Story) -> list[str]:
    return sorted(it.metric for it in standing(story).values() if it.metric[:7] == "missed_")


def open_alerts(story: Story) -> list[str]:
    alerts = compacted(it for it in story.said if isinstance(it, Alert) and it.clock is not None)
    return sorted(it.clock or "" for it in alerts.values() if it.status != "resolved")


def test_a_reopening_after_eleven_days_doesnt_measure_985492_seconds() -> None:
    story = Story(desk()).tell(
        *(asked(0), answered(600 * SECOND), case("resolved", 900 * SECOND)),
        *(case("reopened", 985_492 * SECOND), asked(985_492 * SECOND)),
        *(answered(985_792 * SECOND), case("resolved", 986_092 * SECOND)),
    )
    assert story.measured("first_response") == [600]
    assert story.measured("next_response") == [600, 300]
    assert story.measured("resolution_first") == [900]
    assert story.measured("resolution_full") == [1500]
    assert missed(story) == []


def test_the_next_response_clock_doesnt_run_on_after_the_resolve() -> None:
    story = Story(desk()).tell(asked(0), answered(H), asked(2 * H), case("resolved", 3 * H))
    story.wait_until(99 * H)
    assert story.measured("next_response") == [3600]
    assert story.state.waiting == 0
    assert missed(story) == open_alerts(story) == []


@pytest.mark.parametrize("later", [answered(5 * H), case("assigned", 5 * H), asked(5 * H)], ids=str)
def test_an_update_doesnt_overwrite_the_first_response(later: Touchpoint) -> None:
    story = Story(desk()).tell(asked(0), answered(H), later, case("resolved", 6 * H))
    assert story.measured("first_response") == [3600]
    said = [it for it in story.said if it[2] == "first_response"]
    assert len(said) == 1


def test_a_bots_reply_neither_clears_the_wait_nor_spares_the_miss() -> None:
    story = Story(desk()).tell(asked(0), touch("message", H, "bot", case_id="K1"))
    story.wait_until(3 * H)
    assert story.state.waiting == 1
    assert missed(story) == ["missed_first_response"]
    story.tell(answered(4 * H))
    assert story.measured("first_response") == [4 * 3600]
    assert open_alerts(story) == []


def test_a_closing_without_a_reply_ends_the_clock_for_good() -> None:
    story = Story(desk()).tell(asked(0), case("closed", H)).wait_until(999 * H)
    assert set(standing(story)) == {"case"}
    assert open_alerts(story) == []


def test_a_reply_before_the_message_by_clock_skew_answers_nothing() -> None:
    story = Story(desk()).tell(answered(0), asked(3 * SECOND)).wait_until(3 * H)
    assert set(standing(story)) == {"case", f"missed_first_response/{START + 3000}"}
    assert open_alerts(story) == ["first_response"]


def test_a_reply_without_a_message_measures_nothing() -> None:
    story = Story(desk()).tell(case("opened", 0), answered(H)).wait_until(5 * H)
    assert set(standing(story)) == {"case"}


def test_a_resolve_without_a_message_is_a_resolution_and_no_response() -> None:
    story = Story(desk()).tell(case("opened", 0), case("resolved", H))
    assert set(standing(story)) == {"case", "resolution_first", "resolution_full"}


def test_a_second_resolve_changes_no_word() -> None:
    story = Story(desk()).tell(asked(0), answered(H), case("resolved", 2 * H))
    before = len(story.said)
    story.tell(case("resolved", 90 * H)).wait_until(200 * H)
    later = [it for it in story.said[before:] if isinstance(it, Measurement)]
    assert later == []
    assert missed(story) == open_alerts(story) == []


def test_a_reopening_after_months_counts_only_the_time_the_case_was_open() -> None:
    story = Story(desk()).tell(case("opened", 0), case("resolved", 4 * H))
    story.wait_until(200 * DAY_MS)
    story.tell(case("reopened", 200 * DAY_MS)).wait_until(200 * DAY_MS + 5 * H)
    assert missed(story) == []
    story.tell(case("resolved", 200 * DAY_MS + 7 * H))
    assert story.measured("resolution_full") == [11 * 3600]
    (full,) = [it for it in standing(story).values() if it.metric == "missed_resolution_full"]
    assert full.at == START + 200 * DAY_MS + 6 * H


def test_what_was_judged_of_a_solution_is_taken_back_when_the_case_is_reopened() -> None:
    story = Story(desk()).tell(case("opened", 0), case("resolved", 4 * H))
    assert standing(story)["resolution_full"].kept is True
    story.tell(case("reopened", 5 * H))
    full = standing(story)["resolution_full"]
    assert (full.value, full.kept, full.was and full.was.kept) == (4 * 3600, None, True)
    assert standing(story)["resolution_first"].kept is True


def test_a_merged_customer_leaves_the_clocks_alone() -> None:
    story = Story(desk()).tell(
        asked(0), touch("merged", H, "system", case_id="K1"), answered(2 * H)
    )
    assert story.measured("first_response") == [7200]


def test_a_case_without_an_opening_counts_from_its_earliest_event() -> None:
    story = Story(desk()).tell(
        case("assigned", 0), asked(H), answered(2 * H), case("resolved", 3 * H)
    )
    assert story.measured("first_response") == [3600]
    assert story.measured("resolution_full") == [3 * 3600]


def test_a_case_opened_by_an_agent_promises_no_response_before_the_first_message() -> None:
    story = Story(desk()).tell(case("opened", 0)).wait_until(9 * H)
    assert missed(story) == []
    story.tell(asked(9 * H)).wait_until(9 * H + H)
    assert missed(story) == []
    story.tell(answered(11 * H))
    assert story.measured("first_response") == [7200]
    assert missed(story) == ["missed_resolution_first", "missed_resolution_full"]


def test_an_internal_note_is_no_answer() -> None:
    story = Story(desk()).tell(asked(0), answered(H, public=False)).wait_until(3 * H)
    assert missed(story) == ["missed_first_response"]


def test_a_timers_closing_weeks_after_the_resolve_changes_no_word() -> None:
    story = Story(desk()).tell(asked(0), answered(H), case("resolved", 2 * H))
    before = len(story.said)
    story.tell(case("closed", 28 * DAY_MS, "system"))
    assert [it for it in story.said[before:] if isinstance(it, Measurement)] == []
    assert story.measured("resolution_full") == [7200]


def test_closed_in_its_last_minute_and_resolved_later_it_is_judged_alike_in_any_order() -> None:
    events = [case("opened", 0), case("closed", 10 * H), case("resolved", 99 * H)]
    for order in (events, events[::-1]):
        story = Story(desk()).tell(*order)
        assert standing(story)["resolution_full"].kept is False
        assert missed(story) == ["missed_resolution_first", "missed_resolution_full"]


def test_a_kind_that_comes_with_the_answer_is_said_with_it_once() -> None:
    promises = {"first_response": Promise("first_response", H, ALWAYS)}
    rules = (
        *desk().promises.rules,
        Rule("billing", kinds=frozenset({"billing"}), promises=promises),
    )
    story = Story(Policy(promises=Promises("kinds", rules))).tell(asked(0))
    story.tell(answered(90 * 60 * SECOND, attributes={"case_kind": "billing"}))
    first = standing(story)["first_response"]
    assert (first.kept, first.rule) == (False, "billing")
    assert len([it for it in story.said if it[2] == "first_response"]) == 1


def test_solved_on_saturday_what_was_due_when_the_office_closed_on_friday_is_missed() -> None:
    office = BusinessCalendar("office", OpeningHours((((9 * 60, 17 * 60),),) * 5 + ((), ())), UTC)
    promises = {"resolution_full": Promise("resolution_full", 8 * H, office)}
    story = Story(Policy(promises=Promises("office", (Rule("all", promises=promises),))))
    friday = 1_700_179_200_000 - START + 9 * H  # 17 November 2023, 9:00
    story.tell(case("opened", friday), case("resolved", friday + 26 * H))
    full = standing(story)["resolution_full"]
    assert (full.kept, full.business_s) == (False, 8 * 3600)
    assert missed(story) == ["missed_resolution_full"]


STEPS = ("opened", "asked", "answered", "pending", "on_hold", "resolved", "reopened", "closed")


def told(steps: list[tuple[str, int]]) -> Iterator[Touchpoint]:
    at = 0
    for what, later in steps:
        at += later
        if what == "asked":
            yield asked(at)
        elif what == "answered":
            yield answered(at)
        else:
            yield case(what, at)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 9 * H)), min_size=1, max_size=14),
    st.randoms(use_true_random=False),
)
def test_the_waits_of_a_case_add_up_to_the_time_until_it_was_resolved(
    steps: list[tuple[str, int]], random: object
) -> None:
    events = list(told(steps))
    random.shuffle(events)  # type: ignore[attr-defined]
    figures = standing(Story(desk()).tell(*events))
    parts = [it.value for key, it in figures.items() if key.startswith("wait_")]
    if parts:
        assert sum(value or 0 for value in parts) == pytest.approx(figures["resolution_full"].value)
    assert all((it.value or 0) >= 0 for it in figures.values())
    assert all((it.business_s or 0) >= 0 for it in figures.values())
