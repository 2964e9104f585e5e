"""Horizontal bars, one a series."""

from collections.abc import Sequence

from deploy.grafana.source.model import Json
from deploy.grafana.source.pictures.answers import Series
from deploy.grafana.source.pictures.looks import Look
from deploy.grafana.source.pictures.paper import FAINT, INK, Box, Paper
from deploy.grafana.source.pictures.units import written

_EMPTY = "#EEF0F2"


def draw(paper: Paper, box: Box, panel: Json, answers: Sequence[Series]) -> int:
    """A bar a series, in their order -> how many were drawn."""
    default = Look(panel)
    if not answers:
        middle = box.x + box.width / 2
        paper.text(middle, box.y + box.height / 2, default.empty, 10, color=FAINT, ha="center")
        return 0
    looks = [Look(panel, series.name) for series in answers]
    texts = [
        written(series.last, look.unit, look.decimals)
        for series, look in zip(answers, looks, strict=True)
    ]
    names = [look.name or "Value" for look in looks]
    left = min(box.width * 0.42, max(paper.wide(name, 8.5) for name in names) + 14)
    right = max(paper.wide(text, 9, "bold") for text in texts) + 14
    most = default.most or max(series.last for series in answers) or 1.0
    row = box.height / len(answers)
    thick = min(22.0, row * 0.68)
    for place, (series, look) in enumerate(zip(answers, looks, strict=True)):
        y = box.y + row * (place + 0.5)
        colour = look.judged(series.last) if look.has_targets else look.colour(place)
        bar = Box(box.x + left, y - thick / 2, box.width - left - right, thick)
        paper.card(bar, _EMPTY, _EMPTY, radius=2)
        share = max(0.004, min(1.0, series.last / most))
        paper.card(bar._replace(width=bar.width * share), colour, colour, radius=2)
        name = paper.fitted(names[place], 8.5, left - 10)
        paper.text(box.x + left - 8, y, name, 8.5, color=INK, ha="right")
        end = box.x + box.width - 4
        paper.text(end, y, texts[place], 9, color=colour, ha="right", weight="bold")
    return len(answers)
