"""The report of a replay for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from streams.adapters.in_words import short
from streams.cli.promise_view import promise_tables
from streams.cli.report_table import table as new_table


def report_table(report: Mapping[str, Any]) -> RenderableType:
    """Small tables of what there is, and of what was left out."""
    tables = [_events(report)]
    if any(clock["n"] for clock in report["clocks"].values()):
        tables.append(_clocks(report["clocks"]))
    tables += promise_tables(report["promises"])
    if any(survey["n"] for survey in report["surveys"].values()):
        tables.append(_surveys(report["surveys"]))
    if report["alerts"]:
        tables.append(_counts("alerts", report["alerts"]))
    reasons = ("skipped_reasons", "dead_letter_reasons")
    tables += [_counts(name.replace("_", " "), report[name]) for name in reasons if report[name]]
    for name, words in report["unmapped_values"].items():
        title = f"{name}: {words['distinct']} words the mapping does not know"
        tables.append(_counts(title, words["most_frequent"]))
    return Group(*tables)


def _events(report: Mapping[str, Any]) -> Table:
    table = new_table("events", "", "")
    for name, count in report["events"].items():
        table.add_row(name.replace("_", " "), f"{count:,}")
    table.add_row("customers", f"{report['customers']:,}")
    table.add_row("cases", f"{report['cases']:,}")
    commerce = report["commerce"]
    table.add_row("purchases", f"{commerce['purchases']:,}")
    if commerce["amount_minor"] is not None:
        table.add_row("spent, minor units", f"{commerce['amount_minor']:,}")
    table.add_row("seconds, all in all", f"{report['seconds']:,.1f}")
    return table


def _clocks(clocks: Mapping[str, Any]) -> Table:
    table = new_table("clocks", "", "n", "median", "90 %", "within 24 h", "within 72 h")
    for name, clock in clocks.items():
        within = [
            "–" if count is None else f"{count / clock['n']:.1%}"
            for count in clock["within"].values()
        ]
        times = short(clock["p50_s"]), short(clock["p90_s"])
        table.add_row(name.replace("_", " "), f"{clock['n']:,}", *times, *within)
    return table


def _surveys(surveys: Mapping[str, Any]) -> Table:
    table = new_table("surveys", "", "n", "mean", "top box", "net", "95 % interval")
    for name, survey in surveys.items():
        if survey["n"]:
            shown = [_number(survey.get(key)) for key in ("mean", "top_box", "net")]
            interval = survey.get("interval")
            ends = "–" if interval is None else " to ".join(map(_number, interval))
            table.add_row(name, f"{survey['n']:,}", *shown, ends)
    return table


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    table = new_table(title, "", "")
    for name, count in counts.items():
        table.add_row(escape(name), f"{count:,}")
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
