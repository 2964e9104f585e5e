"""Series are bounded whatever comes, and there from the start."""

from collections import Counter

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from streams.adapters.instruments import Instruments
from streams.domain.touchpoints import CHANNELS
from streams.engine.standing import Standing
from tests.unit.adapters.instruments.said import (
    HOSTILE,
    NOTHING,
    WALL_S,
    everything_read,
    everything_said,
    measured,
)

MANY_PARTITIONS = {TP("touchpoints", number): Standing(9, 4, 9, 9) for number in range(32)}


def series(registry: CollectorRegistry) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """As Prometheus counts them: name and labels of every bucket, sum and count."""
    text = generate_latest(registry).decode()
    return {
        (sample.name, frozenset(sample.labels.items()))
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("cx_touchpoints_total", {"kind": "erased"}),
        ("cx_channel_touchpoints_total", {"channel": "web"}),
        ("cx_dead_letters_total", {"reason": "key_mismatch"}),
        ("cx_response_seconds_count", {"clock": "next_response", "channel": "phone"}),
        (
            "cx_response_seconds_bucket",
            {"clock": "first_response", "channel": "web", "le": "86400.0"},
        ),
        ("cx_tier_response_seconds_count", {"clock": "resolution_full", "tier": "vip"}),
        ("cx_queue_seconds_count", {"clock": "queue_wait", "channel": "phone"}),
        ("cx_queues_total", {"channel": "chat", "outcome": "abandoned"}),
        (
            "cx_promises_total",
            {"clock": "queue_wait", "channel": "phone", "tier": "vip", "outcome": "missed"},
        ),
        (
            "cx_promises_total",
            {"clock": "loop_contact", "channel": "web", "tier": "other", "outcome": "met"},
        ),
        ("cx_rule_promises_total", {"rule": "rule-7", "clock": "queue_wait", "outcome": "met"}),
        ("cx_rule_promises_total", {"rule": "other", "clock": "queue_wait", "outcome": "met"}),
        ("cx_survey_responses_total", {"survey": "nps", "channel": "web"}),
        ("cx_survey_score_sum", {"survey": "ces1", "channel": "web"}),
        ("cx_tier_survey_top_box_total", {"survey": "ces2", "tier": "vip"}),
        ("cx_tier_survey_responses_total", {"survey": "ces2", "tier": "vip"}),
        ("cx_alerts_total", {"rule": "churn_risk", "status": "raised", "band": "high"}),
        ("cx_alerts_total", {"rule": "feed.stalled", "status": "raised", "band": "high"}),
        ("cx_transitions_total", {"from_stage": "use", "to_stage": "lapsed"}),
        ("cx_purchases_total", {"channel": "store"}),
        ("cx_resolutions_followed_total", {"channel": "store"}),
        ("cx_rates_total", {"rate": "late", "channel": "store"}),
        ("cx_detection_delay_seconds_count", {"rule": "sla.missed"}),
        ("cx_schema_waiting_seconds_total", {}),
        ("cx_last_recovery_records", {}),
        ("cx_last_recovery_seconds", {}),
    ],
)
def test_what_a_ratio_or_an_alert_needs_begins_at_zero(
    registry: CollectorRegistry, instruments: Instruments, name: str, labels: dict[str, str]
) -> None:
    assert registry.get_sample_value(name, labels) == 0


def test_a_worker_has_less_than_two_thousand_series_whatever_comes(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.watch(
        lambda: [1] * 256,
        lambda: MANY_PARTITIONS,
        delivery=lambda: "exactly_once",
        silent=lambda: dict.fromkeys((*CHANNELS, *HOSTILE), 1),
    )
    instruments.observe(everything_read(), everything_said())
    found = series(registry)
    by_name = Counter(name for name, _ in found).most_common(9)
    assert len(found) < 2_000, by_name
    values = {value for _, labels in found for _, value in labels}
    assert not values & {"ann", *HOSTILE}
    assert not any(name.endswith("_created") for name, _ in found)


def test_customers_make_no_series(registry: CollectorRegistry, instruments: Instruments) -> None:
    instruments.watch(lambda: [1] * 256, lambda: MANY_PARTITIONS)
    before = series(registry)
    said = [measured("nps", 9.0, customer_id=f"c-{number}") for number in range(1_000)]
    instruments.watch(lambda: [100_000] * 256, lambda: MANY_PARTITIONS)
    instruments.observe(NOTHING, said)
    assert series(registry) == before


def test_ten_thousand_rules_that_no_policy_knows_are_one(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    before = series(registry)
    said = [
        measured("first_response", 5.0, kept=True, rule=f"nobody's-{number}")
        for number in range(10_000)
    ]
    instruments.observe(NOTHING, said)
    assert series(registry) == before
    labels = {"rule": "other", "clock": "first_response", "outcome": "met"}
    assert registry.get_sample_value("cx_rule_promises_total", labels) == len(said)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_rule_may_have_any_name(name: str) -> None:
    registry = CollectorRegistry()
    Instruments(registry, lambda: WALL_S, lambda: [name]).observe(
        NOTHING, [measured("first_response", 5.0, kept=True, rule=name)]
    )
    rules = {
        dict(labels)["rule"]
        for series_name, labels in series(registry)
        if series_name == "cx_rule_promises_total"
    }
    assert rules == {name, "other"}
