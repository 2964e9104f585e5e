"""The benchmark runs, in small, and writes what it found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from streams.embedded import EmbeddedBroker

ROOT = Path(__file__).parents[2]


def test_a_small_race_ends_with_figures_of_each_contestant(
    embedded: EmbeddedBroker, tmp_path: Path
) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--only", "drain", "full", "promises"]
    command += [
        "--events",
        "3000",
        "--rounds",
        "1",
        "--customers",
        "200",
        "--broker",
        embedded.bootstrap,
        "--out",
        str(out),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(out.read_text())
    assert set(result["contestants"]) == {"drain", "full"}
    for figures in result["contestants"].values():
        assert figures["events"] == 3000
        assert figures["events_s"] > 0
    assert result["ratios"]["speed_full_to_drain"] > 0
    assert set(result["promises"]) == {"promised", "unpromised"}


def test_scrapes_are_timed_and_the_loop_watched(embedded: EmbeddedBroker, tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--only", "scrape", "--scraped-customers", "500"]
    command += ["--rate", "200", "--seconds", "4", "--broker", embedded.bootstrap]
    done = subprocess.run(
        [*command, "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())["scrape"]
    assert found["customers"] > 500
    assert found["scrape"]["scrapes"] == 4
    assert 1_000 < found["scrape"]["series"] < 2_000
    assert 0 < found["scrape"]["p50_ms"] <= found["scrape"]["max_ms"]
    for state in ("loaded", "idle"):
        for kind in ("scraped", "alone"):
            late = found[state]
            assert 0 < late[f"{kind}_typical_ms"] <= late[f"{kind}_longest_ms"]
    assert "a scrape at" in done.stdout


@pytest.mark.kafka
def test_the_guarantees_are_compared_on_real_kafka(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--only", "kafka", "--kafka-events", "2000"]
    command += [
        "--rounds",
        "1",
        "--rate",
        "500",
        "--seconds",
        "6",
        "--warm-up",
        "2",
        "--out",
        str(out),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())["guarantees"]
    assert set(found) == {"effectively_once", "exactly_once"}
    for told in found.values():
        assert told["events"] == 2000
        assert told["latency"]["alerts"] > 10
        assert 0 < told["latency"]["p50_ms"] <= told["latency"]["p99_ms"]
        held = told["latency"]["bytes_an_event"]
        assert {"cx.touchpoints.v1", "cx.metrics.v1", "full-customers-changelog"} <= set(held)
        assert min(held.values()) > 0
    assert "of effectively once's events/s" in done.stdout


@pytest.mark.kafka
def test_every_miss_is_heard_of_and_what_deadlines_cost_is_told(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--only", "deadlines", "--deadlines", "4000"]
    command += ["--open", "1000", "--due-rate", "50", "--rate", "200", "--seconds", "4"]
    command += ["--lead", "20"]
    done = subprocess.run(
        [*command, "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())["deadlines"]
    assert found["open"] == 4000
    assert found["latency"]["alerts"] == 200
    assert 0 <= found["latency"]["p50_ms"] <= found["latency"]["p99_ms"]
    assert "a tick that finds nothing due of 4,000 deadlines" in done.stdout


@pytest.mark.kafka
def test_how_soon_people_are_paged_is_told(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", "--only", "pager", "--alerts", "200"]
    done = subprocess.run(
        [*command, "--alert-seconds", "2", "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text())["pager"]
    assert found["alerts"] == 200
    assert 0 < found["p50_ms"] <= found["p99_ms"] <= found["max_ms"]
    assert "alert to Alertmanager" in done.stdout
