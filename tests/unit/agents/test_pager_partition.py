"""The pager's partition: causes are told as long as they go on, and no clock runs ahead."""

from typing import Any

from prometheus_client import CollectorRegistry

from streams.adapters.instruments.pager import PagerInstruments
from streams.agents.pager_partition import PagerPartition
from streams.domain.alerts.heard import Heard
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.domain.paging.paging import CAUSE
from streams.engine.job import Decoded
from tests.unit.domain.causes.telling import MINUTE_MS, minutes, raised

NOTHING: Decoded[Heard] = Decoded((), (), (), ())
DAY_MS = 1440 * MINUTE_MS


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
        if self.partition.due < now:
            self.partition.pass_time(now, self.said.append)
        assert self.partition.due >= now
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

    def causes(self) -> list[Alert]:
        return [it for it in self.said if type(it) is Alert]


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
    registry = CollectorRegistry()
    instruments = PagerInstruments(registry, lambda: 0.0, lambda: 0)
    desk.hear(now=START + MINUTE_MS + 1)
    instruments.observe(NOTHING, desk.said)
    assert [it.alert.alert_id for it in desk.said if type(it) is Page] == [cause]
    assert registry.get_sample_value("cx_common_causes_open") == 1.0
    desk.said.clear()
    desk.hear(now=START + 10 * MINUTE_MS)
    instruments.observe(NOTHING, desk.said)
    assert [(it.alert_id, it.status) for it in desk.causes()] == [(cause, "resolved")]
    assert registry.get_sample_value("cx_common_causes_open") == 0.0


def test_members_of_a_cause_are_not_told_one_by_one() -> None:
    desk = Desk()
    outage = minutes(START // MINUTE_MS, START // MINUTE_MS, 50, channel="chat")
    desk.hear(*outage, now=START + MINUTE_MS)
    told = {it.alert.alert_id for it in desk.said if type(it) is Page and not it.ended}
    assert len(told & {alert.alert_id for alert in outage}) < 10  # before it was certain


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
