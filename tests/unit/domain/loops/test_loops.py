"""Closing the loop: one call, one solution, one question whether it is mended."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.calendars import ALWAYS
from streams.domain.loops.loop import MOMENTS_CAP, loop_of
from streams.domain.outputs import Alert, Measurement
from streams.domain.policy import DAY_MS, HOUR_MS, Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.loops.oracle import Told, loops
from tests.unit.domain.saying import START, Story, answered, asked, case, compacted, touch

H = HOUR_MS
PROMISED = Policy(
    promises=Promises(
        "test",
        (
            Rule(
                "care",
                promises={
                    "loop_contact": Promise("loop_contact", 24 * H, ALWAYS, (12 * H,)),
                    "loop_resolution": Promise("loop_resolution", 72 * H, ALWAYS),
                },
            ),
        ),
    )
)


def rated(at: int, score: float, survey: str = "csat", **fields: Any) -> Touchpoint:
    """The customer answers a survey."""
    return touch("survey_answered", at, survey=survey, score=score, **fields)


def complained(at: int, **fields: Any) -> Touchpoint:
    """The customer complains."""
    return touch("complaint", at, **fields)


def standing(story: Story) -> dict[str, Told]:
    """The loops' measurements that stand, by start of the round and metric."""
    said = compacted(
        it for it in story.said if isinstance(it, Measurement) and it.metric.startswith("loop_")
    )
    return {
        key.removeprefix("C1/"): Told(it.value or 0.0, it.at, it.channel)
        for key, it in said.items()
    }


def values(story: Story) -> list[tuple[str, float]]:
    """Metric and value of the standing ones, by time."""
    by_time = sorted(standing(story).items(), key=lambda item: (item[1].at, item[0]))
    return [(key.split("/")[1], told.value) for key, told in by_time]


def told(story: Story, clock: str) -> list[tuple[int, str, str, int]]:
    """The alerts about a clock: version, rule, status, and hour."""
    alerts = [it for it in story.said if isinstance(it, Alert) and it.clock == clock]
    return [(it.version, it.rule, it.status, (it.updated_at - START) // H) for it in alerts]


def test_a_complaint_is_answered_by_a_call_a_solution_and_a_good_answer() -> None:
    story = Story().tell(
        complained(0, channel="phone"),
        touch("call_answered", 2 * H, "agent"),
        case("resolved", 30 * H),
        rated(50 * H, 5.0),
    )
    assert values(story) == [
        ("loop_contact", 7200.0),
        ("loop_resolution", 108_000.0),
        ("loop_recovered", 1.0),
    ]
    assert {told.channel for told in standing(story).values()} == {"phone"}


def test_who_complains_again_is_not_called_twice() -> None:
    story = Story().tell(complained(0), rated(1 * H, 1.0), complained(2 * H), answered(3 * H))
    assert values(story) == [("loop_contact", 10_800.0)]


def test_a_bad_recovery_answer_reopens_the_loop() -> None:
    story = Story().tell(
        rated(0, 3.0, "nps"),
        case("resolved", H),
        rated(2 * H, 2.0, "ces2"),
        touch("outreach", 5 * H, "agent"),
        case("resolved", 6 * H),
        rated(7 * H, 9.0, "nps"),
    )
    assert values(story) == [
        ("loop_resolution", 3600.0),
        ("loop_recovered", 0.0),
        ("loop_contact", 10_800.0),
        ("loop_resolution", 14_400.0),
        ("loop_recovered", 1.0),
    ]


def test_bots_notes_and_campaigns_contact_nobody() -> None:
    story = Story().tell(
        complained(0),
        touch("message", 1, "bot", case_id="K1"),
        answered(2, public=False),
        touch("outreach", 3, "system"),
        touch("campaign", 4, "system"),
    )
    assert values(story) == []


def test_a_good_answer_before_the_solution_closes_nothing() -> None:
    story = Story().tell(complained(0), rated(H, 5.0), case("resolved", 2 * H))
    assert values(story) == [("loop_resolution", 7200.0)]


def test_a_loop_nobody_touched_for_a_month_has_faded() -> None:
    story = Story().tell(complained(0), answered(31 * DAY_MS), complained(40 * DAY_MS))
    story.tell(answered(41 * DAY_MS))
    assert values(story) == [("loop_contact", DAY_MS / 1000)]


def test_a_late_known_complaint_finds_what_was_done_about_it() -> None:
    story = Story().tell(
        asked(0), answered(H), case("resolved", 2 * H), rated(3 * H, 5.0), complained(H // 2)
    )
    assert values(story) == [
        ("loop_contact", 1800.0),
        ("loop_resolution", 5400.0),
        ("loop_recovered", 1.0),
    ]


def test_a_late_known_call_amends_the_time_to_it_and_says_what_it_was() -> None:
    story = Story().tell(complained(0), answered(5 * H), touch("call_answered", 2 * H, "agent"))
    (last,) = [it for it in story.said if isinstance(it, Measurement) and it.was is not None]
    assert (last.value, last.was and last.was.value) == (7200.0, 18_000.0)


def test_without_a_promise_a_loop_says_no_alert_and_sets_no_deadline() -> None:
    quiet, loud = Story().tell(touch("page_viewed", 0)), Story().tell(complained(0))
    assert loud.state.due == quiet.state.due
    loud.wait_until(80 * H)
    assert [it for it in loud.said if isinstance(it, Alert)] == []


def test_a_promised_call_is_warned_of_missed_and_resolved_by_the_call() -> None:
    story = Story(PROMISED).tell(complained(0)).wait_until(30 * H).tell(answered(31 * H))
    assert told(story, "loop_contact") == [
        (1, "sla.warned", "raised", 12),
        (2, "sla.missed", "updated", 24),
        (3, "sla.missed", "resolved", 31),
    ]
    assert story.measured("missed_loop_contact") == [1.0]
    (contact,) = [it for it in story.said if it[2] == "loop_contact"]
    assert isinstance(contact, Measurement)
    assert (contact.kept, contact.rule, contact.business_s) == (False, "care", 31 * 3600.0)


def test_a_late_known_call_takes_the_miss_back() -> None:
    story = Story(PROMISED).tell(complained(0)).wait_until(30 * H).tell(answered(3 * H))
    assert told(story, "loop_contact")[-1] == (3, "sla.met", "resolved", 3)
    assert story.measured("missed_loop_contact") == []


def test_a_promised_solution_is_missed_after_three_days() -> None:
    story = Story(PROMISED).tell(complained(0), answered(H)).wait_until(90 * H)
    assert told(story, "loop_resolution") == [(1, "sla.missed", "raised", 72)]
    story.wait_until(40 * DAY_MS)
    assert told(story, "loop_resolution")[-1][1:3] == ("sla.missed", "resolved")


def test_of_a_round_half_forgotten_nothing_is_said_again() -> None:
    story = Story(PROMISED)
    for week in range(4):  # neither called nor helped in time
        at = week * 7 * DAY_MS
        story.tell(complained(at), case("resolved", at + 4 * DAY_MS, case_id=f"K{week}"))
    at = 28 * DAY_MS  # the call comes in time, and the ninth miss takes the first one's room
    story.tell(complained(at), touch("call_answered", at + H, "agent"))
    story.tell(case("resolved", at + 4 * DAY_MS, case_id="K5"), complained(at + 5 * DAY_MS))
    versions: dict[str, list[int]] = {}
    for alert in story.said:
        if isinstance(alert, Alert) and alert.clock is not None and "loop" in alert.clock:
            versions.setdefault(alert.alert_id, []).append(alert.version)
    assert len(versions) == 9
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())


def test_an_erased_customer_leaves_no_alert_of_a_loop_open() -> None:
    story = Story(PROMISED).tell(complained(0)).wait_until(13 * H).tell(touch("erased", 14 * H))
    assert told(story, "loop_contact")[-1][1:3] == ("sla.withdrawn", "resolved")


def test_a_late_known_tier_amends_whose_loop_it_was() -> None:
    story = Story().tell(complained(0), answered(2 * H))
    story.tell(touch("tier_changed", H, "system", tier="vip"))
    last = [it for it in story.said if isinstance(it, Measurement) and it.metric == "loop_contact"]
    assert (last[-1].tier, last[-1].was and last[-1].was.tier) == ("vip", "other")


def test_a_history_longer_than_the_cap_goes_on() -> None:
    story = Story()
    for number in range(20):
        day = number * DAY_MS
        story.tell(complained(day), case("resolved", day + H), rated(day + 2 * H, 5.0))
    assert len(standing(story)) == 40
    loop = loop_of(story.state)
    assert loop is not None
    assert len(loop[0]) == MOMENTS_CAP
    story.tell(answered(H // 2))  # long decided
    assert len(standing(story)) == 40


KINDS: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.sampled_from(
    [
        ("complaint", {}),
        ("survey_answered", {"survey": "csat", "score": 1.0}),
        *[("survey_answered", {"survey": "nps", "score": 10.0})] * 2,
        *[("message", {"actor": "agent", "case_id": "K1"})] * 2,
        ("message", {"actor": "agent", "case_id": "K2"}),
        ("message", {"actor": "customer", "case_id": "K2"}),
        *[("case_resolved", {"actor": "agent", "case_id": "K1"})] * 2,
        ("case_resolved", {"actor": "agent", "case_id": "K2"}),
        ("case_reopened", {"actor": "agent", "case_id": "K1"}),
    ]
)
OUTSIDE: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.sampled_from(
    [
        ("outreach", {"actor": "agent"}),
        ("call_answered", {"actor": "agent"}),
        ("message", {"actor": "agent"}),
    ]
)
# Narrow, so that ties are frequent; and far apart, so that loops fade. Good answers are remembered
# for thirty days before the newest signal, so signals lie closer.
NEAR = st.builds(
    lambda bunch, offset: bunch * 20 * DAY_MS + offset,
    st.sampled_from([0, 0, 0, 1]),
    st.integers(0, 25),
)
FAR = st.integers(0, 25).map((40 * DAY_MS).__add__)
SIGNALS = ("complaint", "survey_answered", "case_reopened")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Touchpoint], list[Touchpoint]]:
    """Events as they happened, and as they come in."""
    kinds = draw(st.lists(KINDS, min_size=1, max_size=10)) + draw(st.lists(OUTSIDE, max_size=3))
    events = [
        touch(
            kind,
            draw(NEAR if kind in SIGNALS else NEAR | FAR),
            event_id=f"e{number}",
            **{"channel": draw(st.sampled_from(["web", "phone"])), **fields},
        )
        for number, (kind, fields) in enumerate(kinds)
    ]
    return events, draw(st.permutations(events))


@settings(deadline=None, max_examples=400)
@given(histories())
def test_in_any_order_what_stands_is_the_oracles(
    history: tuple[list[Touchpoint], list[Touchpoint]],
) -> None:
    events, arriving = history
    assert standing(Story().tell(*arriving)) == loops(events)


@settings(deadline=None, max_examples=200)
@given(histories(), st.lists(st.integers(0, 60 * DAY_MS), max_size=4))
def test_in_any_order_the_last_word_on_every_promise_is_the_orderly_ones(
    history: tuple[list[Touchpoint], list[Touchpoint]], clocks: list[int]
) -> None:
    events, arriving = history
    late, orderly = Story(PROMISED), Story(PROMISED)
    for number, event in enumerate(arriving):
        late.tell(event)
        if number < len(clocks):
            late.wait_until(clocks[number])
    orderly.tell(*sorted(events, key=lambda event: event.occurred_at))
    for story in (late, orderly):
        story.wait_until(100 * DAY_MS)

    def missed(story: Story) -> set[str]:
        said = [it for it in story.said if isinstance(it, Measurement)]
        return set(compacted(it for it in said if it.metric.startswith("missed_loop")))

    assert missed(late) == missed(orderly)
    last = compacted(it for it in late.said if isinstance(it, Alert))
    assert {it.status for it in last.values()} <= {"resolved"}


def test_the_oracle_sees_a_loop() -> None:
    events = [complained(0), answered(60_000)]
    assert loops(events) == {f"{START}/loop_contact": Told(60.0, START + 60_000, "chat")}
