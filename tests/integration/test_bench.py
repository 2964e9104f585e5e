"""The benchmark runs, in small, and writes what it found."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from streams.embedded import EmbeddedBroker

ROOT = Path(__file__).parents[2]


def bench(folder: Path, *options: str) -> tuple[dict[str, Any], str]:
    """What it wrote, and what it printed."""
    out = folder / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "bench", *options, "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text()), done.stdout


def test_a_small_race_ends_with_figures_of_each_contestant(
    embedded: EmbeddedBroker, tmp_path: Path
) -> None:
    small = ("--events", "3000", "--rounds", "1", "--customers", "200")
    parts = ("--only", "drain", "full", "promises")
    result, _ = bench(tmp_path, *parts, *small, "--broker", embedded.bootstrap)
    assert set(result["contestants"]) == {"drain", "full"}
    for figures in result["contestants"].values():
        assert figures["events"] == 3000
        assert figures["events_s"] > 0
    assert result["ratios"]["speed_full_to_drain"] > 0
    assert set(result["promises"]) == {"promised", "unpromised"}


def test_scrapes_are_timed_and_the_loop_watched(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    small = ("--scraped-customers", "500", "--rate", "200", "--seconds", "4")
    result, printed = bench(tmp_path, "--only", "scrape", *small, "--broker", embedded.bootstrap)
    found = result["scrape"]
    assert found["customers"] > 500
    assert found["scrape"]["scrapes"] == 4
    assert 1_000 < found["scrape"]["series"] < 2_000
    assert 0 < found["scrape"]["p50_ms"] <= found["scrape"]["max_ms"]
    for state in ("loaded", "idle"):
        for kind in ("scraped", "alone"):
            late = found[state]
            assert 0 < late[f"{kind}_typical_ms"] <= late[f"{kind}_longest_ms"]
    assert "a scrape at" in printed


@pytest.mark.kafka
def test_the_guarantees_are_compared_on_real_kafka(tmp_path: Path) -> None:
    small = ("--kafka-events", "2000", "--rounds", "1", "--rate", "500")
    result, printed = bench(tmp_path, "--only", "kafka", *small, "--seconds", "6", "--warm-up", "2")
    found = result["guarantees"]
    assert set(found) == {"effectively_once", "exactly_once"}
    for told in found.values():
        assert told["events"] == 2000
        assert told["latency"]["alerts"] > 10
        assert 0 < told["latency"]["p50_ms"] <= told["latency"]["p99_ms"]
        held = told["latency"]["bytes_an_event"]
        assert {"cx.touchpoints.v1", "cx.metrics.v1", "full-customers-changelog"} <= set(held)
        assert min(held.values()) > 0
    assert "of effectively once's events/s" in printed


@pytest.mark.kafka
def test_every_miss_is_heard_of_and_what_deadlines_cost_is_told(tmp_path: Path) -> None:
    small = ("--deadlines", "4000", "--open", "1000", "--due-rate", "50", "--rate", "200")
    result, printed = bench(
        tmp_path, "--only", "deadlines", *small, "--seconds", "4", "--lead", "20"
    )
    found = result["deadlines"]
    assert found["open"] == 4000
    assert found["latency"]["alerts"] == 200
    assert 0 <= found["latency"]["p50_ms"] <= found["latency"]["p99_ms"]
    assert "a tick that finds nothing due of 4,000 deadlines" in printed


@pytest.mark.kafka
def test_how_soon_people_are_paged_is_told(tmp_path: Path) -> None:
    small = ("--alerts", "200", "--alert-seconds", "2")
    result, printed = bench(tmp_path, "--only", "pager", *small)
    found = result["pager"]
    assert found["alerts"] == 200
    assert 0 < found["p50_ms"] <= found["p99_ms"] <= found["max_ms"]
    assert "alert to Alertmanager" in printed
