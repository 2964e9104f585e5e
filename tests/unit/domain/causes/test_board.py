"""Many alerts that share a fact beyond the usual are one cause; what is usual is none."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.causes.board import MOST_OPEN
from streams.domain.causes.cause import FIRST
from streams.domain.outputs import Alert
from tests.unit.domain.causes.oracle import Clerk
from tests.unit.domain.causes.telling import MINUTE_MS, Told, minutes, raised

START = 1_000


def statuses(told: Told) -> list[tuple[str, str]]:
    """Which cause was said to be what, growth apart."""
    return [
        (alert.shared[0][1], alert.status)
        for alert in told.said
        if alert.shared and alert.status != "updated"
    ]


def usual_day(until: int) -> list[Alert]:
    """Two alerts a minute, on several channels."""
    return [
        *minutes(START, until, 1, channel="email", tier="normal"),
        *minutes(START, until, 1, channel="web", tier="vip"),
    ]


def test_an_outage_of_a_channel_is_one_cause_that_ends_with_it() -> None:
    told = Told()
    outage = minutes(START + 60, START + 70, 20, channel="chat", tier="normal")
    told.tell([*usual_day(START + 100), *outage])
    assert statuses(told) == [("chat", "raised"), ("chat", "resolved")]
    raised_at, resolved_at = told.said[0].raised_at, told.said[-1].updated_at
    assert START + 60 <= raised_at // MINUTE_MS < START + 61
    assert START + 76 < resolved_at // MINUTE_MS <= START + 82  # the window, and once more
    assert told.said[-1].affected == len(outage)
    assert [told.cause_of[alert.alert_id] for alert in outage[10:]] == [told.said[0].alert_id] * (
        len(outage) - 10
    )


def test_the_first_alerts_of_it_belong_to_it_too() -> None:
    told = Told()
    outage = minutes(START + 60, START + 60, 30, channel="chat")
    told.tell([*usual_day(START + 59), *outage])
    assert {told.board.cause_of(alert.alert_id) for alert in outage} == {told.said[0].alert_id}


def test_what_nearly_all_members_share_is_said_behind_the_cause() -> None:
    told = Told()
    outage = minutes(START + 60, START + 60, 40, channel="chat", tier="vip", stage="service")
    told.tell([*usual_day(START + 59), *outage])
    shared = told.said[-1].shared
    assert shared is not None
    assert shared[0] == (
        "channel",
        "chat",
    )  # never seen before, as the stage; but chats can be mended
    assert set(shared) >= {("channel", "chat"), ("tier", "vip"), ("stage", "service")}
    assert (told.said[-1].channel, told.said[-1].tier) == ("chat", "vip")


def test_what_is_usual_is_no_cause() -> None:
    told = Told()
    told.tell(minutes(START, START + 200, 30, channel="chat"))
    assert told.said == []


def test_nothing_is_unusual_while_nobody_knows_what_is_usual() -> None:
    told = Told(learning_min=10.0)
    told.tell(minutes(START, START + 9, 30, channel="chat"))
    assert told.said == []


def test_one_customer_with_many_alerts_is_no_cause() -> None:
    told = Told()
    told.tell([*usual_day(START + 60), *minutes(START + 60, START + 60, 50, customer="ann")])
    assert told.said == []


def test_two_outages_at_once_are_two_causes_and_each_alert_is_of_one() -> None:
    told = Told()
    chat = minutes(START + 60, START + 62, 30, channel="chat", clock="first_response")
    shop = minutes(START + 60, START + 62, 30, channel="store", clock="resolution_full")
    told.tell([*usual_day(START + 59), *chat, *shop])
    causes = [alert for alert in told.said if alert.status == "raised"]
    assert len(causes) == 2
    assert {told.cause_of[alert.alert_id] for alert in chat[-30:]} == {causes[0].alert_id} or {
        told.cause_of[alert.alert_id] for alert in chat[-30:]
    } == {causes[1].alert_id}
    shares = [alert.share for alert in told.said[-2:]]
    assert sum(share or 0.0 for share in shares) <= 1.0


def test_an_outage_isn_t_learned_as_the_usual() -> None:
    told = Told()
    first = minutes(START + 60, START + 120, 20, channel="chat")
    again = minutes(START + 200, START + 210, 20, channel="chat")
    told.tell([*usual_day(START + 230), *first, *again])
    assert statuses(told) == [("chat", "raised"), ("chat", "resolved")] * 2


def test_what_lasts_a_day_is_the_usual_from_then_on() -> None:
    told = Told()
    flood = minutes(START + 60, START + 60 + 1500, 3, channel="chat")
    told.tell([*usual_day(START + 60), *flood])
    assert statuses(told) == [("chat", "raised"), ("chat", "resolved")]


def test_a_cause_that_grows_is_said_again_but_not_all_the_time() -> None:
    told = Told()
    told.tell([*usual_day(START + 59), *minutes(START + 60, START + 60, 1_000, channel="chat")])
    assert 5 < len(told.said) <= 11
    assert [alert.version for alert in told.said] == list(range(1, len(told.said) + 1))
    affected = [alert.affected or 0 for alert in told.said]
    assert affected == sorted(affected)


def test_an_alert_names_its_first_members_and_no_more() -> None:
    told = Told()
    told.tell([*usual_day(START + 59), *minutes(START + 60, START + 61, 500, channel="chat")])
    assert len(told.said[-1].members) == FIRST
    assert (told.said[-1].affected or 0) > FIRST


def test_thousands_of_alerts_in_a_minute_cost_pages_in_proportion() -> None:
    told = Told()
    told.tell(usual_day(START + 59))
    told.seal()
    flood = minutes(START + 60, START + 60, 4_000, channel="chat")
    sizes = []
    for start in range(0, len(flood), 100):
        told.tell(flood[start : start + 100])
        sizes.append(told.seal())
    assert told.said[-1].affected is not None
    assert max(sizes) < 400 * 250  # two rolls, a full page and what is new, some 200 bytes a row
    assert len(flood) * 2 / 200 < len(told.pages) < len(flood) * 2 / 200 + 10


def test_pages_of_causes_and_minutes_that_are_over_are_forgotten() -> None:
    told = Told()
    told.tell([*usual_day(START + 59), *minutes(START + 60, START + 61, 300, channel="chat")])
    told.seal()
    told.pass_to((START + 80) * MINUTE_MS)
    told.seal()
    assert set(told.pages) == {"clock", "usual"}


CHANNELS = st.sampled_from(["chat", "email", "web"])
ALERTS = st.lists(
    st.tuples(
        st.integers(0, 40),
        CHANNELS,
        st.sampled_from(["vip", "normal"]),
        st.integers(0, 12),
        st.integers(1, 8),
    ),
    max_size=40,
)


def story(drawn: list[tuple[int, str, str, int, int]]) -> list[Alert]:
    """Bursts of alerts: minute, channel, tier, customer, and how many customers from that on."""
    return sorted(
        (
            raised(
                (START + minute) * MINUTE_MS + place, channel, tier, customer=f"c-{first + place}"
            )
            for minute, channel, tier, first, many in drawn
            for place in range(many)
        ),
        key=lambda alert: alert.updated_at,
    )


DELAYS = st.lists(st.sampled_from([0, 0, 0, 1, 3, 5, 9, 30]), min_size=1, max_size=7)
OUTAGE = [(3, "chat", "vip", 0, 12), (11, "web", "normal", 20, 1)]
"""One that is still open when alerts come that are older than the window."""


def as_they_come(alerts: list[Alert], delays: list[int]) -> list[Alert]:
    """The same alerts, some of them minutes late."""
    come = [
        (alert.updated_at + delays[number % len(delays)] * MINUTE_MS, number)
        for number, alert in enumerate(alerts)
    ]
    return [alerts[number] for _, number in sorted(come)]


@settings(max_examples=100)
@given(ALERTS, DELAYS)
def test_causes_and_members_are_those_of_a_clerk_who_counts_everything_anew(
    drawn: list[Any], delays: list[int]
) -> None:
    told, clerk = Told(learning_min=2.0), Clerk(learning_min=2.0)
    for alert in as_they_come(story([*OUTAGE, *drawn]), delays):
        told.tell([alert])
        clerk.tell(alert)
        assert told.unexplained() == clerk.unexplained()
    firsts = [alert for alert in told.said if alert.status == "raised"]
    assert [(alert.shared or ())[0] for alert in firsts] == [cause.fact for cause in clerk.found]
    open_now = [cause.fact for cause in told.board.open_causes()]
    assert open_now == list(clerk.open.values())
    for cause, found in zip(firsts, clerk.found, strict=True):
        last = [alert for alert in told.said if alert.alert_id == cause.alert_id][-1]
        assert set(last.members) <= found.members


@settings(max_examples=40)
@given(ALERTS, DELAYS, st.sets(st.integers(0, 200)))
def test_a_crash_behind_what_is_durable_changes_nothing(
    drawn: list[Any], delays: list[int], crashes: set[int]
) -> None:
    straight, shaken = Told(learning_min=2.0), Told(learning_min=2.0)
    for number, alert in enumerate(as_they_come(story([*OUTAGE, *drawn]), delays)):
        graver = alert._replace(version=2, status="updated", band="critical")
        for told in (straight, shaken):
            told.tell([alert])
            if number % 3 == 0:
                told.tell([graver._replace(stage="service")])
            elif number % 3 == 1:
                told.follow(graver)
        shaken.seal()
        if number in crashes:
            shaken.crash()
    assert shaken.said == straight.said
    assert {it: shaken.board.cause_of(it) for it in shaken.cause_of} == {
        it: straight.board.cause_of(it) for it in straight.cause_of
    }


def test_a_late_alert_joins_what_is_open_and_its_customer_counts_as_before() -> None:
    told = Told()
    told.tell([*usual_day(START + 59), *minutes(START + 60, START + 60, 30, channel="chat")])
    (cause,) = told.board.open_causes()
    kettle: dict[str, Any] = {"product": "kettle", "customer": "ann"}
    late = raised((START - 120) * MINUTE_MS, channel="chat", **kettle)
    told.tell([late])
    assert told.cause_of[late.alert_id] == cause.cause_id
    assert cause.affected == 31
    nothing_else: dict[str, Any] = {"channel": "other", "tier": "other", "clock": None}
    at = (START + 60) * MINUTE_MS + 59_000
    for customer in ("ann", "bob", "cid", "dot", "eve"):
        assert len(list(told.board.open_causes())) == 1
        told.tell([raised(at, **nothing_else, **kettle | {"customer": customer})])
    assert ("kettle", "raised") in statuses(told)


def test_a_cause_is_as_grave_as_its_gravest_member_has_been() -> None:
    told = Told()
    warned = minutes(START + 60, START + 60, 30, channel="chat", rule="sla.warned", band="elevated")
    told.tell([*usual_day(START + 59), *warned])
    assert {alert.band for alert in told.said} == {"elevated"}  # one warning wakes nobody
    at = warned[-1].updated_at
    said = len(told.said)
    for version, band in ((2, "high"), (3, "critical"), (4, "high")):
        told.follow(warned[0]._replace(version=version, band=band, updated_at=at))
    told.follow(warned[1]._replace(version=2, band="critical", updated_at=at))
    assert [alert.band for alert in told.said[said:]] == ["high", "critical"]
    told.pass_to(at + 20 * MINUTE_MS)
    assert (told.said[-1].status, told.said[-1].band) == ("resolved", "low")


def test_a_member_that_grows_graver_is_counted_again_but_named_once() -> None:
    told = Told()
    outage = minutes(START + 60, START + 60, 30, channel="chat")
    told.tell([*usual_day(START + 59), *outage])
    (cause,) = told.board.open_causes()
    again = [it._replace(version=2, band="critical", channel="web") for it in outage]
    told.tell(again)
    assert list(told.board.open_causes()) == [cause]
    assert (cause.affected, len(cause.members), cause.worst) == (30, 30, 3)
    assert {told.cause_of[it.alert_id] for it in again} == {cause.cause_id}


def test_an_alert_counts_anew_once_its_cause_is_over() -> None:
    told = Told()
    outage = minutes(START + 60, START + 60, 30, channel="chat")
    told.tell([*usual_day(START + 72), *outage])
    assert statuses(told) == [("chat", "raised"), ("chat", "resolved")]
    over_at = told.said[-1].updated_at
    again = [it._replace(version=2, band="critical", updated_at=over_at + 1) for it in outage]
    told.tell(again[:1])
    assert told.cause_of[again[0].alert_id] is None
    told.tell(again[1:])
    assert statuses(told)[2:] == [("chat", "raised")]
    (cause,) = told.board.open_causes()
    assert {told.board.cause_of(it.alert_id) for it in again} == {cause.cause_id}


def test_a_busy_channel_as_usual_is_no_cause_of_what_is_rare() -> None:
    told = Told()
    busy = minutes(START, START + 60, 40, channel="chat")
    rare = minutes(START + 60, START + 60, 12, channel="chat", product="kettle")
    told.tell([*busy, *rare])
    assert {alert.shared[0] for alert in told.said if alert.shared} == {("product", "kettle")}


def test_a_cause_that_becomes_the_usual_ends_no_other() -> None:
    told = Told()
    chat = minutes(START + 60, START + 60 + 1450, 3, channel="chat", clock="first_response")
    mail = minutes(START + 1490, START + 1520, 6, channel="email", clock="resolution_full")
    told.tell([*usual_day(START + 60), *chat, *mail])
    words = statuses(told)
    assert words.count(("chat", "raised")) == words.count(("chat", "resolved")) == 1
    assert [status for value, status in words if value != "chat"] == ["raised"]


def test_a_steady_trickle_does_not_flutter() -> None:
    told = Told()
    trickle = [
        raised((START + 60) * MINUTE_MS + place * 50_000 + (place * 7919) % 40_000, channel="chat")
        for place in range(1_000)
    ]
    told.tell([*usual_day(START + 60), *trickle])
    assert len(statuses(told)) <= 4


def test_not_more_causes_are_open_at_once_than_anybody_could_take_in() -> None:
    told = Told()
    flood = [
        raised((START + 60) * MINUTE_MS + place, product=f"product-{place % 100}", channel="other")
        for place in range(1_000)
    ]
    told.tell([*usual_day(START + 59), *flood])
    assert len(list(told.board.open_causes())) <= MOST_OPEN
