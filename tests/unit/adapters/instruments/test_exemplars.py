"""Alert counters lead to an alert behind them where a scrape asks for OpenMetrics."""

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Exemplar, Sample

from streams.adapters.exposition import Exposition
from streams.adapters.instruments import Instruments
from streams.domain.outputs import Output
from tests.unit.adapters.examples import NOW
from tests.unit.adapters.instruments.said import (
    NOTHING,
    WALL_S,
    alerted,
    everything_read,
    everything_said,
)

OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"


def samples(registry: CollectorRegistry) -> list[Sample]:
    _, text = Exposition(registry).text(OPEN_METRICS)
    families = text_string_to_metric_families(text.decode())  # type: ignore[no-untyped-call]
    return [sample for family in families for sample in family.samples]


def exemplars(registry: CollectorRegistry, name: str) -> dict[tuple[str, ...], Exemplar]:
    """Exemplars of a metric by its label values."""
    return {
        tuple(sample.labels.values()): sample.exemplar
        for sample in samples(registry)
        if sample.name == name and sample.exemplar
    }


def test_an_alert_counter_shows_the_last_alert_of_each_kind(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    said: list[Output] = [
        alerted("churn_risk", alert_id="first"),
        alerted("churn_risk", alert_id="last"),
        alerted("churn_risk", alert_id="gone", status="resolved", band="low"),
    ]
    instruments.observe(NOTHING, said)
    found = exemplars(registry, "cx_alerts_total")
    assert {place: e.labels for place, e in found.items()} == {
        ("high", "churn_risk", "raised"): {"alert_id": "last"},
        ("low", "churn_risk", "resolved"): {"alert_id": "gone"},
    }
    assert {float(e.timestamp or 0) for e in found.values()} == {WALL_S}


def test_the_delay_of_the_slowest_alert_shows_which_it_was(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    def told(name: str, seconds: float) -> Output:
        at = int(1000 * (WALL_S - seconds))
        return alerted("sla.missed", alert_id=name, clock="first_response", updated_at=at)

    instruments.produced([told("quick", 0.2), told("slow", 3.0), told("slower", 4.0)])
    found = exemplars(registry, "cx_detection_delay_seconds_bucket")
    assert {place: e.labels for place, e in found.items()} == {
        ("5.0", "sla.missed"): {"alert_id": "slower"}
    }
    assert found["5.0", "sla.missed"].value == pytest.approx(4.0)
    labels = {"rule": "sla.missed"}
    assert registry.get_sample_value("cx_detection_delay_seconds_count", labels) == 3
    assert registry.get_sample_value("cx_detection_delay_seconds_sum", labels) == pytest.approx(7.2)


def test_plain_text_has_no_exemplars(registry: CollectorRegistry, instruments: Instruments) -> None:
    instruments.observe(NOTHING, [alerted("churn_risk", alert_id="an-id")])
    kind, text = Exposition(registry).text("text/plain")
    assert kind.startswith("text/plain")
    assert b"an-id" not in text
    assert b"an-id" in Exposition(registry).text(OPEN_METRICS)[1]


def test_all_there_is_can_be_parsed_as_open_metrics(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.watch(lambda: [1] * 256, dict)
    instruments.observe(everything_read(), everything_said())
    instruments.produced([alerted("sla.missed", clock="first_response", updated_at=NOW)])
    names = {sample.name for sample in samples(registry)}
    assert {"cx_build_info", "cx_alerts_total", "cx_tier_survey_score_sum"} <= names
