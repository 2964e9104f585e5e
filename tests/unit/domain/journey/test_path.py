"""Stages, dwell and lapses, told as stories."""

from streams.domain.journey.path import PATH_CAP, entered_at
from streams.domain.journey.stages import STAGE_OF_KIND, STAGES
from streams.domain.outputs import Transition
from streams.domain.policy import DAY_MS, Policy
from streams.domain.touchpoints import KINDS
from tests.unit.domain.saying import START, Story, answered, asked, compacted, touch


def moves(story: Story) -> list[tuple[str | None, str, int | None]]:
    said = compacted(output for output in story.said if isinstance(output, Transition))
    by_time = sorted(said.values(), key=lambda move: move.at)
    return [(move.from_stage, move.to_stage, move.dwell_ms) for move in by_time]


def test_a_first_order_and_what_follows() -> None:
    story = Story().tell(
        touch("page_viewed", 0),
        touch("searched", 10),
        touch("purchase", 30),
        touch("shipped", 60, "system"),
        touch("delivered", 100, "system"),
        touch("purchase", 150),
    )
    assert moves(story) == [
        (None, "awareness", None),
        ("awareness", "consideration", 10),
        ("consideration", "purchase", 20),
        ("purchase", "fulfilment", 30),
        ("fulfilment", "use", 40),
        ("use", "loyalty", 50),
    ]


def test_the_dwell_counts_from_when_a_stage_was_entered_not_last_confirmed() -> None:
    story = Story().tell(touch("page_viewed", 0), *(asked(at) for at in range(10, 200, 10)))
    story.tell(touch("purchase", 500))
    assert moves(story)[-1] == ("support", "purchase", 490)


def test_the_dwell_after_a_tie_counts_from_when_the_winning_stage_was_entered() -> None:
    story = Story().tell(asked(4), touch("searched", 5), touch("complaint", 5))
    assert story.path() == ["support"]
    story.tell(touch("purchase", 10))
    assert moves(story)[-1] == ("support", "purchase", 6)


def test_an_answer_moves_nobody() -> None:
    story = Story().tell(touch("page_viewed", 0), answered(10))
    assert story.path() == ["awareness"]


def test_a_late_first_purchase_turns_the_known_one_into_loyalty() -> None:
    story = Story().tell(touch("purchase", 100), touch("purchase", 50))
    assert moves(story) == [(None, "purchase", None), ("purchase", "loyalty", 50)]


def test_a_late_page_view_puts_awareness_first() -> None:
    story = Story().tell(touch("purchase", 100), touch("page_viewed", 40))
    assert moves(story) == [(None, "awareness", None), ("awareness", "purchase", 60)]


def test_silence_lapses_when_the_clock_passes() -> None:
    story = Story().tell(touch("purchase", 0)).wait_until(90 * DAY_MS)
    assert story.path() == ["purchase"]
    story.wait_until(90 * DAY_MS + 1)
    assert moves(story)[-1] == ("purchase", "lapsed", 90 * DAY_MS)
    assert STAGES[story.state.stage] == "lapsed"


def test_silence_lapses_without_a_timer_too() -> None:
    timely = Story().tell(touch("purchase", 0)).wait_until(95 * DAY_MS)
    back = touch("page_viewed", 100 * DAY_MS)
    timely.tell(back)
    untimely = Story().tell(touch("purchase", 0), back)
    assert moves(timely) == moves(untimely)
    assert moves(timely)[-2:] == [
        ("purchase", "lapsed", 90 * DAY_MS),
        ("lapsed", "consideration", 10 * DAY_MS),
    ]


def test_a_late_sign_of_life_takes_the_lapse_back() -> None:
    story = Story().tell(touch("purchase", 0)).wait_until(95 * DAY_MS)
    story.tell(touch("page_viewed", 80 * DAY_MS))
    assert story.path() == ["purchase"]
    assert STAGES[story.state.stage] == "purchase"
    story.wait_until(200 * DAY_MS)
    assert moves(story)[-1] == ("purchase", "lapsed", 170 * DAY_MS)


def test_another_deadline_at_the_last_instant_of_the_silence_doesnt_lapse() -> None:
    story = Story(Policy(lapse_after_ms=1000, response_target_ms=1000)).tell(asked(0))
    story.wait_until(1000).tell(touch("searched", -5))
    assert story.path() == ["consideration", "support"]
    story.wait_until(1001)
    assert story.path() == ["consideration", "support", "lapsed"]
    assert entered_at(story.state, 1000) == START + 1000


def test_a_fourth_lapse_leaves_the_first_as_it_was_said() -> None:
    story = Story(Policy(lapse_after_ms=1000))
    story.tell(*(touch("page_viewed", number * 5000) for number in range(7)))
    said = story.path()
    assert said == ["awareness", *["lapsed", "consideration"] * 6]
    story.tell(touch("page_viewed", 100), touch("page_viewed", 27_000))
    assert story.path() == [*said, "lapsed", "consideration"]


def test_a_folded_path_keeps_its_present_and_says_nothing_twice() -> None:
    story = Story()
    for number in range(3 * PATH_CAP):
        story.tell(touch("searched" if number % 2 else "logged_in", number * 10))
    assert len(story.state.path) == PATH_CAP
    assert len(story.path()) == 3 * PATH_CAP
    assert all(dwell == 10 for _, _, dwell in moves(story)[1:])


def test_a_late_fact_in_a_folded_path_amends_only_what_is_kept() -> None:
    story = Story()
    for number in range(2 * PATH_CAP):
        story.tell(touch("searched" if number % 2 else "logged_in", number * 10))
    before = story.path()
    story.tell(touch("complaint", 2 * PATH_CAP * 10 - 15), touch("complaint", 15))
    assert story.path() == [*before[:-1], "support", before[-1]]


def test_versions_say_how_much_was_known() -> None:
    story = Story().tell(touch("purchase", 100), touch("page_viewed", 40))
    first, _, again = (said for said in story.said if isinstance(said, Transition))
    assert (first.version, again.version) == (1, 2)
    assert first.transition_id == again.transition_id == f"C1/{START + 100}/purchase"


def test_the_table_names_kinds_that_exist() -> None:
    assert set(STAGE_OF_KIND) <= set(KINDS)
