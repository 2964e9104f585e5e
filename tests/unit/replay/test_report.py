"""The report counts each thing once, and has no value where nothing was measured."""

import json
from dataclasses import dataclass
from statistics import quantiles

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.outputs import Alert, Measurement
from streams.replay.dead_letters import DeadLetter
from streams.replay.quantile import quantile
from streams.replay.report import Sent, build_report, newest

NOTHING = Sent(read=0, skipped={})


@dataclass
class Folded:
    events: int
    duplicates: int


def measured(metric: str, value: float | None, name: str = "m", **changes: object) -> Measurement:
    plain = Measurement(name, 1, metric, "ann", "c", value, 0, "web", "normal")
    return plain._replace(**changes)  # type: ignore[arg-type]


def alert(name: str, version: int, rule: str = "sla.missed") -> Alert:
    return Alert(name, version, rule, "raised", "ann", None, 0, 0, "high", 60, (), "web", "normal")


def test_a_report_of_nothing_has_no_values() -> None:
    report = build_report(NOTHING, [], [], [], [])

    assert report["events"] == {
        "read": 0,
        "applied": 0,
        "duplicates": 0,
        "skipped": 0,
        "dead_lettered": 0,
    }
    assert report["commerce"] == {"purchases": 0, "amount_minor": None}
    assert report["alerts"] == {}
    assert report["events_per_second"] is None
    for clock in report["clocks"].values():
        assert clock == {
            "n": 0,
            "p50_s": None,
            "p90_s": None,
            "within": {"86400": None, "259200": None},
        }
    for survey in report["surveys"].values():
        assert survey["n"] == 0
        assert {survey[key] for key in survey if key != "n"} == {None}


def test_a_report_is_json() -> None:
    report = build_report(NOTHING, [], [measured("nps", 9.0)], [alert("a", 1)], [])

    assert json.loads(json.dumps(report)) == report


def test_what_went_in_is_accounted_for() -> None:
    sent = Sent(
        read=10,
        skipped={"ignored": 2, "bad_time": 1},
        unmapped={("kind", "Dance"): 4, ("kind", "Sing"): 1},
        seconds=2.0,
    )

    report = build_report(sent, [Folded(3, 1), Folded(2, 0)], [], [], [])

    assert report["events"] == {
        "read": 10,
        "applied": 5,
        "duplicates": 1,
        "skipped": 3,
        "dead_lettered": 0,
    }
    assert report["customers"] == 2
    assert report["skipped_reasons"] == {"bad_time": 1, "ignored": 2}
    assert report["unmapped_values"] == {
        "kind": {"distinct": 2, "most_frequent": {"Dance": 4, "Sing": 1}}
    }
    assert report["events_per_second"] == 5.0


def test_a_dead_letter_written_twice_counts_once() -> None:
    letters = [DeadLetter("t", 0, 5, "far_future")] * 2 + [DeadLetter("t", 0, 6, "no_customer")]

    report = build_report(NOTHING, [], [], [], letters)

    assert report["events"]["dead_lettered"] == 2
    assert report["dead_letter_reasons"] == {"far_future": 1, "no_customer": 1}


def test_only_the_newest_version_of_a_measurement_counts() -> None:
    report = build_report(
        NOTHING,
        [],
        [
            measured("first_response", 10.0, "a"),
            measured("first_response", 30.0, "a", version=3),
            measured("first_response", 20.0, "a", version=2),
            measured("first_response", 99.0, "b"),
            measured("first_response", None, "b", version=2, retracted=True),
        ],
        [],
        [],
    )

    assert report["clocks"]["first_response"]["n"] == 1
    assert report["clocks"]["first_response"]["p50_s"] == 30.0


def test_money_is_added_up_exactly_and_a_purchase_without_a_price_is_one() -> None:
    purchases = [measured("purchase", 19.0, "a"), measured("purchase", 1.0, "b")]

    report = build_report(NOTHING, [], [*purchases, measured("purchase", None, "c")], [], [])

    assert report["commerce"] == {"purchases": 3, "amount_minor": 20}


def test_alerts_are_counted_by_rule_in_their_newest_version() -> None:
    alerts = [alert("a", 1), alert("b", 1, "churn_risk"), alert("a", 2), alert("c", 1)]

    assert build_report(NOTHING, [], [], alerts, [])["alerts"] == {
        "churn_risk": 1,
        "sla.missed": 2,
    }
    assert [(a.alert_id, a.version) for a in newest(alerts)] == [("a", 2), ("b", 1), ("c", 1)]


def test_a_clock_counts_what_is_within_a_day_and_three_days() -> None:
    seconds = [0.0, 86_400.0, 86_401.0, 259_200.0, 300_000.0]
    readings = [measured("next_response", value, f"m{value}") for value in seconds]

    clock = build_report(NOTHING, [], readings, [], [])["clocks"]["next_response"]

    assert clock["within"] == {"86400": 2, "259200": 4}
    assert clock["p50_s"] == 86_401.0


@given(st.lists(st.floats(0, 1e9), min_size=2, max_size=40))
def test_quantiles_agree_with_the_standard_library(values: list[float]) -> None:
    deciles = quantiles(values, n=10, method="inclusive")

    for share, expected in ((0.5, deciles[4]), (0.9, deciles[8])):
        found = quantile(sorted(values), share)
        assert found is not None
        assert abs(found - expected) <= 1e-9 * max(1.0, *values)


def test_surveys_are_never_pooled_and_have_their_own_figures() -> None:
    scores = {"ces2": (7, 5, 2), "ces1": (1, 5), "csat": (5, 4, 1, 1), "nps": (10, 0)}
    answers = [
        measured(survey, float(score), f"{survey}-{number}")
        for survey, given in scores.items()
        for number, score in enumerate(given)
    ]

    surveys = build_report(NOTHING, [], answers, [], [])["surveys"]

    assert {name: figures["n"] for name, figures in surveys.items()} == {
        "ces2": 3,
        "ces1": 2,
        "csat": 4,
        "nps": 2,
    }
    assert surveys["csat"]["top_box"] == 0.5
    assert surveys["nps"]["net"] == 0.0
    assert abs(surveys["ces2"]["net"] - 1 / 3) < 1e-12
    assert surveys["ces1"]["mean"] == 3.0
    for figures in surveys.values():
        low, high = figures["interval"]
        assert low < high
