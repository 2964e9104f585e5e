"""A histogram over time: buckets from bottom to top, the darker the more."""

from collections.abc import Sequence

from deploy.grafana.source.interpolation import Window
from deploy.grafana.source.model import Json
from deploy.grafana.source.pictures.answers import Series
from deploy.grafana.source.pictures.charts import time_axis
from deploy.grafana.source.pictures.looks import Look
from deploy.grafana.source.pictures.paper import FAINT, Box, Paper
from deploy.grafana.source.pictures.units import written


def draw(paper: Paper, box: Box, panel: Json, answers: Sequence[Series], window: Window) -> int:
    """All buckets -> how many were drawn; none if nothing was observed."""
    look = Look(panel)
    buckets = sorted(answers, key=lambda series: float(series.labels["le"]))
    if not any(series.last or max(series.values) for series in buckets):
        middle = box.x + box.width / 2
        paper.text(middle, box.y + box.height / 2, look.empty, 10, color=FAINT, ha="center")
        return 0
    axes = paper.axes(box.inside(54, 6, 18, 22))
    time_axis(axes, window)
    times = sorted({time for series in buckets for time in series.times})
    rows, below = [], [0.0] * len(times)
    for series in buckets:
        there = dict(series.points)
        upto = [there.get(time, 0.0) for time in times]
        # Buckets are cumulative: each holds those below it too.
        rows.append([max(0.0, all_ - less) for all_, less in zip(upto, below, strict=True)])
        below = upto
    edges = [time - window.step for time in times] + [times[-1]]
    shades = [[value**0.5 if value else float("nan") for value in row] for row in rows]
    axes.pcolormesh(edges, range(len(rows) + 1), shades, cmap="Blues", vmin=-0.3, linewidth=0)
    bounds = [written(float(series.labels["le"]), look.unit) for series in buckets[:-1]]
    axes.set_ylim(0, len(rows))
    axes.set_yticks(range(1, len(rows)), bounds)
    return len(rows)
