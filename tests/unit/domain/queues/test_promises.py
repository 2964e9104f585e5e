"""`sla.*` of a queue: warned, missed and resolved like any other promise, by its own clock."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.calendars import ALWAYS
from streams.domain.customer import Customer, advance, expire, review
from streams.domain.outputs import Alert, Measurement, Output
from streams.domain.policy import Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.queues.line import DUE, SAID, lines_of
from streams.domain.state import NEVER
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.queues.test_any_order import calls
from tests.unit.domain.queues.test_stories import abandoned, answered, ended, queued
from tests.unit.domain.saying import START, Story, compacted, touch

S = 1000
DAY = 86_400 * S


def promised(name: str, seconds: int, **whom: frozenset[str]) -> Rule:
    promise = Promise("queue_wait", seconds * S, ALWAYS, (seconds * S // 2,))
    return Rule(name, **whom, promises={"queue_wait": promise})


TWENTY = Policy(promises=Promises("test", (promised("everybody", 20),)))


def sla(said: list[Output]) -> list[Alert]:
    return [one for one in said if isinstance(one, Alert) and one.clock == "queue_wait"]


def told(story: Story) -> list[tuple[int, str, str, str, int]]:
    return [
        (it.version, it.rule, it.status, it.band, (it.updated_at - START) // S)
        for it in sla(story.said)
    ]


def missed(said: list[Output]) -> dict[str, int]:
    standing = compacted(one for one in said if isinstance(one, Measurement))
    return {
        key: (it.at - START) // S
        for key, it in standing.items()
        if it.metric == "missed_queue_wait"
    }


def test_a_wait_is_warned_of_missed_and_critical_at_thrice_the_target() -> None:
    story = Story(TWENTY).tell(queued(0, "K1")).wait_until(10 * S)
    assert sla(story.said) == []
    story.wait_until(10 * S + 1).wait_until(20 * S + 1).wait_until(300 * S)
    assert told(story) == [
        (1, "sla.warned", "raised", "elevated", 10),
        (2, "sla.missed", "updated", "high", 20),
        (3, "sla.missed", "updated", "critical", 60),
    ]
    last = sla(story.said)[-1]
    assert len({alert.alert_id for alert in sla(story.said)}) == 1
    assert (last.case_id, last.channel, last.clock) == ("K1", "phone", "queue_wait")
    assert (last.policy, last.promise_rule, last.due_at) == ("test", "everybody", START + 20 * S)
    assert last.reasons[0].value == 60
    assert missed(story.said) == {f"C1/phone/missed_queue_wait/{START}": 20}


@pytest.mark.parametrize(
    ("ending", "rule"),
    [
        (answered(15 * S), "sla.met"),
        (answered(20 * S), "sla.met"),
        (abandoned(15 * S), "sla.withdrawn"),
        (ended(15 * S), "sla.withdrawn"),
        (answered(25 * S), "sla.missed"),
        (abandoned(25 * S), "sla.missed"),
    ],
)
def test_the_end_of_a_wait_resolves_its_alert_by_what_became_of_it(
    ending: Touchpoint, rule: str
) -> None:
    story = Story(TWENTY).tell(queued(0), ending).wait_until(DAY)
    last = sla(story.said)[-1]
    assert (last.rule, last.status) == (rule, "resolved")
    assert bool(missed(story.said)) is (rule == "sla.missed")
    assert lines_of(story.state)[0][DUE] == 0


@pytest.mark.parametrize(("at", "kept"), [(20 * S, True), (20 * S + 1, False)])
def test_an_answer_in_the_last_millisecond_keeps_the_promise_and_one_after_it_does_not(
    at: int, kept: bool
) -> None:
    story = Story(TWENTY).tell(queued(0), answered(at))
    (wait,) = [said for said in story.said if said[2] == "queue_wait"]
    assert isinstance(wait, Measurement)
    assert (wait.kept, wait.rule, wait.business_s) == (kept, "everybody", at / S)


def test_a_wait_that_never_ends_is_given_up_after_a_day() -> None:
    story = Story(TWENTY).tell(queued(0)).wait_until(DAY)
    assert sla(story.said)[-1].status == "updated"
    story.wait_until(9 * DAY)
    last = sla(story.said)[-1]
    assert (last.rule, last.status, last.updated_at) == ("sla.missed", "resolved", START + DAY)
    assert story.measured("queue_wait") == story.measured("abandoned") == []
    assert lines_of(story.state)[0][DUE] == 0


def test_a_late_answer_that_was_in_time_takes_the_miss_back() -> None:
    story = Story(TWENTY).tell(queued(0)).wait_until(30 * S).tell(answered(12 * S))
    assert (sla(story.said)[-1].rule, sla(story.said)[-1].status) == ("sla.met", "resolved")
    assert missed(story.said) == {}


def test_a_late_abandonment_shows_that_nobody_waited_any_more() -> None:
    story = Story(TWENTY).tell(queued(0)).wait_until(30 * S).tell(abandoned(12 * S))
    assert (sla(story.said)[-1].rule, sla(story.said)[-1].status) == ("sla.withdrawn", "resolved")
    assert missed(story.said) == {}


def test_a_wait_that_turns_out_to_have_begun_earlier_is_another_alert() -> None:
    story = Story(TWENTY).tell(queued(10 * S)).wait_until(31 * S).tell(queued(0))
    first, second = {alert.alert_id: alert for alert in sla(story.said)}.values()
    assert (first.rule, first.status) == ("sla.withdrawn", "resolved")
    assert (second.rule, second.status, second.due_at) == (
        "sla.missed",
        "raised",
        START + 20 * S,
    )


def test_a_wait_named_by_its_answer_alone_can_be_missed() -> None:
    story = Story(TWENTY).tell(answered(60 * S, waited=50 * S))
    assert told(story) == [(1, "sla.missed", "resolved", "low", 60)]
    assert missed(story.said) == {f"C1/phone/missed_queue_wait/{START + 10 * S}": 30}


def test_the_tier_at_the_end_judges_and_a_late_word_on_it_is_said() -> None:
    rules = (promised("all", 60), promised("vip", 10, tiers=frozenset({"vip"})))
    story = Story(Policy(promises=Promises("tiers", rules)))
    story.tell(queued(0), answered(30 * S), touch("tier_changed", 5 * S, tier="vip"))
    waits = [said for said in story.said if said[2] == "queue_wait"]
    assert [(it[8], it[11:14]) for it in waits] == [
        ("other", (30.0, True, "all")),
        ("vip", (30.0, False, "vip")),
    ]
    assert missed(story.said) == {f"C1/phone/missed_queue_wait/{START}": 10}


def test_a_running_wait_is_under_the_rule_of_its_channel() -> None:
    rules = (promised("calls", 20, channels=frozenset({"phone"})),)
    story = Story(Policy(promises=Promises("phone", rules)))
    story.tell(queued(0), queued(0, channel="chat")).wait_until(DAY // 2)
    assert {alert.channel for alert in sla(story.said)} == {"phone"}


def test_two_waits_that_began_at_one_instant_are_one_alert() -> None:
    story = Story(TWENTY).tell(queued(0, "K1"), queued(0, "K2")).wait_until(300 * S)
    assert [alert.version for alert in sla(story.said)] == [1, 2, 3]
    assert missed(story.said) == {f"C1/phone/missed_queue_wait/{START}": 20}


def test_of_many_misses_the_latest_are_remembered_and_none_is_said_twice() -> None:
    story = Story(TWENTY)
    for call in range(12):
        story.tell(queued(call * 600 * S), answered((call * 600 + 30) * S))
    assert len(missed(story.said)) == 12
    before = len(sla(story.said))
    story.tell(ended(11 * 600 * S + 40 * S)).wait_until(DAY)
    assert len(sla(story.said)) == before


def test_an_erased_customer_leaves_no_alert_open() -> None:
    story = Story(TWENTY).tell(queued(0)).wait_until(15 * S).tell(touch("erased", 16 * S))
    assert (sla(story.said)[-1].rule, sla(story.said)[-1].status) == ("sla.withdrawn", "resolved")


def test_where_nothing_is_promised_of_queues_they_set_no_deadline() -> None:
    story = Story(Policy()).tell(touch("page_viewed", 0))
    due = story.state.due
    story.tell(queued(10 * S))
    assert story.state.due <= due + 10 * S < NEVER
    assert (lines_of(story.state)[0][DUE], lines_of(story.state)[0][SAID]) == (0, None)
    story.wait_until(2 * DAY)
    assert sla(story.said) == []


def test_a_promise_that_is_no_more_is_withdrawn() -> None:
    story = Story(TWENTY).tell(queued(0)).wait_until(15 * S)
    review(story.state, "C1", Policy(), story.said.append)
    assert sla(story.said)[-1].rule == "sla.withdrawn"
    assert lines_of(story.state)[0][DUE] == 0


def test_a_new_promise_is_held_against_a_wait_that_runs_already() -> None:
    story = Story(Policy()).tell(queued(0)).wait_until(15 * S)
    review(story.state, "C1", TWENTY, story.said.append)
    story.policy = TWENTY
    story.wait_until(30 * S)
    assert [alert.rule for alert in sla(story.said)] == ["sla.warned", "sla.missed"]
    assert missed(story.said) == {f"C1/phone/missed_queue_wait/{START}": 20}


def standing(said: list[Output]) -> tuple[object, ...]:
    """Which alerts ended how, those but warned of and met aside, and what was missed."""
    newest = {alert.alert_id: alert for alert in sla(said)}
    ended_how = {
        key: (it.rule, it.status, it.due_at)
        for key, it in newest.items()
        if it.rule in {"sla.missed", "sla.warned"}
    }
    return ended_how, missed(said)


@settings(deadline=None)
@given(calls(), st.data())
def test_what_stands_is_the_same_in_any_order(
    events: list[Touchpoint], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations(events))
    end = START + 4 * DAY
    found = []
    for order in (arriving, sorted(events, key=lambda event: event.occurred_at)):
        customer: Customer | None = None
        said: list[Output] = []
        for event in order:
            customer = advance(customer, event, TWENTY, said.append)
        assert customer is not None
        expire(customer, "C1", end, TWENTY, said.append)
        found.append(standing(said))
    assert found[0] == found[1]


def test_a_miss_that_reaches_back_behind_the_moments_kept_is_told_once() -> None:
    story = Story(TWENTY).tell(queued(0, "K1"), answered(5 * S, "K1"), ended(100 * S, "K1"))
    story.tell(answered(130 * S, "K2", 60 * S), ended(140 * S, "K2"))
    for number in range(3):  # a day later the first call is dropped
        at = DAY + (120 + number) * S
        story.tell(queued(at, f"L{number}"), answered(at + S // 2, f"L{number}"))
    assert [it.version for it in sla(story.said)] == [1]
    assert missed(story.said) == {f"C1/phone/missed_queue_wait/{START + 70 * S}": 90}
