"""Metrics are written in short stretches, and byte for byte as the client library writes them."""

import math
from collections.abc import Mapping
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary
from prometheus_client.exposition import choose_encoder

from streams.adapters.exposition import A_FEW, BREAK_S, KINDS_CAP, STRETCH_S, Breaks, Exposition
from streams.adapters.instruments import Instruments
from tests.unit.adapters.instruments.said import (
    HOSTILE,
    WALL_S,
    alerted,
    everything_read,
    everything_said,
)

PLAIN = "text/plain"
OPEN = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
PROMETHEUS_ASKS = [
    "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.1",
]
"""In the words of Prometheus 2 and 3."""


@pytest.fixture
def created() -> bool:
    """Whether counters tell when they were made, as the library has it unless told otherwise."""
    return False


@pytest.fixture
def registry(created: bool, monkeypatch: pytest.MonkeyPatch) -> CollectorRegistry:
    """Metrics of every type, with labels that have to be escaped, and with exemplars."""
    monkeypatch.setattr("prometheus_client.metrics._use_created", created)
    registry = CollectorRegistry()
    calls = Counter("cx_calls", 'Calls\n"and" \\.', ["desk"], registry=registry)
    for desk in (*HOSTILE, *(f"desk {number}" for number in range(100))):
        calls.labels(desk).inc(0.1, {"alert_id": f"a of {desk[:9]}"})
    mood = Gauge("cx_mood", "Mood.", ["a", "b"], registry=registry)
    for number, value in enumerate((math.inf, -math.inf, math.nan, 1e300, -0.5, 12_345_678)):
        mood.labels(f"{number} }} {{", "=").set(value)
    Histogram("cx_wait_seconds", "Waits.", registry=registry).observe(3, {"alert_id": "b"})
    Summary("cx_talk_seconds", "Talks.", registry=registry).observe(0.1)
    return registry


@pytest.mark.parametrize("created", [False, True])
@pytest.mark.parametrize("accept", [PLAIN, OPEN])
def test_the_text_is_the_librarys_own_and_stays_so_when_values_change(
    registry: CollectorRegistry, accept: str
) -> None:
    exposition = Exposition(registry)
    encode, kind = choose_encoder(accept)
    by_name: Mapping[str, Any] = registry._names_to_collectors
    for number in range(4):
        assert exposition.text(accept) == (kind, encode(registry))
        by_name["cx_mood"].labels("0 } {", "=").inc(2)
        by_name["cx_talk_seconds"].observe(2)
        by_name["cx_calls"].labels("desk 7").inc(1, {"alert_id": f"{number}"})
        by_name["cx_calls"].labels(f"a desk of its own {number}").inc()


@pytest.mark.parametrize("accept", [PLAIN, OPEN])
def test_so_is_a_workers(accept: str) -> None:
    registry = CollectorRegistry()
    instruments = Instruments(registry, lambda: WALL_S, lambda: HOSTILE, lambda: HOSTILE[1])
    for collector in list(registry._collector_to_names):
        if "Process" in type(collector).__name__ or "GC" in type(collector).__name__:
            registry.unregister(collector)  # they change from one look to the next
    exposition = Exposition(registry)
    encode, kind = choose_encoder(accept)
    assert exposition.text(accept) == (kind, encode(registry))
    instruments.observe(everything_read(), everything_said())
    instruments.produced([alerted("sla.missed", clock="first_response")])
    assert exposition.text(accept) == (kind, encode(registry))


@pytest.mark.parametrize("accept", PROMETHEUS_ASKS)
def test_the_first_scrape_of_a_prometheus_has_no_line_to_learn(
    registry: CollectorRegistry, accept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exposition = Exposition(registry)
    exposition.learn()
    encode, kind = choose_encoder(accept)
    monkeypatch.setattr(exposition._writers[kind], "_learnt", None)
    assert exposition.text(accept) == (kind, encode(registry))


def test_formats_without_number_are_not_all_remembered(registry: CollectorRegistry) -> None:
    exposition = Exposition(registry)
    for number in range(3 * KINDS_CAP):
        accept = f"application/openmetrics-text;version=1.0.{number}"
        assert exposition.text(accept)[1].endswith(b"# EOF\n")
    assert len(exposition._writers) <= KINDS_CAP


def test_it_can_give_way_every_few_samples(registry: CollectorRegistry) -> None:
    asked: list[None] = []
    _, text = Exposition(registry, lambda: lambda: asked.append(None)).text("")
    samples = [line for line in text.splitlines() if not line.startswith(b"#")]
    assert len(asked) > len(samples) / A_FEW > 10


def test_a_break_is_taken_once_a_stretch_is_over() -> None:
    now, rests = [0.0], list[tuple[float, float]]()

    def rest(seconds: float) -> None:
        rests.append((now[0], seconds))
        now[0] += 1.0  # somebody else had much to do

    breaks = Breaks(lambda: now[0], rest)
    for _ in range(10):
        breaks.give_way()
        now[0] += STRETCH_S / 4
    assert [seconds for _, seconds in rests] == [BREAK_S, BREAK_S]
    assert rests[1][0] - rests[0][0] - 1.0 >= STRETCH_S
