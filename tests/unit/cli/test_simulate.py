"""`cxstreams simulate` to a file: JSON lines, and the truth beside them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.main import app
from streams.cli.pacing import SLICE, at_full_speed, time_lapsed
from streams.domain.touchpoints import Touchpoint
from streams.simulation.plan import Plan
from streams.simulation.shop import Shop

SIZE = ["--customers", "40", "--days", "10"]
ARGUMENTS = ["simulate", *SIZE, "--seed", "3", "--start", "2025-01-01"]


def test_the_file_is_the_story_and_the_truth_is_about_everybody(tmp_path: Path) -> None:
    out, truth = tmp_path / "shop.jsonl", tmp_path / "truth.jsonl"
    result = CliRunner().invoke(app, [*ARGUMENTS, "--out", str(out), "--truth", str(truth)])
    assert result.exit_code == 0, result.output
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    shop = Shop(Plan(40, 10.0, 3, 1_735_689_600_000))
    story = list(shop.events())
    assert [line["event_id"] for line in lines] == [event.event_id for event in story]
    assert all(None not in line.values() for line in lines)
    truths = [json.loads(line) for line in truth.read_text().splitlines()]
    assert [line["customer_id"] for line in truths] == [t.customer_id for t in shop.truth()]


def test_a_dash_writes_to_standard_output() -> None:
    result = CliRunner().invoke(app, [*ARGUMENTS, "--out", "-"])
    assert result.exit_code == 0
    assert all(json.loads(line)["kind"] for line in result.stdout.splitlines())


def searched(number: int, at: int) -> Touchpoint:
    return Touchpoint(number, str(number), "ann", "searched", "web", "customer", at)


async def test_at_full_speed_nothing_is_left_out_and_slices_are_bounded() -> None:
    story = [searched(number, number) for number in range(2 * SLICE + 5)]
    slices = [part async for part in at_full_speed(iter(story))]
    assert [len(part) for part in slices] == [SLICE, SLICE, 5]
    assert [event for part in slices for event in part] == story


async def test_time_lapse_tells_each_event_when_its_time_has_come() -> None:
    now = iter(range(1_000))
    told: list[tuple[float, Touchpoint]] = []
    seconds = 0.0

    def clock() -> float:
        nonlocal seconds
        seconds = float(next(now))
        return seconds

    story = [searched(number, number * 7_200_000) for number in range(10)]
    async for part in time_lapsed(iter(story), 0, 3_600.0, clock):
        told += [(seconds, touchpoint) for touchpoint in part]
    assert [touchpoint for _, touchpoint in told] == story
    assert all(at >= touchpoint.occurred_at / 3_600_000 for at, touchpoint in told)


async def test_time_lapse_ends_with_the_story() -> None:
    def nothing() -> Iterator[Touchpoint]:
        yield from ()

    assert [part async for part in time_lapsed(nothing(), 0, 1.0)] == []


@pytest.mark.parametrize("days", [1, 30])
def test_by_default_the_story_ends_in_the_past(days: int) -> None:
    import time

    from streams.cli.simulate import start_ms

    assert start_ms(None, days) + days * 86_400_000 <= time.time() * 1000
