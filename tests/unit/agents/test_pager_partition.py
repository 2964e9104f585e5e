"""The pager's partition: causes are told as long as they go on, and no clock runs ahead."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from streams.adapters import pages
from streams.adapters.alertmanager.wording import Wording, labels
from streams.adapters.instruments.pager import PagerInstruments
from streams.agents.pager_partition import PagerPartition
from streams.domain.alerts.heard import Heard
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.domain.paging.paging import CAUSE, DUE
from streams.engine.firing import wake
from streams.engine.job import Decoded
from tests.unit.domain.causes.telling import MINUTE_MS, minutes, raised

NOTHING: Decoded[Heard] = Decoded((), (), (), ())
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


class Desk:
    """A partition, its states and pages, and what it said."""

    def __init__(self) -> None:
        self.partition = PagerPartition(window_ms=300_000, learning_ms=0)
        self.states: dict[str, Any] = {}
        self.pages: dict[str, bytes] = {}
        self.said: list[Any] = []

    def hear(self, *alerts: Alert, now: int, said_at: int | None = None) -> None:
        """Said at an instant, or each at its own."""
        self.partition.foresee(NOTHING, now, now)
        for alert in alerts:
            key, state = alert.alert_id, self.states.get(alert.alert_id)
            row = Heard(alert, alert.updated_at if said_at is None else said_at)
            self.states[key] = self.partition.advance(key, state, row, self.said.append)
        self.pass_time(now)
        self.seal()

    def pass_time(self, now: int) -> None:
        """As the engine does it: notes first, then each deadline at its own instant."""
        if self.partition.due < now:
            self.partition.pass_time(now, self.said.append)
        assert self.partition.due >= now
        for key, state in list(self.states.items()):
            if state[DUE] < now:
                expire, say = self.partition.expire, self.said.append
                self.states[key] = wake(key, state, now, lambda it: it[DUE], expire, say)
        self.states = {key: state for key, state in self.states.items() if state is not None}

    def seal(self) -> None:
        for name, packed in self.partition.changed():
            if packed is None:
                self.pages.pop(name, None)
            else:
                self.pages[name] = packed

    def crash(self) -> None:
        self.partition = PagerPartition(window_ms=300_000, learning_ms=0)
        for name, packed in self.pages.items():
            self.partition.restore(name, packed)
        self.partition.restored()
        self.states = {key: pages.unpack(pages.pack(it)) for key, it in self.states.items()}

    def start_anew(self, now: int) -> None:
        """As the engine does it after a crash: what is due first, then all is reviewed."""
        self.crash()
        self.pass_time(now)
        for key, state in self.states.items():
            self.states[key] = self.partition.review(key, state, now, self.said.append)

    def causes(self) -> list[Alert]:
        return [it for it in self.said if type(it) is Alert]

    def told(self) -> list[Page]:
        return [it for it in self.said if type(it) is Page]

    def standing(self) -> set[str]:
        """The ids of what people are told of, causes apart."""
        there = dict[Any, str]()
        for page in self.told():
            name = frozenset(labels(page.routed_as).items())
            if page.ended:
                there.pop(name, None)
            elif page.alert.affected is None:
                there[name] = page.alert.alert_id
        assert len(there) == len(set(there.values()))
        return set(there.values())


START = 1_000 * DAY_MS


def test_an_alert_out_of_the_future_does_not_blind_the_watch_for_causes() -> None:
    desk = Desk()
    desk.hear(raised(START + DAY_MS), now=START)
    outage = minutes(START // MINUTE_MS + 1, START // MINUTE_MS + 1, 20, channel="chat")
    desk.hear(*outage, now=START + 2 * MINUTE_MS)
    assert len({cause.alert_id for cause in desk.causes()}) == 1


def test_a_cause_goes_on_through_a_crash_and_is_told_again() -> None:
    desk = Desk()
    outage = minutes(START // MINUTE_MS, START // MINUTE_MS, 20, channel="chat")
    desk.hear(*outage, now=START + MINUTE_MS)
    (cause,) = {it.alert_id for it in desk.causes()}
    desk.crash()
    desk.said.clear()
    desk.partition.pass_time(START + MINUTE_MS + 1, desk.said.append)
    assert [it.alert.alert_id for it in desk.told()] == [cause]
    assert desk.partition.open_causes == 1
    desk.said.clear()
    desk.hear(now=START + 10 * MINUTE_MS)
    assert [(it.alert_id, it.status) for it in desk.causes()] == [(cause, "resolved")]
    assert desk.partition.open_causes == 0


def test_a_partition_that_another_pager_owns_has_no_open_causes_here() -> None:
    desk, registry = Desk(), CollectorRegistry()
    owned = {0: desk.partition}
    instruments = PagerInstruments(registry, lambda: 0.0, lambda: 0)
    instruments.watch(
        lambda: [0] * 5, dict, lambda: sum(it.open_causes for it in owned.values()), str
    )
    desk.hear(*minutes(START // MINUTE_MS, START // MINUTE_MS, 20, channel="chat"), now=START)
    instruments.observe(NOTHING, desk.said)
    assert registry.get_sample_value("cx_common_causes_open") == 1.0
    owned.clear()
    assert registry.get_sample_value("cx_common_causes_open") == 0.0


def test_members_of_a_cause_are_not_told_one_by_one() -> None:
    desk = Desk()
    outage = minutes(START // MINUTE_MS, START // MINUTE_MS, 50, channel="chat")
    desk.hear(*outage, now=START + MINUTE_MS)
    told = {it.alert.alert_id for it in desk.said if type(it) is Page and not it.ended}
    assert len(told & {alert.alert_id for alert in outage}) < 10  # before it was certain


def test_after_days_away_what_stands_and_what_was_just_over_is_told_once_each() -> None:
    desk = Desk()
    alerts = [raised(START, channel=f"channel-{n}", tier=f"tier-{n}", clock=None) for n in range(9)]
    desk.hear(*alerts, now=START)
    over = alerts[0]._replace(version=2, status="resolved", band="low", updated_at=START + 1)
    desk.hear(over, now=START + 1)
    desk.said.clear()
    desk.crash()
    desk.pass_time(START + 63 * HOUR_MS)
    assert sorted(page.alert.alert_id for page in desk.told()) == sorted(
        alert.alert_id for alert in alerts
    )
    assert [page.alert.alert_id for page in desk.told() if page.ended] == [over.alert_id]


def test_a_clock_that_leaps_while_the_pager_runs_floods_nobody_either() -> None:
    desk = Desk()
    desk.hear(raised(START), now=START)
    for minute in range(1, 20):  # until there is nothing left that could have a cause
        desk.pass_time(START + minute * MINUTE_MS)
    desk.said.clear()
    desk.pass_time(START + 63 * HOUR_MS)
    assert len(desk.told()) == 1


def warned_then_missed(at: int, missed_at: int) -> tuple[list[Alert], list[Alert]]:
    """Promises at risk from an instant on, one a second, and the same when they are missed."""
    warned = [
        raised(at + n * 1_000, channel="chat", rule="sla.warned", band="elevated")
        for n in range(60)
    ]
    missed = [
        alert._replace(
            version=2,
            rule="sla.missed",
            status="updated",
            band="high",
            updated_at=missed_at + n * 1_000,
        )
        for n, alert in enumerate(warned)
    ]
    return warned, missed


def test_misses_behind_warnings_that_had_a_cause_have_a_cause_of_their_own() -> None:
    desk, missed_at = Desk(), START + 6 * HOUR_MS
    warned, missed = warned_then_missed(START, missed_at)
    desk.hear(*warned, now=START + MINUTE_MS)
    for minute in range(2, 360):
        desk.hear(now=START + minute * MINUTE_MS)
    assert desk.partition.open_causes == 0
    for number, alert in enumerate(missed):
        desk.hear(alert, now=alert.updated_at)
        if number in {2, 30}:
            desk.start_anew(alert.updated_at)
    desk.hear(now=missed_at + 3 * MINUTE_MS)
    assert len({cause.alert_id for cause in desk.causes()}) == 2
    assert desk.partition.open_causes == 1
    assert desk.standing() == set()


def test_misses_that_grow_out_of_their_warnings_while_the_cause_goes_on_stay_with_it() -> None:
    desk = Desk()
    warned, missed = warned_then_missed(START, START + 2 * MINUTE_MS)
    desk.hear(*warned, now=START + MINUTE_MS)
    desk.hear(*missed, now=START + 3 * MINUTE_MS)
    desk.hear(now=START + 5 * MINUTE_MS)
    assert len({cause.alert_id for cause in desk.causes()}) == 1
    assert max(cause.affected or 0 for cause in desk.causes()) <= len(warned)  # each once
    assert desk.standing() == set()


BURSTS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(["chat", "email"]),
        st.integers(1, 9),
        st.integers(1, 20),
    ),
    max_size=8,
)


def said_in_bursts(bursts: list[tuple[int, str, int, int]]) -> list[Alert]:
    """Promises warned of from a minute on, so many on a channel, and missed minutes later."""
    warned = [
        (raised(START + minute * MINUTE_MS + n, channel, rule="sla.warned", band="elevated"), later)
        for minute, channel, many, later in bursts
        for n in range(many)
    ]
    missed = [
        alert._replace(
            version=2,
            rule="sla.missed",
            status="updated",
            band="high",
            updated_at=alert.updated_at + later * MINUTE_MS,
        )
        for alert, later in warned
    ]
    return sorted([alert for alert, _ in warned] + missed, key=lambda it: it.updated_at)


@settings(max_examples=40)
@given(BURSTS, st.sets(st.integers(0, 100)))
def test_a_crash_while_warnings_grow_to_misses_changes_nothing(
    bursts: list[Any], crashes: set[int]
) -> None:
    straight, shaken = Desk(), Desk()
    for number, alert in enumerate(said_in_bursts(bursts)):
        for desk in (straight, shaken):
            desk.hear(alert, now=alert.updated_at)
        if number in crashes:
            shaken.crash()
    for minute in range(40, 60):
        for desk in (straight, shaken):
            desk.hear(now=START + minute * MINUTE_MS)
    assert shaken.standing() == straight.standing()
    words = [[(it.alert_id, it.status) for it in desk.causes()] for desk in (shaken, straight)]
    assert {it for it in words[0] if it[1] != "updated"} == {
        it for it in words[1] if it[1] != "updated"
    }


def test_a_customer_who_changes_channels_rings_no_phone_again() -> None:
    desk = Desk()
    web = raised(START, channel="web", tier="vip", clock=None, rule="churn_risk", band="critical")
    app = web._replace(version=2, status="updated", channel="app", stage="support")
    mail = web._replace(version=3, status="updated", channel="email", product="kettle")
    desk.hear(web, now=START)
    desk.hear(app, now=START + 1)
    desk.start_anew(START + 2)
    desk.hear(mail, now=START + 3)
    desk.start_anew(START + 4)
    assert not any(page.ended for page in desk.told())
    times = {"starts_at_ms": 0, "ends_at_ms": 9}
    notices = [Wording().notice(it.alert, it.first, **times) for it in desk.told()]
    assert all(notice.labels == labels(web) for notice in notices)
    assert "last on email" in notices[-1].annotations["summary"]


def spread(first: int, last: int, each: int, **fields: Any) -> list[Alert]:
    """So many misses a minute, by when they were due; minutes from START on."""
    start = START // MINUTE_MS
    return minutes(start + first, start + last, each, channel="chat", **fields)


def told_singly(desk: Desk, alerts: list[Alert]) -> set[str]:
    pages = [it for it in desk.said if type(it) is Page and not it.ended]
    return {it.alert.alert_id for it in pages} & {alert.alert_id for alert in alerts}


def test_what_is_said_at_once_has_one_cause_though_it_fell_due_over_an_hour() -> None:
    desk = Desk()
    now = START + 41 * MINUTE_MS
    late = spread(0, 39, 5)
    desk.hear(raised(now, tier="vip", clock=None), *late, now=now, said_at=now)
    assert {(it.shared or ())[0] for it in desk.causes()} == {("channel", "chat")}
    assert len(told_singly(desk, late)) < 10  # before it was certain
    assert {desk.states[it.alert_id][CAUSE] for it in late[10:]} == {desk.causes()[0].alert_id}


def test_a_backlog_of_the_pager_is_gone_through_as_it_was_said() -> None:
    straight, behind, shaken = Desk(), Desk(), Desk()
    outage, later = spread(0, 2, 10), spread(60, 62, 10)
    trickle = [raised(START + minute * MINUTE_MS, channel="web") for minute in range(3, 60, 6)]
    alerts = [*outage, *trickle, *later]
    now = START + 63 * MINUTE_MS
    for alert in alerts:
        straight.hear(alert, now=alert.updated_at)
    behind.hear(*alerts, now=now)
    for start in range(0, len(alerts), 7):
        shaken.hear(*alerts[start : start + 7], now=now)
        shaken.crash()
    raised_at = [
        [it.raised_at for it in desk.causes() if it.version == 1]
        for desk in (straight, behind, shaken)
    ]
    assert len(raised_at[0]) == 2
    assert raised_at[1] == raised_at[2] == raised_at[0]


def test_a_cause_of_warnings_becomes_a_page_when_one_of_them_is_missed() -> None:
    desk = Desk()
    warned = spread(0, 0, 20, rule="sla.warned", band="elevated")
    now = START + MINUTE_MS
    desk.hear(*warned, now=now)
    assert {it.band for it in desk.causes()} == {"elevated"}
    (cause,) = {it.alert_id for it in desk.causes()}
    missed = warned[-1]._replace(version=2, status="updated", rule="sla.missed", band="high")
    desk.hear(missed, now=now, said_at=now)
    stands = [it for it in desk.said if type(it) is Page and it.alert.alert_id == cause]
    stands = [it for it in stands if not it.again]
    assert [(it.alert.band, it.ended) for it in stands[-2:]] == [
        ("elevated", True),
        ("high", False),
    ]
    overtaken = warned[-1]._replace(version=1, band="critical")
    desk.hear(overtaken, now=now, said_at=now)
    assert desk.causes()[-1].band == "high"
