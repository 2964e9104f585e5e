"""The promises of a replay's report for people."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.markup import escape
from rich.table import Table

from streams.adapters.in_words import short
from streams.cli.report_table import table as new_table

COUNTS = ("decided", "met", "missed", "warned", "open")


def promise_tables(promises: Mapping[str, Any]) -> Iterator[Table]:
    """What became of the promises, and how long their clocks ran; nothing where nothing was."""
    if promises["rules"]:
        table = new_table(f"promises of {escape(promises['policy'])}", "", "attainment", *COUNTS)
        for rule, clocks in promises["rules"].items():
            for clock, figures in clocks.items():
                attainment = figures["attainment"]
                share = "–" if attainment is None else f"{attainment:.1%}"
                counts = [f"{figures[name]:,}" for name in COUNTS]
                table.add_row(escape(f"{rule}: {_spoken(clock)}"), share, *counts)
        yield table
    if promises["clocks"]:
        table = new_table("under a promise", "", "n", "median", "90 %", "99 %")
        for clock, figures in promises["clocks"].items():
            for kind in ("calendar", "business"):
                times = map(short, figures[f"{kind}_s"].values())
                table.add_row(f"{_spoken(clock)}, {kind}", f"{figures['n']:,}", *times)
        yield table


def _spoken(clock: str) -> str:
    return clock.replace("_", " ")
