"""One number, over a line of where it came from."""

from collections.abc import Sequence

from deploy.grafana.source.model import Json
from deploy.grafana.source.pictures.answers import Series
from deploy.grafana.source.pictures.looks import Look
from deploy.grafana.source.pictures.paper import FAINT, Box, Paper
from deploy.grafana.source.pictures.units import written


def draw(paper: Paper, box: Box, panel: Json, answers: Sequence[Series]) -> int:
    """The number, coloured by its thresholds -> how many were drawn."""
    look = Look(panel)
    middle = box.x + box.width / 2
    if not answers:
        paper.text(middle, box.y + box.height / 2, look.empty, 10, color=FAINT, ha="center")
        return 0
    series = answers[0]
    colour = look.judged(series.last)
    trend = len(series.values) > 1
    if trend:
        axes = paper.axes(Box(box.x, box.y + box.height * 0.52, box.width, box.height * 0.48))
        axes.fill_between(series.times, series.values, color=colour, alpha=0.18, linewidth=0)
        axes.plot(series.times, series.values, color=colour, linewidth=1.2)
        axes.set_ylim(0, max(series.values) * 1.1 or 1)
        axes.margins(x=0)
        axes.set_xticks([])
        axes.set_yticks([])
    text = written(series.last, look.unit, look.decimals)
    height = box.y + box.height * (0.30 if trend else 0.46)
    paper.text(middle, height, text, 21, color=colour, ha="center", weight="bold")
    return 1
