"""The engine's work is seen, and what it owns now."""

import math
import platform

from faust.types import TP
from prometheus_client import CollectorRegistry

from streams.adapters.instruments import Instruments
from streams.adapters.instruments.facts import release
from streams.engine.standing import Standing
from tests.unit.adapters.instruments.said import WALL_S


def test_the_engines_work_is_seen(registry: CollectorRegistry, instruments: Instruments) -> None:
    instruments.folded(100, 0.002)
    instruments.committed(100, 0.004)
    instruments.recovered(500, 40, 0.5)
    expected = {
        "cx_slice_records_sum": 100,
        "cx_fold_seconds_sum": 0.002,
        "cx_commit_seconds_sum": 0.004,
        "cx_committed_records_total": 100,
        "cx_last_commit_timestamp_seconds": 1_700_000_000,
        "cx_recovered_records_total": 500,
        "cx_recovery_seconds_total": 0.5,
    }
    for name, value in expected.items():
        found = registry.get_sample_value(name)
        assert found is not None
        assert math.isclose(found, value), name


def test_a_recovery_adds_to_those_before_and_is_shown_alone(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.recovered(500, 40, 0.5)
    instruments.recovered(20, 45, 0.25)
    found = {
        name: registry.get_sample_value(name)
        for name in (
            "cx_recovered_records_total",
            "cx_recovery_seconds_total",
            "cx_last_recovery_records",
            "cx_last_recovery_seconds",
        )
    }
    assert list(found.values()) == [520, 0.75, 20, 0.25]


def test_what_a_partition_given_away_held_is_gone_at_the_next_scrape(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    one = {"topic": "touchpoints", "partition": "1"}
    stands = {TP("touchpoints", n): Standing(9, 3, 10, 10) for n in (0, 1)}
    instruments.watch(lambda: [2], lambda: stands)
    found = {
        name: registry.get_sample_value(name, one)
        for name in ("cx_lag_records", "cx_source_position", "cx_source_committed", "cx_source_end")
    }
    assert list(found.values()) == [7, 9, 3, 10]
    del stands[TP("touchpoints", 1)]
    assert {registry.get_sample_value(name, one) for name in found} == {None}
    labels = {"stage": "awareness", "waiting": "false"}
    assert registry.get_sample_value("cx_customers", labels) == 2


def test_a_new_app_in_the_same_process_takes_the_place_of_the_old_one(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.watch(lambda: [1], dict)
    instruments.watch(lambda: [2], dict)
    labels = {"stage": "awareness", "waiting": "false"}
    assert registry.get_sample_value("cx_customers", labels) == 2


def test_a_scrape_tells_how_many_partitions_are_owned_and_whether_they_are_followed(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    owned = {TP("touchpoints", n): Standing(0, 0, 0, 0) for n in range(3)}
    recovering = [True]
    instruments.watch(list, lambda: owned, lambda: recovering[0])

    def facts() -> list[float | None]:
        return [registry.get_sample_value(name) for name in ("cx_partitions", "cx_recovering")]

    assert facts() == [3, 1]
    recovering[0] = False
    owned.clear()
    assert facts() == [0, 0]


def test_silent_feeds_are_shown_by_channel_as_long_as_they_are(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    silent = {"chat": 3, "渠道": 1, "other": 1}
    instruments.watch(list, dict, silent=lambda: silent)

    def shown(channel: str) -> float | None:
        return registry.get_sample_value("cx_feeds_silent", {"channel": channel})

    assert [shown(it) for it in ("chat", "other", "email", "渠道")] == [3, 2, 0, None]
    silent.clear()
    assert [shown(it) for it in ("chat", "other")] == [0, 0]


def test_the_release_the_policy_and_the_clock_are_told(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    labels = {"version": release(), "python": platform.python_version()}
    assert registry.get_sample_value("cx_build_info", {**labels, "delivery": ""}) == 1
    instruments.watch(list, dict, delivery=lambda: "exactly_once")
    assert registry.get_sample_value("cx_build_info", {**labels, "delivery": "exactly_once"}) == 1
    assert registry.get_sample_value("cx_policy_info", {"version": "v7"}) == 1
    assert registry.get_sample_value("cx_wall_clock_timestamp_seconds") == WALL_S


def test_only_the_policy_in_force_is_told() -> None:
    registry, version = CollectorRegistry(), ["v1"]
    instruments = Instruments(registry, lambda: WALL_S, policy=lambda: version[0])
    assert instruments
    version[0] = 'v2 "neu"\n'
    values = [registry.get_sample_value("cx_policy_info", {"version": v}) for v in ("v1", *version)]
    assert values == [None, 1]


def test_the_process_is_seen_as_every_client_shows_it(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    started = registry.get_sample_value("process_start_time_seconds")
    assert started is not None
    assert started > 1_600_000_000
    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total"):
        assert registry.get_sample_value(name)
