"""The instruments count what was decoded and said, in bounded series."""

import math
import threading
from itertools import product
from typing import Any

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry, generate_latest

from streams.adapters.faults import Fault
from streams.adapters.instruments import Instruments
from streams.adapters.instruments.experience import (
    BANDS,
    CLOCKS,
    NO_STAGE,
    QUEUE_BUCKETS_S,
    STATUSES,
)
from streams.adapters.instruments.rates import RATES
from streams.domain.alerts import churn, words
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert, Measurement, Output, Transition, Was
from streams.domain.policy.promises import CLOCKS as PROMISED
from streams.domain.risk import bands
from streams.domain.touchpoints import CHANNELS, KINDS, SURVEYS, TIERS, Touchpoint
from streams.engine.job import Decoded, Rejected
from streams.engine.standing import Standing
from tests.unit.adapters.examples import NOW, point

NOTHING: Decoded[Touchpoint] = Decoded([], [], [], [])


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def instruments(registry: CollectorRegistry) -> Instruments:
    rules = [f"rule-{number}" for number in range(20)]
    return Instruments(registry, wall_s=lambda: 1_700_000_000.0, rules=lambda: rules)


def measured(metric: str, value: float | None, **changes: Any) -> Measurement:
    plain = Measurement("m", 1, metric, "ann", None, value, NOW, "chat", "vip")
    return plain._replace(**changes)


def decoded(*rows: Touchpoint, rejected: tuple[Rejected, ...] = ()) -> Decoded[Touchpoint]:
    times = [row.occurred_at for row in rows]
    return Decoded(range(len(rows)), [row.customer_id for row in rows], times, rows, rejected)


def test_touchpoints_are_counted_by_kind_and_channel(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(decoded(point(1), point(2), point(3, kind="purchase")), [])
    instruments.observe(decoded(point(4)), [])
    labels = {"kind": "message"}
    assert registry.get_sample_value("cx_touchpoints_total", labels) == 3
    by_channel = {"channel": "chat"}
    assert registry.get_sample_value("cx_channel_touchpoints_total", by_channel) == 4
    assert registry.get_sample_value("cx_newest_touchpoint_timestamp_seconds") == NOW / 1000


def test_series_begin_at_zero(registry: CollectorRegistry, instruments: Instruments) -> None:
    assert instruments
    for name, labels in (
        ("cx_touchpoints_total", {"kind": "erased"}),
        ("cx_dead_letters_total", {"reason": "key_mismatch"}),
        ("cx_survey_responses_total", {"survey": "nps", "channel": "web"}),
        ("cx_survey_score_sum", {"survey": "nps", "channel": "web"}),
        ("cx_alerts_total", {"rule": "churn_risk", "status": "raised", "band": "high"}),
        ("cx_transitions_total", {"from_stage": "use", "to_stage": "lapsed"}),
        ("cx_purchases_total", {"channel": "store"}),
    ):
        assert registry.get_sample_value(name, labels) == 0


def test_dead_letters_are_counted_by_reason(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    rejected = (Rejected(0, "decode", Fault.UNDECODABLE, ""), Rejected(1, "x", "invented", ""))
    instruments.observe(decoded(rejected=rejected), [])
    for reason in ("undecodable", "other"):
        assert registry.get_sample_value("cx_dead_letters_total", {"reason": reason}) == 1


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


@pytest.mark.parametrize(
    ("survey", "scores", "top", "bottom"),
    [
        ("ces2", [1, 3, 4, 5, 7], 2, 2),
        ("csat", [1, 2, 3, 4, 5], 2, 2),
        ("nps", [0, 6, 7, 8, 9, 10], 2, 2),
        ("ces1", [1, 5], None, None),
    ],
)
def test_survey_answers_are_counted_summed_and_boxed(
    registry: CollectorRegistry,
    instruments: Instruments,
    survey: str,
    scores: list[float],
    top: int | None,
    bottom: int | None,
) -> None:
    instruments.observe(NOTHING, [measured(survey, score) for score in scores])
    labels = {"survey": survey, "channel": "chat"}

    def value(name: str) -> float | None:
        return registry.get_sample_value(f"cx_survey_{name}", labels)

    assert value("responses_total") == value("score_count") == len(scores)
    assert value("score_sum") == sum(scores)
    assert (value("top_box_total"), value("bottom_box_total")) == (top, bottom)


def test_purchases_and_their_money_are_counted(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(NOTHING, [measured("purchase", 1_999.0), measured("purchase", 1.0)])
    assert registry.get_sample_value("cx_purchases_total", {"channel": "chat"}) == 2
    assert registry.get_sample_value("cx_purchase_amount_minor_total", {"channel": "chat"}) == 2_000


def test_amendments_retractions_and_gaps_are_not_counted(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    move = Transition("t", 2, "ann", "use", "support", NOW, 5, "chat", "vip", amends=True)
    instruments.observe(
        NOTHING,
        [
            measured("nps", 9.0, version=2, amends=True),
            measured("nps", 9.0, retracted=True, amends=True),
            measured("nps", None),
            move,
        ],
    )
    labels = {"survey": "nps", "channel": "chat"}
    assert registry.get_sample_value("cx_survey_responses_total", labels) == 0
    labels = {"from_stage": "use", "to_stage": "support"}
    assert registry.get_sample_value("cx_transitions_total", labels) == 0


def test_alerts_and_transitions_are_counted(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    alert = Alert(
        "a", 1, "churn_risk", "raised", "ann", None, NOW, NOW, "high", 70, (), "chat", "vip"
    )
    move = Transition("t", 1, "ann", None, "support", NOW, None, "chat", "vip")
    instruments.observe(NOTHING, [alert, alert._replace(version=2, status="resolved"), move])
    labels = {"rule": "churn_risk", "status": "resolved", "band": "high"}
    assert registry.get_sample_value("cx_alerts_total", labels) == 1
    labels = {"from_stage": NO_STAGE, "to_stage": "support"}
    assert registry.get_sample_value("cx_transitions_total", labels) == 1


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
    instruments.observe(NOTHING, everything())
    lines = generate_latest(registry).decode().splitlines()
    assert len([line for line in lines if line.startswith("cx_queue")]) <= 60


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


def test_the_words_of_the_domain_have_their_labels() -> None:
    assert BANDS == bands.BANDS


def everything() -> list[Output]:
    """One output of every combination of labels, unknown ones among them."""
    channels, tiers = (*CHANNELS, "fax"), (*TIERS, "royal")
    outputs: list[Output] = [
        measured(metric, 1.0, channel=channel, tier=tier)
        for metric, channel, tier in product(
            (
                *(*CLOCKS, *QUEUE_BUCKETS_S, "abandoned", *SURVEYS),
                *(*RATES, "followed", "purchase", "strange"),
            ),
            channels,
            tiers,
        )
    ]
    outputs += [
        measured(metric, 1.0, channel=channel, tier=tier, kept=kept, rule=f"rule-{number}")
        for clock in PROMISED
        for metric, kept in ((clock, True), (f"missed_{clock}", None))
        for channel, tier, number in product(channels, tiers, range(20))
    ]
    outputs += [
        Alert("a", 1, rule, status, "ann", None, 0, 0, band, 1, (), "web", "vip")  # type: ignore[arg-type]
        for rule, status, band in product(
            (churn.RULE, *words.RULES, "strange"), (*STATUSES, "odd"), (*BANDS, "odd")
        )
    ]
    outputs += [
        Transition("t", 1, "ann", before, after, 0, None, "web", "vip")
        for before, after in product((None, *STAGES, "odd"), (*STAGES, "odd"))
    ]
    return outputs


def test_series_stay_below_two_thousand_whatever_comes(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.watch(
        lambda: [1] * 256, lambda: {TP("touchpoints", n): Standing(9, 4, 9, 9) for n in range(16)}
    )
    rows = [
        point(1, kind=kind, channel=channel)
        for kind, channel in product((*KINDS, "strange"), (*CHANNELS, "fax"))
    ]
    rejected = tuple(Rejected(0, "decode", reason, "") for reason in (*Fault, "strange"))
    instruments.observe(decoded(*rows, rejected=rejected), everything())
    lines = generate_latest(registry).decode().splitlines()
    assert len([line for line in lines if not line.startswith("#")]) < 2_000
    assert not any('"ann"' in line or "_created" in line for line in lines)


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


def test_counting_goes_on_while_somebody_scrapes(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    done = threading.Event()
    failures: list[BaseException] = []

    def whole_slices() -> None:
        """One answer a slice counts in both or in neither."""
        found = {
            sample.name: sample.value
            for family in instruments._experience.collect()
            for sample in family.samples
            if sample.labels == {"survey": "nps", "channel": "chat"}
        }
        assert found["cx_survey_responses_total"] == found["cx_survey_top_box_total"]

    def scrape() -> None:
        try:
            while not done.is_set():
                generate_latest(registry)
                whole_slices()
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    scraper = threading.Thread(target=scrape)
    scraper.start()
    some = everything()[:40]
    for number in range(100):
        said = [*some, measured("nps", 9.0)]
        instruments.observe(decoded(point(1, kind=f"strange-{number}")), said)
    done.set()
    scraper.join()
    assert failures == []
    labels = {"kind": "other"}
    assert registry.get_sample_value("cx_touchpoints_total", labels) == 100


def test_a_rule_of_a_policy_taken_over_later_has_a_series_of_its_own() -> None:
    registry, rules = CollectorRegistry(), ["vip"]
    instruments = Instruments(registry, wall_s=lambda: 1_700_000_000.0, rules=lambda: rules)
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
