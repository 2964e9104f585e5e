"""`cxstreams size`: a table for people, an object for programs, the page in the documents."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.adapters.topics.plans import PLANS
from streams.cli.main import app
from streams.cli.size import in_bytes
from streams.sizing import MEASURED, Demand, size

PAGE = (Path(__file__).parents[3] / "docs" / "sizing.md").read_text()
DEMANDS = (
    Demand(1e6, 2e5),
    Demand(1e7, 2e6),
    Demand(1e8, 2e7),
    Demand(1e9, 2e8, worker_bytes=8e9),
)
"""Rows of the table in the documents; there are five touchpoints a customer and day."""


def say(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "160", "NO_COLOR": "1"}).invoke(app, ["size", *arguments])


def test_people_get_a_table_with_reasons() -> None:
    shown = say("--events", "1e9", "--customers", "1e8").stdout
    assert "1,000,000,000 a day" in shown
    assert "their memory holds all customers" in shown


def test_programs_get_what_the_formulas_say() -> None:
    told = json.loads(say("--events", "5e6", "--customers", "1e6", "--peak", "4", "--json").stdout)
    assert told["plan"] == size(Demand(5e6, 1e6, peak=4.0))._asdict()
    assert told["demand"]["peak"] == 4


def test_a_slower_machine_needs_more_workers() -> None:
    asked = ("--events", "1e10", "--customers", "1e6", "--json")
    slow, fast = (json.loads(say(*asked, *more).stdout) for more in (["--speed", "5000"], []))
    assert slow["plan"]["workers"] > fast["plan"]["workers"]


def test_too_little_memory_is_one_line_and_no_trace() -> None:
    result = say("--events", "1", "--customers", "1", "--memory", "0.05")
    assert result.exit_code != 0
    assert "give it more memory" in result.stderr


@pytest.mark.parametrize("wrong", [("--events", "0"), ("--share", "2"), ("--copies", "0")])
def test_what_cannot_be_is_refused(wrong: tuple[str, str]) -> None:
    assert say("--events", "1", "--customers", "1", *wrong).exit_code == 2


def table() -> str:
    """The table of the documents."""
    heads = ["events a day", "customers", "peak", "workers", "because of", "memory each"]
    heads += ["partitions", "back after", "Kafka's disks", "series", "Prometheus"]
    lines = [heads, ["---"] * len(heads)]
    for demand in DEMANDS:
        plan = size(demand)
        lines.append(
            [
                f"{demand.events_a_day:,.0f}",
                f"{demand.customers:,.0f}",
                f"{plan.peak_s:,.0f}/s",
                f"{plan.workers:,}",
                plan.reason,
                in_bytes(plan.worker_bytes),
                f"{plan.partitions:,}",
                f"{plan.back_s:.0f} s",
                in_bytes(plan.disk_bytes),
                f"{plan.series:,}",
                in_bytes(plan.prometheus_bytes),
            ]
        )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def test_the_documents_table_is_computed() -> None:
    shown = PAGE.partition("<!-- computed -->\n")[2].partition("\n\n")[0]
    assert shown == table()


def test_the_documents_have_every_measured_figure() -> None:
    figures = dict(re.findall(r"^\| `(\w+)` \| ([\d,.]+) \|", PAGE, re.MULTILINE))
    plain = {name: value for name, value in MEASURED._asdict().items() if name != "kept"}
    plain |= {f"kept_{kept.topic.split('.')[1]}": kept.bytes_an_event for kept in MEASURED.kept}
    assert {name: float(value.replace(",", "")) for name, value in figures.items()} == plain


def test_topics_are_kept_as_long_as_they_are_in_truth() -> None:
    days = {plan.name: plan.configs.get("retention.ms") for plan in PLANS}
    for kept in MEASURED.kept:
        assert days[kept.topic] == str(round(kept.days * 86_400_000))
