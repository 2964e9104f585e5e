"""Tables: labels in rows, queries or another label in columns."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib import colormaps
from matplotlib.colors import to_hex

from deploy.grafana.source.model import Json
from deploy.grafana.source.pictures.answers import Series
from deploy.grafana.source.pictures.looks import Look
from deploy.grafana.source.pictures.paper import FAINT, INK, LINE, WHITE, Box, Paper
from deploy.grafana.source.pictures.units import written

_HEAD_H, _MOST_ROW_H = 26, 30


class Cell(NamedTuple):
    """What stands in a cell, the colour of its text, and of its ground if it is filled."""

    text: str
    colour: str = INK
    ground: str = ""


class Grid(NamedTuple):
    """Headings, and rows of as many cells."""

    headings: list[str]
    rows: list[list[Cell]]


def draw(paper: Paper, box: Box, panel: Json, answers: Sequence[Series]) -> int:
    """The table -> how many rows were drawn."""
    if not answers:
        middle = box.x + box.width / 2
        text = Look(panel).empty
        paper.text(middle, box.y + box.height / 2, text, 10, color=FAINT, ha="center")
        return 0
    kinds = {one["id"]: one["options"] for one in panel["transformations"]}
    if "groupingToMatrix" in kinds:
        grid = _matrix(panel, answers, kinds["groupingToMatrix"])
    else:
        grid = _columns(panel, answers, kinds["organize"])
    _set(paper, box, grid)
    return len(grid.rows)


def _columns(panel: Json, answers: Sequence[Series], organized: Json) -> Grid:
    """Rows by their labels, as `merge` makes them; columns as `organize` names and orders them."""
    rows: dict[tuple[tuple[str, str], ...], dict[str, float | str]] = {}
    for series in answers:
        labels = {name: value for name, value in series.labels.items() if name != "__name__"}
        row = rows.setdefault(tuple(sorted(labels.items())), dict(labels))
        row[f"Value #{series.ref}"] = series.last
    order = sorted(organized["indexByName"], key=organized["indexByName"].__getitem__)
    headings: Mapping[str, str] = organized["renameByName"]
    first = headings[order[0]]
    ranked = sorted(rows.values(), key=lambda row: Look(panel, first).place(str(row[order[0]])))
    cells = [
        [_cell(Look(panel, headings[name]), row.get(name)) for name in order] for row in ranked
    ]
    return Grid([headings[name] for name in order], cells)


def _matrix(panel: Json, answers: Sequence[Series], options: Json) -> Grid:
    """Rows by one label, columns by another; the darker, the larger."""
    row_label, column_label = options["rowField"], options["columnField"]
    corner = Look(panel, f"{row_label}\\{column_label}")
    values = {(one.labels[row_label], one.labels[column_label]): one.last for one in answers}
    rows = sorted({row for row, _ in values}, key=corner.place)
    known = [override["matcher"]["options"] for override in panel["fieldConfig"]["overrides"]]
    columns = sorted({column for _, column in values}, key=known.index)
    most = max(values.values()) or 1.0
    grid = []
    for row in rows:
        text, colour = corner.text(row)
        cells = [Cell(text, colour or INK)]
        for column in columns:
            look, value = Look(panel, column), values.get((row, column))
            if value is None:
                cells.append(Cell(""))
                continue
            share = (value / most) ** 0.5
            ground = to_hex(colormaps["Blues"](0.08 + 0.8 * share))
            ink = WHITE if share > 0.6 else INK
            cells.append(Cell(written(value, look.unit, look.decimals), ink, ground))
        grid.append(cells)
    return Grid([corner.name, *(Look(panel, column).name for column in columns)], grid)


def _cell(look: Look, value: float | str | None) -> Cell:
    if value is None:
        return Cell("")
    if isinstance(value, str):
        text, colour = look.text(value)
        return Cell(text, (look.coloured and colour) or INK)
    text = written(value, look.unit, look.decimals)
    return Cell(text, WHITE, look.judged(value)) if look.filled else Cell(text)


def _set(paper: Paper, box: Box, grid: Grid) -> None:
    """Columns as wide as what stands in them, the rest shared among them."""
    texts = [[cell.text for cell in row] for row in grid.rows]
    columns = list(zip(grid.headings, *texts, strict=True))
    needs = [max(paper.wide(text, 8.5) for text in column) + 18 for column in columns]
    scale = box.width / sum(needs)
    widths = [need * scale for need in needs]
    size = 8.5 * min(1.0, scale)
    height = min(_MOST_ROW_H, (box.height - _HEAD_H) / max(1, len(grid.rows)))
    x = box.x
    for place, (heading, width) in enumerate(zip(grid.headings, widths, strict=True)):
        left = place == 0
        at = x + 8 if left else x + width / 2
        align = "left" if left else "center"
        paper.text(at, box.y + 11, heading, size, color=FAINT, ha=align, weight="bold")
        for number, row in enumerate(grid.rows):
            cell, y = row[place], box.y + _HEAD_H + height * number
            if cell.ground:
                paper.card(Box(x + 1, y + 1, width - 2, height - 2), cell.ground, cell.ground, 2)
            paper.text(at, y + height / 2, cell.text, size, color=cell.colour, ha=align)
        x += width
    paper.card(Box(box.x, box.y + _HEAD_H - 3, box.width, 1), LINE, LINE, 0)
