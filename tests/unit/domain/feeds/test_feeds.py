"""Feeds in stories: what is silence to one feed is a quiet night to another."""

from typing import Any

from streams.domain.feeds.feeds import Feeds
from streams.domain.feeds.voices import voices
from streams.domain.policy.promises import Promises
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.feeds.watching import (
    DAY,
    HOUR,
    MINUTE,
    MONDAY,
    WEEK,
    Watch,
    every,
    office_weeks,
)

FIFTH = MONDAY + 4 * WEEK
"""After four weeks in which a feed showed what it is like."""


def test_a_stall_at_noon_is_seen_in_minutes() -> None:
    watch = Watch().tell(office_weeks(4)).tell(every(MINUTE, FIFTH + 9 * HOUR, FIFTH + 12 * HOUR))
    watch.wait_until(FIFTH + 13 * HOUR)
    (alert,) = watch.said
    assert (alert.rule, alert.status, alert.customer_id) == ("feed.stalled", "raised", "")
    assert (alert.channel, alert.case_id, alert.band) == ("chat", None, "high")
    assert 5 * MINUTE <= alert.raised_at - (FIFTH + 12 * HOUR) <= 10 * MINUTE
    assert alert.reasons[0].value == (alert.raised_at - (FIFTH + 12 * HOUR)) / 1000
    assert watch.unheard("chat", FIFTH + 12 * HOUR + 30 * MINUTE)
    assert not watch.unheard("chat", FIFTH + 12 * HOUR + 3 * MINUTE)


def test_a_quiet_night_and_a_weekend_say_nothing() -> None:
    watch = Watch()
    for event in office_weeks(6):
        watch.tell([event])
    watch.wait_until(MONDAY + 6 * WEEK + 9 * HOUR)
    assert watch.said == []


def test_what_begins_on_a_friday_evening_is_seen_on_monday_morning() -> None:
    watch = Watch().tell(office_weeks(4)).wait_until(FIFTH + 9 * HOUR)
    assert watch.said == []
    watch.wait_until(FIFTH + 9 * HOUR + 15 * MINUTE)
    assert [alert.status for alert in watch.said] == ["raised"]
    assert watch.said[0].raised_at > FIFTH + 9 * HOUR


def test_the_return_resolves_the_alert_at_its_time() -> None:
    watch = Watch().tell(office_weeks(4)).tell(every(MINUTE, FIFTH + 9 * HOUR, FIFTH + 12 * HOUR))
    watch.tell([(FIFTH + 13 * HOUR, "chat")])
    raised, resolved = watch.said
    assert raised.alert_id == resolved.alert_id
    assert (raised.version, resolved.version) == (1, 2)
    assert (resolved.status, resolved.updated_at) == ("resolved", FIFTH + 13 * HOUR)
    assert resolved.reasons[0].value == 3600
    assert not watch.unheard("chat", FIFTH + 12 * HOUR + 30 * MINUTE)
    assert watch.unheard("chat", FIFTH + 12 * HOUR + 30 * MINUTE, FIFTH + 13 * HOUR - 1)


def test_a_backlog_is_heard_piece_by_piece_and_ends_the_silence_when_it_has_caught_up() -> None:
    watch = Watch().tell(office_weeks(4)).tell(every(MINUTE, FIFTH + 9 * HOUR, FIFTH + 12 * HOUR))
    watch.tell([(FIFTH + 13 * HOUR, "web")])
    watch.tell(every(MINUTE, FIFTH + 12 * HOUR, FIFTH + 12 * HOUR + 30 * MINUTE))
    assert [alert.status for alert in watch.said] == ["raised"]
    assert not watch.unheard("chat", FIFTH + 12 * HOUR + 20 * MINUTE)
    assert watch.unheard("chat", FIFTH + 12 * HOUR + 50 * MINUTE)
    watch.tell(every(MINUTE, FIFTH + 12 * HOUR + 30 * MINUTE, FIFTH + 13 * HOUR))
    assert [alert.status for alert in watch.said] == ["raised", "resolved"]
    assert watch.said[1].updated_at == FIFTH + 13 * HOUR
    assert not watch.unheard("chat", FIFTH + 12 * HOUR + 50 * MINUTE)


def test_a_sparse_feed_may_be_silent_for_longer() -> None:
    start, end = MONDAY, MONDAY + 4 * WEEK
    watch = Watch().tell(every(3 * MINUTE // 2, start, end)).wait_until(end + 12 * MINUTE)
    assert watch.said == []
    watch.wait_until(end + HOUR)
    assert [alert.status for alert in watch.said] == ["raised"]


def test_a_feed_that_speaks_in_less_than_half_of_the_minutes_is_not_judged() -> None:
    start, end = MONDAY, MONDAY + 4 * WEEK
    watch = Watch().tell(every(3 * MINUTE, start, end)).wait_until(end + 2 * DAY)
    assert watch.said == []


def test_a_feed_that_speaks_once_a_month_is_not_missed() -> None:
    watch = Watch().tell(every(30 * DAY, MONDAY, MONDAY + 360 * DAY))
    watch.wait_until(MONDAY + 500 * DAY)
    assert watch.said == []


def test_a_new_feed_is_judged_from_its_second_week_on() -> None:
    watch = Watch().tell(every(MINUTE, MONDAY, MONDAY + 3 * DAY)).wait_until(MONDAY + 6 * DAY)
    assert watch.said == []
    assert not watch.unheard("chat", MONDAY + 5 * DAY)
    watch.wait_until(MONDAY + WEEK + HOUR)
    assert [alert.status for alert in watch.said] == ["raised"]


def test_what_was_silent_last_week_is_not_missed_this_week() -> None:
    closed = (FIFTH + 2 * DAY, FIFTH + 3 * DAY)
    feed = [event for event in office_weeks(6) if not closed[0] <= event[0] < closed[1]]
    feed = [event for event in feed if not closed[0] + WEEK <= event[0] < closed[1] + WEEK]
    watch = Watch().tell(feed)
    assert watch.told(FIFTH)[0][1] == "raised"
    assert {alert.raised_at // DAY for alert in watch.said} == {closed[0] // DAY}


def test_what_a_policy_says_of_a_channel_counts_from_the_first_minute_and_alone() -> None:
    watch = Watch(chat=10 * MINUTE).tell([(MONDAY, "chat"), (MONDAY, "web")])
    watch.wait_until(MONDAY + 11 * MINUTE)
    assert watch.said == []
    watch.wait_until(MONDAY + 11 * MINUTE + 1)
    assert watch.told(MONDAY) == [("chat", "raised", 11)]


def test_a_heartbeat_that_stops_is_a_stall_though_others_speak() -> None:
    watch = Watch(chat=10 * MINUTE)
    watch.tell(every(MINUTE, MONDAY, MONDAY + HOUR, "heartbeat/chat"))
    watch.tell(every(MINUTE, MONDAY + HOUR, MONDAY + 2 * HOUR))
    assert watch.told(MONDAY) == [("chat", "raised", 70)]
    watch.tell([(MONDAY + 2 * HOUR, "heartbeat/chat")])
    assert watch.told(MONDAY)[1:] == [("chat", "resolved", 120)]


def test_a_heartbeat_keeps_a_feed_alive_that_nobody_uses() -> None:
    watch = Watch(chat=10 * MINUTE).tell(every(9 * MINUTE, MONDAY, MONDAY + DAY, "heartbeat/chat"))
    assert watch.said == []


def test_a_heartbeat_is_a_touchpoint_that_says_so() -> None:
    plain = Touchpoint(1, "e1", "anybody", "unknown", "phone", "system", 0)
    signs = [plain._replace(attributes=said) for said in ({"heartbeat": "true"}, {"x": "y"}, None)]
    assert voices(signs) == ["heartbeat/phone", "phone", "phone"]


def test_a_channel_never_heard_is_not_judged() -> None:
    watch = Watch(chat=MINUTE).tell([(MONDAY, "web")]).wait_until(MONDAY + WEEK)
    assert watch.said == []
    assert not watch.unheard("chat", MONDAY + DAY)


def test_every_silence_is_its_own_alert_in_every_partition() -> None:
    def ids(partition: int) -> list[str]:
        said: list[Any] = []
        feeds = Feeds(partition, silent_after={"chat": 5 * MINUTE})
        for at in (0, HOUR, 2 * HOUR):
            feeds.see([at], ["chat"])
        feeds.pass_time(2 * HOUR, said.append)
        return [alert.alert_id for alert in said]

    assert len(set(ids(0))) == 2
    assert set(ids(0)).isdisjoint(ids(1))


def test_time_that_passes_without_news_asks_for_nothing() -> None:
    watch = Watch(chat=10 * MINUTE).tell([(MONDAY, "chat")])
    assert watch.feeds.due == MONDAY + 11 * MINUTE
    watch.wait_until(MONDAY + HOUR)
    assert watch.feeds.due > MONDAY + 100 * WEEK


def test_a_page_changes_once_a_minute_at_most() -> None:
    watch = Watch().tell([(MONDAY, "chat")])
    assert [name for name, _ in watch.feeds.changed()] == ["feed/chat"]
    watch.tell([(MONDAY + 1, "chat"), (MONDAY + 59_999, "chat")])
    assert [*watch.feeds.changed()] == []
    watch.tell([(MONDAY + MINUTE, "chat")])
    ((_, packed),) = watch.feeds.changed()
    assert len(packed) < 300


def test_promises_taken_over_while_running_change_what_is_silence() -> None:
    watch = Watch(chat=10 * MINUTE).tell([(MONDAY, "chat")])
    watch.feeds.follow(Promises("next", (), {"chat": HOUR}))
    watch.wait_until(MONDAY + HOUR)
    assert watch.said == []
    watch.wait_until(MONDAY + 2 * HOUR)
    assert [(alert.policy, alert.raised_at) for alert in watch.said] == [
        ("next", MONDAY + HOUR + MINUTE)
    ]
