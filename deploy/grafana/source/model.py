"""A dashboard's JSON, read for what checks and pictures ask of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

Json: TypeAlias = dict[str, Any]


class Target(NamedTuple):
    """A query of a panel (or of an annotation), where it stands and how it is asked.

    `least` is how close its points may lie, as Grafana writes it: "1m", "$step", or nothing.
    """

    dashboard: str
    panel: str
    ref: str
    expr: str
    instant: bool
    least: str = ""

    def __str__(self) -> str:
        return f"{self.dashboard} / {self.panel} / {self.ref}"


def load(folder: Path) -> list[Json]:
    """All dashboards of a folder, by name of file."""
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]


def panels(dashboard: Json) -> Iterator[Json]:
    """The panels, those inside of folded rows too, without the rows."""
    for panel in dashboard.get("panels", ()):
        yield from panel.get("panels") or ()
        if panel["type"] != "row":
            yield panel


def targets(dashboard: Json) -> Iterator[Target]:
    """All queries: first those of the panels, then those of the annotations."""
    title = dashboard["title"]
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield Target(
                title,
                panel["title"],
                target["refId"],
                target["expr"],
                bool(target.get("instant")),
                target.get("interval") or "",
            )
    for annotation in dashboard["annotations"]["list"]:
        yield Target(title, f"annotation {annotation['name']}", "A", annotation["expr"], False)
