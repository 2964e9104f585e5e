"""A small help desk log of the shape that `examples/helpdesk.toml` is for, made up here."""

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

COLUMNS = (
    *("concept:name", "org:resource", "time:timestamp", "seriousness", "customer", "product"),
    *("responsible_section", "seriousness_2", "service_level", "service_type"),
    *("support_section", "workgroup", "case:concept:name"),
)
COURSES = (
    "Assign seriousness|Take in charge ticket|Resolve ticket|Closed",
    "Assign seriousness|Take in charge ticket|Wait|Take in charge ticket|Resolve ticket|Closed",
    "Assign seriousness|Resolve ticket|Closed",
    "Insert ticket|Assign seriousness|Take in charge ticket|Require upgrade|Resolve ticket|Closed",
    "Assign seriousness|Take in charge ticket|Resolve ticket|Take in charge ticket|Resolve ticket",
    "Assign seriousness|Take in charge ticket|Assign seriousness|Take in charge ticket|Closed",
    "Take in charge ticket|Resolve ticket|Closed",
    "Assign seriousness|Take in charge ticket|Create SW anomaly|Resolve SW anomaly|Resolve ticket",
    "Assign seriousness|Wait",
    "Assign seriousness|Resolve ticket|VERIFIED|Closed",
)


WITH_REOPENINGS = (
    *COURSES,
    "Assign seriousness|Take in charge ticket|Resolve ticket|Reopen ticket|Resolve ticket|Closed",
    "Assign seriousness|Take in charge ticket|Resolve ticket|Reopen ticket|Wait|Assign seriousness",
    "Assign seriousness|Closed|Resolve ticket|Resolve ticket|Reopen ticket|Take in charge ticket",
    "Assign seriousness|Wait|Resolve ticket|Closed|Reopen ticket|Create SW anomaly|Closed",
)
REOPENING = '"Reopen ticket" = { kind = "case_reopened", actor = "customer" }\n'
"""A line more for the end of `examples/helpdesk.toml`."""


def write_log(
    path: Path, cases: int, seed: int, courses: Sequence[str] = COURSES
) -> list[dict[str, str]]:
    """Write a log, its rows shuffled across cases; the rows that were written."""
    rows = list(_rows(cases, Random(seed), courses))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return rows


def _rows(cases: int, random: Random, courses: Sequence[str]) -> Iterator[dict[str, str]]:
    start = datetime(2021, 3, 1, 9, tzinfo=UTC)
    for case in range(cases):
        at = start + timedelta(minutes=random.randrange(60 * 24 * 200))
        customer = f"Customer {random.randrange(cases // 3)}"
        for activity in random.choice(courses).split("|"):
            yield dict.fromkeys(COLUMNS, "Value 1") | {
                "concept:name": activity,
                "time:timestamp": at.isoformat(sep=" "),
                "customer": customer,
                "case:concept:name": f"Case {case}",
            }
            at += timedelta(seconds=random.choice((40, 1_800, 40_000, 90_000, 300_000)))
