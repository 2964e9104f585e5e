"""A ticket log as a table of what its rows mean, in the order that counts."""

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

ORDER = (
    *("opened", "opened by customer", "asked", "reopened"),
    *("pending", "on hold", "answered", "resolved", "closed"),
)
"""Of what happens in a case at one instant, the order in which it counts."""


def read_events(log: Path, mapping: Path) -> pd.DataFrame:
    """Rows with `case` (a number), `at` (UTC ms) and `what`, sorted; other rows are left out."""
    fields = tomllib.loads(mapping.read_text())["source"][0]["fields"]
    kind = fields["kind"]
    meanings = {word: _meaning(meant) for word, meant in kind["values"].items()}
    rows = pd.read_csv(log, dtype=str)
    at = pd.to_datetime(rows[fields["time"]], utc=True, format="ISO8601").dt.as_unit("ms")
    events = pd.DataFrame(
        {
            "case": rows.groupby([fields["customer"], fields["case"]]).ngroup(),
            "at": at.astype("int64"),
            "what": rows[kind["column"]].map(meanings),
        }
    ).dropna()
    events["rank"] = events["what"].map(ORDER.index)
    return events.sort_values(["case", "at", "rank"], ignore_index=True)


def _meaning(meant: dict[str, Any]) -> str | None:
    """What a kind of touchpoint is to the clocks."""
    customer = meant.get("actor") == "customer"
    match meant["kind"]:
        case "message" if customer:
            return "asked"
        case "message" if meant.get("actor") == "agent" and meant.get("public", True):
            return "answered"
        case "case_opened":
            return "opened by customer" if customer else "opened"
        case kind:
            word = kind.removeprefix("case_").replace("_", " ")
            return word if word in ORDER else None
