"""Lines, areas and bars over time, with a legend."""

from collections.abc import Sequence
from datetime import UTC, datetime

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from deploy.grafana.source.interpolation import Window
from deploy.grafana.source.model import Json
from deploy.grafana.source.pictures.answers import Series
from deploy.grafana.source.pictures.looks import Look
from deploy.grafana.source.pictures.paper import FAINT, INK, LINE, Box, Paper
from deploy.grafana.source.pictures.units import ticks

TICK_PT, LEGEND_PT = 7.5, 7.5
_LEGEND_H = 16
_APART = (5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 86_400, 604_800)
"""How far times on the axis may lie apart, seconds."""


def draw(paper: Paper, box: Box, panel: Json, answers: Sequence[Series], window: Window) -> int:
    """All series -> how many were drawn."""
    look = Look(panel)
    if not answers:
        middle = box.x + box.width / 2
        paper.text(middle, box.y + box.height / 2, look.empty, 10, color=FAINT, ha="center")
        return 0
    shown = [
        (series, own := Look(panel, series.name), own.colour(place))
        for place, series in enumerate(answers)
    ]
    rows = legend(paper, box, [(look.name, colour) for _, look, colour in shown])
    axes = paper.axes(box.inside(54, 6, 18, 22 + rows * _LEGEND_H))
    time_axis(axes, window)
    most = _plot(axes, look, shown, window.step)
    _value_axis(axes, look, most, min(min(series.values) for series in answers))
    return len(shown)


Shown = tuple[Series, Look, str]
"""A series, how it looks, and its colour."""


def _plot(axes: Axes, look: Look, shown: Sequence[Shown], step: float) -> float:
    """Draw them -> the highest value on the axis."""
    if (look.custom.get("stacking") or {}).get("mode") == "normal":
        return _pile(axes, shown, 0.0 if look.custom.get("drawStyle") != "bars" else step)
    for series, own, colour in shown:
        low = next((other for other, its, _ in shown if its.name == own.below), None)
        if low is not None:
            there = dict(zip(low.times, low.values, strict=True))
            ends = [there.get(time, high) for time, high in series.points]
            axes.fill_between(series.times, ends, series.values, color=colour, alpha=0.3, lw=0)
        axes.plot(series.times, series.values, color=colour, linewidth=own.thick)
    return max(max(series.values) for series, _, _ in shown)


def _pile(axes: Axes, shown: Sequence[Shown], step: float) -> float:
    """One upon the other, as areas, or as bars where they have a step -> the highest top."""
    times = sorted({time for series, _, _ in shown for time in series.times})
    base = [0.0] * len(times)
    for series, _, colour in shown:
        there = dict(series.points)
        added = [there.get(time, 0.0) for time in times]
        top = [below + more for below, more in zip(base, added, strict=True)]
        if step:
            axes.bar(times, added, bottom=base, width=step * 0.8, color=colour, alpha=0.9)
        else:
            axes.fill_between(times, base, top, color=colour, alpha=0.6, linewidth=0)
            axes.plot(times, top, color=colour, linewidth=1)
        base = top
    return max(base)


def time_axis(axes: Axes, window: Window) -> None:
    """The window from left to right, epoch seconds, with few times below."""
    began = window.end - window.seconds
    apart = next((one for one in _APART if window.seconds / one <= 6), _APART[-1])
    form = "%H:%M" if apart % 60 == 0 else "%H:%M:%S"
    form = form if apart < 86_400 else "%m-%d"
    first = int(-(-began // apart))
    places = [one * apart for one in range(first, int(window.end // apart) + 1)]
    axes.set_xlim(began, window.end)
    axes.set_xticks(places, [datetime.fromtimestamp(at, UTC).strftime(form) for at in places])
    axes.tick_params(axis="both", labelsize=TICK_PT, colors=FAINT, length=0, pad=4)


def _value_axis(axes: Axes, look: Look, most: float, least: float) -> None:
    """Ticks in the unit, range as the panel wants it, and targets as dashed lines within it."""
    top = look.most if look.most is not None else most * 1.08 or 1.0
    bottom = look.least if look.least is not None else min(0.0, least)
    divisor, write = ticks(max(abs(top), abs(bottom)), look.unit)
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 3, 5, 6, 10])
    axes.set_ylim(bottom, top)
    places = [
        tick * divisor
        for tick in locator.tick_values(bottom / divisor, top / divisor)
        if bottom <= tick * divisor <= top
    ]
    axes.set_yticks(places)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, at: write(value / divisor, at)))
    axes.grid(axis="both", color=LINE, linewidth=0.7)
    axes.set_axisbelow(True)
    if (look.custom.get("thresholdsStyle") or {}).get("mode") == "dashed":
        for step in look.steps:
            value = step.get("value")
            if value is not None and bottom <= value <= top:
                axes.axhline(value, color=step["color"], linewidth=1.1, linestyle=(0, (5, 4)))


def legend(paper: Paper, box: Box, entries: Sequence[tuple[str, str]]) -> int:
    """Names at the bottom, two rows at most -> how many rows."""
    rows: list[list[tuple[str, str, float]]] = [[]]
    used = 0.0
    for place, (name, colour) in enumerate(entries):
        width = paper.wide(name, LEGEND_PT) + 32
        if used + width > box.width - 12:
            if len(rows) == 2:
                rows[-1].append((f"+{len(entries) - place}", "", 0.0))
                break
            rows.append([])
            used = 0.0
        rows[-1].append((name, colour, width))
        used += width
    for number, row in enumerate(rows):
        x = box.x + 8
        y = box.y + box.height - (len(rows) - number - 0.5) * _LEGEND_H
        for name, colour, width in row:
            if colour:
                paper.card(Box(x, y - 2, 14, 4), colour, colour, radius=2)
            paper.text(x + (19 if colour else 0), y, name, LEGEND_PT, color=INK)
            x += width
    return len(rows)
