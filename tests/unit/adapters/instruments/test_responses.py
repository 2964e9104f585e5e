"""Response times fall into the buckets of the usual targets, by channel and by tier."""

from prometheus_client import CollectorRegistry

from streams.adapters.instruments import Instruments
from tests.unit.adapters.instruments.said import NOTHING, measured


def test_response_times_fall_into_the_buckets_of_the_targets(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    waits = [5.0, 5.1, 86_400.0, 300_000.0]
    instruments.observe(NOTHING, [measured("first_response", wait) for wait in waits])
    labels = {"clock": "first_response", "channel": "chat"}

    def upto(bound: str) -> float | None:
        return registry.get_sample_value("cx_response_seconds_bucket", labels | {"le": bound})

    assert [upto(b) for b in ("5.0", "15.0", "28800.0", "86400.0", "+Inf")] == [1, 2, 2, 3, 4]
    assert registry.get_sample_value("cx_response_seconds_count", labels) == 4
    assert registry.get_sample_value("cx_response_seconds_sum", labels) == sum(waits)
    labels = {"clock": "first_response", "tier": "vip"}
    assert registry.get_sample_value("cx_tier_response_seconds_sum", labels) == sum(waits)
    assert registry.get_sample_value("cx_tier_response_seconds_count", labels) == len(waits)
