"""Calls and chats are counted by what became of them."""

from prometheus_client import CollectorRegistry, generate_latest

from streams.adapters.instruments import Instruments
from tests.unit.adapters.instruments.said import NOTHING, everything_said, measured


def test_calls_are_counted_by_what_became_of_them(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    said = [
        measured("queue_wait", 10.0, channel="phone", kept=True),
        measured("queue_wait", 90.0, channel="phone", kept=False),
        measured("queue_wait", 15.0, channel="phone", kept=True, amends=True),
        measured("abandoned", 40.0, channel="phone"),
        measured("handling_time", 300.0, channel="fax"),
    ]
    instruments.observe(NOTHING, said)
    for outcome, count in (("answered", 2), ("in_target", 1), ("abandoned", 1)):
        labels = {"channel": "phone", "outcome": outcome}
        assert registry.get_sample_value("cx_queues_total", labels) == count
    labels = {"clock": "queue_wait", "channel": "phone"}
    assert registry.get_sample_value("cx_queue_seconds_sum", labels) == 100
    assert registry.get_sample_value("cx_queue_seconds_bucket", {**labels, "le": "20.0"}) == 1
    labels = {"clock": "handling_time", "channel": "other"}
    assert registry.get_sample_value("cx_queue_seconds_bucket", {**labels, "le": "300.0"}) == 1


def test_calls_and_chats_cost_no_more_than_sixty_series(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(NOTHING, everything_said())
    lines = generate_latest(registry).decode().splitlines()
    assert len([line for line in lines if line.startswith("cx_queue")]) <= 60
