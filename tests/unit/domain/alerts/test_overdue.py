"""`response_overdue`: raised at the target, critical at the limit, resolved by answer or end."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.outputs import Alert
from streams.domain.policy import HOUR_MS
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import START, Story, answered, asked, case, compacted, touch

RULE = "response_overdue"


def told(alerts: list[Alert]) -> list[tuple[int, str, str, int]]:
    return [(it.version, it.status, it.band, (it.updated_at - START) // HOUR_MS) for it in alerts]


def test_a_wait_is_overdue_after_a_day_and_critical_after_three() -> None:
    story = Story().tell(asked(0)).wait_until(24 * HOUR_MS - 1)
    assert story.alerts(RULE) == []
    story.wait_until(24 * HOUR_MS).wait_until(50 * HOUR_MS).wait_until(72 * HOUR_MS)
    alerts = story.alerts(RULE)
    assert told(alerts) == [(1, "raised", "high", 24), (2, "updated", "critical", 72)]
    assert len({alert.alert_id for alert in alerts}) == 1
    assert {alert.raised_at for alert in alerts} == {START + 24 * HOUR_MS}
    assert alerts[1].reasons[0].value == 72 * 3600
    assert (alerts[0].case_id, alerts[0].customer_id) == ("K1", "C1")


def test_a_clock_that_jumps_says_the_same() -> None:
    story = Story().tell(asked(0)).wait_until(500 * HOUR_MS)
    assert told(story.alerts(RULE)) == [(1, "raised", "high", 24), (2, "updated", "critical", 72)]


@pytest.mark.parametrize(
    "ending",
    [answered(30 * HOUR_MS), case("resolved", 30 * HOUR_MS), case("closed", 30 * HOUR_MS)],
    ids=lambda ending: ending.kind,
)
def test_an_answer_and_an_end_resolve_it_even_if_no_timer_ran(ending: Touchpoint) -> None:
    story = Story().tell(asked(0), ending).wait_until(99 * HOUR_MS)
    assert told(story.alerts(RULE)) == [(1, "raised", "high", 24), (2, "resolved", "low", 30)]


@pytest.mark.parametrize(
    "noise",
    [
        touch("message", 30 * HOUR_MS, "bot", case_id="K1"),
        answered(30 * HOUR_MS, public=False),
        answered(30 * HOUR_MS, "K2"),
        asked(30 * HOUR_MS),
        case("reopened", 30 * HOUR_MS),
        touch("page_viewed", 30 * HOUR_MS),
    ],
    ids=str,
)
def test_nothing_else_resolves_it(noise: Touchpoint) -> None:
    story = Story().tell(asked(0), noise).wait_until(40 * HOUR_MS)
    assert told(story.alerts(RULE)) == [(1, "raised", "high", 24)]


def test_an_answer_in_time_warns_nobody() -> None:
    story = Story().tell(asked(0), answered(23 * HOUR_MS)).wait_until(99 * HOUR_MS)
    assert story.alerts(RULE) == []


def test_every_wait_is_its_own_episode() -> None:
    story = Story().tell(asked(0), answered(30 * HOUR_MS), asked(31 * HOUR_MS))
    story.wait_until(60 * HOUR_MS)
    alerts = story.alerts(RULE)
    assert [(alert.version, alert.status) for alert in alerts] == [
        *((1, "raised"), (2, "resolved")),
        (1, "raised"),
    ]
    assert len({alert.alert_id for alert in alerts}) == 2


def test_a_late_known_question_is_overdue_at_once() -> None:
    story = Story().tell(touch("page_viewed", 80 * HOUR_MS), asked(0))
    assert told(story.alerts(RULE)) == [(1, "raised", "high", 24), (2, "updated", "critical", 72)]


def test_a_late_known_answer_takes_it_back() -> None:
    story = Story().tell(asked(0)).wait_until(30 * HOUR_MS).tell(answered(2 * HOUR_MS))
    assert [alert.status for alert in story.alerts(RULE)] == ["raised", "resolved"]
    assert story.measured("first_response") == [7200.0]


def test_an_episode_that_comes_back_goes_on_counting() -> None:
    story = Story().tell(asked(10 * HOUR_MS)).wait_until(40 * HOUR_MS)
    story.tell(asked(0))  # an earlier question: another episode
    story.tell(answered(1 * HOUR_MS))  # and its answer: the first one again
    alerts = story.alerts(RULE)
    first = alerts[0].alert_id
    assert [(alert.version, alert.status) for alert in alerts if alert.alert_id == first] == [
        *((1, "raised"), (2, "resolved"), (3, "raised")),
    ]
    assert compacted(alerts)[first].status == "raised"


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([asked, answered]), st.integers(1, 40 * HOUR_MS)), max_size=12
    )
)
def test_in_order_every_wait_beyond_the_target_is_raised_and_only_those(
    steps: list[tuple[object, int]],
) -> None:
    story, at, since = Story(), 0, None
    overdue = ended = 0
    for what, later in steps:
        at += later
        if what is asked:
            since = at if since is None else since
        elif since is not None:
            overdue += at - since >= 24 * HOUR_MS
            ended += at - since >= 24 * HOUR_MS
            since = None
        story.tell(what(at))  # type: ignore[operator]
    if steps:
        end = at + 100 * HOUR_MS
        story.wait_until(end)
        overdue += since is not None
    statuses = [alert.status for alert in story.alerts(RULE)]
    assert (statuses.count("raised"), statuses.count("resolved")) == (overdue, ended)
