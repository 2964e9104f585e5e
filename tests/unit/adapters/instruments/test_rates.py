"""Numerators of rates, and promises met and missed."""

import pytest
from prometheus_client import CollectorRegistry

from streams.adapters.instruments import Instruments
from streams.domain.outputs import Was
from tests.unit.adapters.examples import NOW
from tests.unit.adapters.instruments.said import NOTHING, WALL_S, measured


def test_a_resolution_counts_once_and_once_more_when_the_issue_comes_back(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    resolved = measured("resolution_first", 60.0)
    was = Was(60.0, NOW, "chat", "vip")
    moved = measured("resolution_first", 90.0, version=2, amends=True, was=was)
    back = measured("followed", 1.0)
    instruments.observe(NOTHING, [resolved, moved, resolved, back])
    labels = {"channel": "chat"}
    assert registry.get_sample_value("cx_resolutions_total", labels) == 2
    assert registry.get_sample_value("cx_resolutions_followed_total", labels) == 1


@pytest.mark.parametrize(
    ("metric", "value", "rate"),
    [
        ("complaint", 1.0, "complaint"),
        ("error", 1.0, "error"),
        ("returned", 1.0, "returned"),
        ("transferred", 1.0, "transferred"),
        ("reopened", 1.0, "reopened"),
        ("case", 1.0, "repeat_contact"),
        ("case", 0.0, "new_contact"),
        ("on_time", 1.0, "on_time"),
        ("on_time", 0.0, "late"),
        ("loop_recovered", 1.0, "recovered"),
        ("loop_recovered", 0.0, "unrecovered"),
    ],
)
def test_a_rates_numerator_is_what_was_first_said(
    registry: CollectorRegistry, instruments: Instruments, metric: str, value: float, rate: str
) -> None:
    said = measured(metric, value)
    taken_back = said._replace(version=2, amends=True, retracted=True)
    instruments.observe(NOTHING, [said, taken_back])
    labels = {"rate": rate, "channel": "chat"}
    assert registry.get_sample_value("cx_rates_total", labels) == 1


def test_promises_are_met_or_missed_by_clock_and_by_rule(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(
        NOTHING,
        [
            measured("first_response", 5.0, kept=True, rule="rule-1"),
            measured("first_response", 5.0, kept=True, rule="rule-1", amends=True, version=2),
            measured("first_response", 9.0, kept=False, rule="rule-1"),
            measured("missed_first_response", 1.0, rule="unheard-of"),
            measured("missed_first_response", 1.0, rule="rule-1", retracted=True),
        ],
    )
    clock = {"clock": "first_response"}
    place = clock | {"channel": "chat", "tier": "vip"}
    for outcome, rule in (("met", "rule-1"), ("missed", "other")):
        labels = place | {"outcome": outcome}
        assert registry.get_sample_value("cx_promises_total", labels) == 1
        labels = clock | {"outcome": outcome, "rule": rule}
        assert registry.get_sample_value("cx_rule_promises_total", labels) == 1


def test_a_rule_of_a_policy_taken_over_later_has_a_series_of_its_own() -> None:
    registry, rules = CollectorRegistry(), ["vip"]
    instruments = Instruments(registry, wall_s=lambda: WALL_S, rules=lambda: rules)
    place = {"clock": "first_response", "outcome": "met"}
    for names in (["vip"], ["chat", "vip"], ["mail"]):
        rules[:] = names
        assert registry.get_sample_value("cx_rule_promises_total", {"rule": names[0], **place}) == 0
        said = measured("first_response", 5.0, kept=True, rule=names[0])
        instruments.observe(NOTHING, [said])
    counts = [
        registry.get_sample_value("cx_rule_promises_total", {"rule": name, **place})
        for name in ("vip", "chat", "mail", "other")
    ]
    assert counts == [1, 1, 1, 0]


def test_a_promise_of_a_queue_counts_where_its_calls_do(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(
        NOTHING,
        [
            measured("queue_wait", 5.0, channel=channel, kept=True, rule="rule-1")
            for channel in ("phone", "chat", "social", "fax")
        ],
    )
    counts = {}
    for channel in ("phone", "chat", "other", "social"):
        place = {"clock": "queue_wait", "channel": channel, "tier": "vip", "outcome": "met"}
        counts[channel] = registry.get_sample_value("cx_promises_total", place)
    assert counts == {"phone": 1, "chat": 1, "other": 2, "social": None}
