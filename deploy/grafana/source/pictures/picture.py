"""A whole dashboard on one sheet, each panel in its place on Grafana's grid."""

from collections.abc import Sequence
from pathlib import Path

from deploy.grafana.source.model import Json
from deploy.grafana.source.pictures import charts, grids, heats, rankings, tiles
from deploy.grafana.source.pictures.answers import Series, Source
from deploy.grafana.source.pictures.paper import FAINT, Box, Paper
from deploy.grafana.source.pictures.stamp import KEY, stamp

WIDTH, ROW_H, HEAD_H, GAP = 1_500, 33, 64, 8
_COLUMN_W = (WIDTH - 2 * GAP) / 24


def draw(dashboard: Json, source: Source, file: Path) -> dict[str, int]:
    """Draw a dashboard into a file -> how many series, rows or bars each panel shows, by title.

    A panel without any is drawn with its words for that, and counts 0.
    """
    bottom = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
    paper = Paper(WIDTH, HEAD_H + bottom * ROW_H + GAP)
    paper.text(2 * GAP, 24, dashboard["title"], 16, weight="bold")
    paper.text(2 * GAP, 49, dashboard["description"], 9.5, color=FAINT)
    shown = {}
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            place = _place(panel)
            paper.text(place.x + 4, place.y + place.height / 2, panel["title"], 11, weight="bold")
        else:
            shown[panel["title"]] = _panel(paper, panel, source)
    paper.save(file, {KEY: stamp(dashboard)})
    return shown


def _panel(paper: Paper, panel: Json, source: Source) -> int:
    box = _place(panel)
    paper.card(box)
    title = paper.fitted(panel["title"], 9, box.width - 20, "bold")
    paper.text(box.x + 10, box.y + 15, title, 9, weight="bold")
    inside = box.inside(8, 28, 8, 8)
    answers = finite(source.answers(panel))
    match panel["type"]:
        case "stat":
            return tiles.draw(paper, inside, panel, answers)
        case "bargauge":
            return rankings.draw(paper, inside, panel, answers)
        case "table":
            return grids.draw(paper, inside, panel, answers)
        case "heatmap":
            return heats.draw(paper, inside, panel, answers, source.window)
        case _:
            return charts.draw(paper, inside, panel, answers, source.window)


def _place(panel: Json) -> Box:
    place = panel["gridPos"]
    box = Box(
        GAP + place["x"] * _COLUMN_W,
        HEAD_H + place["y"] * ROW_H,
        place["w"] * _COLUMN_W,
        place["h"] * ROW_H,
    )
    return box.inside(GAP / 2, GAP / 2, GAP / 2, GAP / 2)


def finite(answers: Sequence[Series]) -> list[Series]:
    """The series with the values that can be drawn, without those that have none."""
    kept = []
    for series in answers:
        points = [(time, value) for time, value in series.points if abs(value) < float("inf")]
        if points:
            times, values = zip(*points, strict=True)
            kept.append(series._replace(times=list(times), values=list(values)))
    return kept
