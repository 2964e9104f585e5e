"""Metrics are written in short stretches, in either format, as the client library writes them."""

import pytest
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics

from streams.adapters.exposition import A_FEW, BREAK_S, STRETCH_S, Breaks, exposition


@pytest.fixture
def registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    calls = Counter("cx_calls", "Calls.", ["desk"], registry=registry)
    for number in range(100):
        calls.labels(f"desk {number}").inc()
    Histogram("cx_wait_seconds", "Waits.", registry=registry).observe(3)
    return registry


def test_both_formats_are_the_librarys_own(registry: CollectorRegistry) -> None:
    assert exposition(registry, "text/plain")[1] == generate_latest(registry)
    kind, text = exposition(registry, "application/openmetrics-text;version=1.0.0")
    assert kind.startswith("application/openmetrics-text")
    assert text == openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]


def test_it_can_give_way_every_few_samples(registry: CollectorRegistry) -> None:
    asked: list[None] = []
    _, text = exposition(registry, "", lambda: asked.append(None))
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
