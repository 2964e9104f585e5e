"""`sla.*`: warned at shares of the target, missed at it, resolved when the clock stops."""

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.calendars import ALWAYS, BusinessCalendar, OpeningHours
from streams.domain.customer import review
from streams.domain.outputs import Alert, Measurement
from streams.domain.policy import DAY_MS, HOUR_MS, Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import START, Story, answered, asked, case, compacted, touch

H = HOUR_MS


def promising(pauses: bool = False, **hours: float) -> Policy:
    """A day and night policy with one warning at half of each target."""
    promises = {
        clock: Promise(clock, int(target * H), ALWAYS, (int(target * H) // 2,), pauses)
        for clock, target in hours.items()
    }
    return Policy(promises=Promises("test", (Rule("everybody", promises=promises),)))


RESPONSES = promising(first_response=24, next_response=10)
Told = list[tuple[int, str, str, str, int]]


def sla(story: Story, clock: str | None = None) -> list[Alert]:
    alerts = [said for said in story.said if isinstance(said, Alert) and said.clock is not None]
    return [alert for alert in alerts if clock in (None, alert.clock)]


def told(alerts: list[Alert]) -> Told:
    return [
        (it.version, it.rule, it.status, it.band, (it.updated_at - START) // H) for it in alerts
    ]


def missed(story: Story) -> dict[str, int]:
    standing = compacted(said for said in story.said if isinstance(said, Measurement))
    return {
        said.metric: (said.at - START) // H
        for said in standing.values()
        if said.metric.startswith("missed_")
    }


def verdicts(story: Story, metric: str) -> list[bool | None]:
    standing = compacted(said for said in story.said if isinstance(said, Measurement))
    return [said.kept for said in standing.values() if said.metric == metric]


def test_a_wait_is_warned_of_missed_and_critical_at_thrice_the_target() -> None:
    story = Story(RESPONSES).tell(asked(0)).wait_until(12 * H)
    assert sla(story) == []
    story.wait_until(12 * H + 1).wait_until(24 * H + 1).wait_until(80 * H)
    alerts = sla(story)
    assert told(alerts) == [
        (1, "sla.warned", "raised", "elevated", 12),
        (2, "sla.missed", "updated", "high", 24),
        (3, "sla.missed", "updated", "critical", 72),
    ]
    assert len({alert.alert_id for alert in alerts}) == 1
    assert {alert.raised_at for alert in alerts} == {START + 12 * H}
    last = alerts[-1]
    assert (last.case_id, last.customer_id, last.clock) == ("K1", "C1", "first_response")
    assert (last.policy, last.promise_rule, last.due_at) == ("test", "everybody", START + 24 * H)
    assert last.reasons[0].value == 72 * 3600
    assert missed(story) == {"missed_first_response": 24}


def test_a_clock_that_jumps_says_the_same() -> None:
    steady, jumping = Story(RESPONSES).tell(asked(0)), Story(RESPONSES).tell(asked(0))
    for hour in range(100):
        steady.wait_until(hour * H)
    jumping.wait_until(99 * H)
    assert sla(steady) == sla(jumping)


@pytest.mark.parametrize(
    ("ending", "rule"),
    [
        (answered(13 * H), "sla.met"),
        (case("resolved", 13 * H), "sla.withdrawn"),
        (case("closed", 13 * H), "sla.withdrawn"),
        (answered(30 * H), "sla.missed"),
        (case("resolved", 30 * H), "sla.missed"),
        (case("closed", 30 * H), "sla.missed"),
    ],
)
def test_the_end_of_a_wait_resolves_its_alert_by_what_became_of_it(
    ending: Touchpoint, rule: str
) -> None:
    story = Story(RESPONSES).tell(asked(0), ending).wait_until(99 * H)
    assert (sla(story)[-1].rule, sla(story)[-1].status) == (rule, "resolved")


def test_an_answer_in_the_last_millisecond_keeps_the_promise_and_one_after_it_does_not() -> None:
    for at, kept in ((24 * H, True), (24 * H + 1, False)):
        story = Story(RESPONSES).tell(asked(0), answered(at)).wait_until(99 * H)
        (first,) = [it for it in story.said if it[2] == "first_response"]
        assert isinstance(first, Measurement)
        assert (first.kept, first.rule, first.business_s) == (kept, "everybody", at / 1000)
        assert bool(missed(story)) is not kept


@pytest.mark.parametrize(
    "noise",
    [
        touch("message", 30 * H, "bot", case_id="K1"),
        answered(30 * H, public=False),
        answered(30 * H, "K2"),
        asked(30 * H),
        case("reopened", 30 * H),
        touch("page_viewed", 30 * H),
    ],
    ids=str,
)
def test_nothing_else_resolves_it(noise: Touchpoint) -> None:
    story = Story(RESPONSES).tell(asked(0), noise).wait_until(40 * H)
    assert [alert.status for alert in sla(story)] == ["raised", "updated"]


def test_an_answer_before_the_first_warning_says_nothing() -> None:
    story = Story(RESPONSES).tell(asked(0), answered(11 * H)).wait_until(99 * H)
    assert sla(story) == []


def test_every_wait_is_its_own_alert_and_later_ones_are_under_the_next_response() -> None:
    story = Story(RESPONSES).tell(asked(0), answered(30 * H), asked(31 * H)).wait_until(60 * H)
    assert [alert.clock for alert in sla(story)] == ["first_response"] * 3 + ["next_response"] * 2
    assert told(sla(story, "next_response")) == [
        (1, "sla.warned", "raised", "elevated", 36),
        (2, "sla.missed", "updated", "high", 41),
    ]
    assert len({alert.alert_id for alert in sla(story)}) == 2


def test_a_late_known_answer_takes_the_miss_back() -> None:
    story = Story(RESPONSES).tell(asked(0)).wait_until(30 * H)
    assert missed(story) == {"missed_first_response": 24}
    story.tell(answered(2 * H))
    assert told(sla(story))[-1] == (3, "sla.met", "resolved", "low", 2)
    assert missed(story) == {}
    assert story.measured("first_response") == [7200.0]


def test_a_late_known_question_is_missed_at_its_own_time() -> None:
    story = Story(RESPONSES).tell(touch("page_viewed", 80 * H), asked(0))
    assert told(sla(story)) == [(1, "sla.missed", "raised", "critical", 72)]
    assert missed(story) == {"missed_first_response": 24}


def test_an_alert_that_comes_back_goes_on_counting() -> None:
    story = Story(RESPONSES).tell(asked(10 * H)).wait_until(40 * H)
    first = sla(story)[0].alert_id
    story.tell(asked(0))  # an earlier question: another wait
    story.tell(answered(1 * H))  # and its answer: the first one again, as a later wait
    versions = [alert.version for alert in sla(story) if alert.alert_id == first]
    assert versions == list(range(1, len(versions) + 1))
    standing = compacted(sla(story))
    assert {alert.clock: alert.rule for alert in standing.values()} == {
        "first_response": "sla.withdrawn",
        "next_response": "sla.missed",
    } or {alert.rule for alert in standing.values()} >= {"sla.missed"}


def test_the_clock_pauses_while_it_is_the_customers_turn() -> None:
    story = Story(promising(pauses=True, resolution_full=10))
    story.tell(case("opened", 0), case("pending", 4 * H), asked(100 * H)).wait_until(104 * H)
    assert told(sla(story)) == [(1, "sla.warned", "raised", "elevated", 101)]
    story.wait_until(107 * H)
    assert missed(story) == {"missed_resolution_full": 106}


def test_a_reopened_case_goes_on_where_it_stood() -> None:
    policy = promising(resolution_full=10)
    story = Story(policy).tell(case("opened", 0), case("resolved", 4 * H)).wait_until(500 * H)
    assert sla(story) == []
    story.tell(case("reopened", 1000 * H)).wait_until(1007 * H)
    assert told(sla(story)) == [
        (1, "sla.warned", "raised", "elevated", 1001),
        (2, "sla.missed", "updated", "high", 1006),
    ]
    story.tell(case("resolved", 1008 * H))
    assert story.measured("resolution_full") == [12 * 3600.0]
    assert sla(story)[-1].rule == "sla.missed"


def test_of_a_reopened_case_nothing_is_kept_or_broken_yet() -> None:
    story = Story(promising(resolution_full=10))
    story.tell(case("opened", 0), case("resolved", 4 * H))
    assert verdicts(story, "resolution_full") == [True]
    story.tell(case("reopened", 5 * H))
    assert verdicts(story, "resolution_full") == [None]
    story.tell(case("resolved", 6 * H))
    assert verdicts(story, "resolution_full") == [True]


def test_a_solution_after_the_last_open_minute_is_late_although_no_open_time_has_passed() -> None:
    """Two hours from midnight end with the day's hours at two; a minute later it is late."""
    hours = OpeningHours((((0, 120),),) * 7)
    begins = START - START % DAY_MS + DAY_MS - START
    office = BusinessCalendar("nights", hours, UTC)
    promise = Promise("resolution_full", 2 * H, office)
    rules = (Rule("everybody", promises={"resolution_full": promise}),)
    for at, kept in ((2 * H, True), (2 * H + 60_000, False)):
        story = Story(Policy(promises=Promises("test", rules)))
        story.tell(case("opened", begins), case("resolved", begins + at))
        assert verdicts(story, "resolution_full") == [kept]
        assert bool(missed(story)) is not kept


def test_a_closing_without_a_reply_ends_every_clock() -> None:
    story = Story(promising(first_response=2, resolution_full=10))
    story.tell(asked(0), case("closed", H // 2, "system")).wait_until(999 * H)
    assert sla(story) == []
    assert story.state.due > START + 999 * H


def test_another_tier_keeps_the_start_and_what_was_paused() -> None:
    def promises(hours: int) -> dict[str, Promise]:
        return {"resolution_full": Promise("resolution_full", hours * H, ALWAYS, (), True)}

    rules = (
        Rule("usual", promises=promises(100)),
        Rule("best", tiers=frozenset({"vip"}), promises=promises(10)),
    )
    story = Story(Policy(promises=Promises("tiers", rules)))
    story.tell(case("opened", 0), case("pending", 2 * H), asked(50 * H))
    story.tell(touch("tier_changed", 53 * H, tier="vip")).wait_until(58 * H)
    assert sla(story) == []
    story.wait_until(58 * H + 1)
    assert [(it.promise_rule, it.due_at) for it in sla(story)] == [("best", START + 58 * H)]


def test_a_better_tier_may_show_that_a_promise_is_missed_already() -> None:
    rules = (
        Rule("usual", promises={"first_response": Promise("first_response", 100 * H, ALWAYS)}),
        Rule(
            "best",
            tiers=frozenset({"vip"}),
            promises={"first_response": Promise("first_response", 2 * H, ALWAYS)},
        ),
    )
    story = Story(Policy(promises=Promises("tiers", rules)))
    story.tell(asked(0), touch("tier_changed", 5 * H, tier="vip"))
    assert told(sla(story)) == [(1, "sla.missed", "raised", "high", 2)]
    story.tell(touch("tier_changed", 6 * H, tier="normal"))
    assert sla(story)[-1].status == "resolved"
    assert missed(story) == {}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([asked, answered]), st.integers(1, 40 * H)),
        min_size=1,
        max_size=9,
    )
)
def test_in_order_every_wait_beyond_the_target_is_missed_and_only_those(
    steps: list[tuple[object, int]],
) -> None:
    story, at, since, waits = Story(RESPONSES), 0, None, []
    for what, later in steps:
        at += later
        if what is asked:
            since = at if since is None else since
        elif since is not None:
            waits.append(at - since)
            since = None
        story.tell(what(at))  # type: ignore[operator]
    story.wait_until(at + 100 * H)
    if since is not None:
        waits.append(100 * H)
    targets = [24 * H, *[10 * H] * len(waits)]
    expected = sum(wait > target for wait, target in zip(waits, targets, strict=False))
    raised = [it for it in story.said if isinstance(it, Measurement) and it.value == 1.0]
    assert sum(it.metric.startswith("missed_") for it in raised) == expected


def test_a_miss_that_turns_out_to_be_due_at_another_time_is_amended() -> None:
    story = Story(promising(pauses=True, resolution_full=10))
    story.tell(case("opened", 0), asked(5 * H), touch("page_viewed", 20 * H))
    assert missed(story) == {"missed_resolution_full": 10}
    story.tell(case("pending", 2 * H))
    assert missed(story) == {"missed_resolution_full": 13}
    amended = [it for it in story.said if it[2] == "missed_resolution_full"][-1]
    assert isinstance(amended, Measurement)
    assert amended.was == (1.0, START + 10 * H, "chat", "other", None)
    assert (sla(story)[-1].status, sla(story)[-1].due_at) == ("updated", START + 13 * H)


def test_what_is_withdrawn_while_it_runs_is_withdrawn_now() -> None:
    story = Story(promising(pauses=True, resolution_full=10))
    story.tell(case("opened", 0), touch("page_viewed", 20 * H), case("pending", 2 * H))
    assert told(sla(story))[-1] == (3, "sla.withdrawn", "resolved", "low", 20)


def test_misses_of_two_first_waits_do_not_get_into_each_others_way() -> None:
    story = Story(RESPONSES).tell(asked(10 * H)).wait_until(40 * H)
    story.tell(asked(0))
    assert missed(story) == {"missed_first_response": 24}


def test_a_miss_that_is_said_again_amends_what_was_taken_back() -> None:
    story = Story(RESPONSES).tell(asked(5 * H)).wait_until(40 * H)
    missing = review(story.state, "C1", promising(first_response=99), story.said.append)
    review(missing, "C1", RESPONSES, story.said.append)
    told_of = [it for it in story.said if it[2] == "missed_first_response"]
    assert [
        (it.version, it.retracted, it.amends) for it in told_of if isinstance(it, Measurement)
    ] == [
        (2, False, False),
        (3, True, True),
        (4, False, True),
    ]


def test_a_miss_is_taken_back_from_where_it_was_counted() -> None:
    story = Story(RESPONSES).tell(asked(5 * H)).wait_until(40 * H)
    story.tell(touch("message", 0, "bot", case_id="K1", channel="email"), answered(6 * H))
    misses = [it for it in story.said if it[2] == "missed_first_response"]
    assert [
        (it.channel, it.was and it.was.channel) for it in misses if isinstance(it, Measurement)
    ] == [
        ("chat", None),
        ("email", "chat"),
        ("email", "email"),
    ]


def test_a_warning_tells_when_the_promise_is_due_now() -> None:
    story = Story(promising(pauses=True, resolution_full=10))
    story.tell(case("opened", 0)).wait_until(6 * H)
    story.tell(case("pending", 7 * H), asked(50 * H))
    assert [(it.rule, it.due_at) for it in sla(story)] == [
        ("sla.warned", START + 10 * H),
        ("sla.warned", START + 53 * H),
    ]


def test_a_case_of_many_missed_answers_still_tells_that_its_solution_is_missed() -> None:
    story = Story(promising(pauses=True, next_response=1, resolution_full=500))
    for number in range(10):
        story.tell(asked(20 * number * H), answered((20 * number + 9) * H))
    story.tell(case("pending", 200 * H), asked(210 * H), answered(211 * H)).wait_until(900 * H)
    assert missed(story)["missed_resolution_full"] == 510
    assert [it.version for it in sla(story, "resolution_full")] == [1, 2]


def test_a_wait_forgotten_beyond_the_cap_is_not_told_anew_when_another_is_taken_back() -> None:
    story = Story(promising(next_response=10))
    for number in range(9):
        story.tell(asked(number * 100 * H), answered((number * 100 + 20) * H))
    story.tell(answered(101 * H))  # it comes late: the oldest one remembered was answered in time
    for at in (2000 * H, 3000 * H):
        story.tell(asked(at), answered(at + 20 * H))
    counted = [said for said in story.said if isinstance(said, Measurement)]
    assert len(compacted(said for said in counted if said.metric == "missed_next_response")) == 10
    versions: dict[str, list[int]] = {}
    for alert in sla(story):
        versions.setdefault(alert.alert_id, []).append(alert.version)
    assert len(versions) == 11
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())


def test_a_promise_withdrawn_while_its_wait_runs_goes_on_counting_versions_beyond_the_cap() -> None:
    rules = (
        Rule("all", promises={"next_response": Promise("next_response", 10 * H, ALWAYS)}),
        Rule(
            "solutions",
            tiers=frozenset({"prospect"}),
            promises={"resolution_full": Promise("resolution_full", 10 * H, ALWAYS)},
        ),
    )
    story = Story(Policy(promises=Promises("test", rules)))
    for number in range(9):
        story.tell(asked(number * 100 * H), answered((number * 100 + 20) * H))
    story.tell(asked(2000 * H)).wait_until(2015 * H)
    story.tell(touch("tier_changed", 2016 * H, tier="prospect"))
    story.tell(touch("tier_changed", 2017 * H, tier="vip"), answered(2020 * H))
    last = [alert for alert in sla(story) if alert.raised_at == START + 2010 * H]
    assert told(last) == [
        (1, "sla.missed", "raised", "high", 2010),
        (2, "sla.withdrawn", "resolved", "low", 2016),
        (3, "sla.missed", "raised", "high", 2010),
        (4, "sla.missed", "resolved", "low", 2020),
    ]
