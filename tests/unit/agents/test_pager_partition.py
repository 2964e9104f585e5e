"""The pager's partition: causes are told as long as they go on, and no clock runs ahead."""

from typing import Any

from prometheus_client import CollectorRegistry

from streams.adapters.instruments.pager import PagerInstruments
from streams.agents.pager_partition import PagerPartition
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.engine.job import Decoded
from tests.unit.domain.causes.telling import MINUTE_MS, minutes, raised

NOTHING: Decoded[Alert] = Decoded((), (), (), ())
DAY_MS = 1440 * MINUTE_MS


class Desk:
    """A partition, its states and pages, and what it said."""

    def __init__(self) -> None:
        self.partition = PagerPartition(window_ms=300_000, learning_ms=0)
        self.states: dict[str, Any] = {}
        self.pages: dict[str, bytes] = {}
        self.said: list[Any] = []

    def hear(self, *alerts: Alert, now: int) -> None:
        self.partition.foresee(NOTHING, now, now)
        for alert in alerts:
            key = alert.alert_id
            state = self.states.get(key)
            self.states[key] = self.partition.advance(key, state, alert, self.said.append)
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
