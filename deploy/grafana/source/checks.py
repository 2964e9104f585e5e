"""What must be so of a dashboard, whatever it shows."""

from collections import Counter
from collections.abc import Iterator, Sequence

import promql_parser

from deploy.grafana.source.interpolation import UnknownVariable, Window, in_seconds, interpolated
from deploy.grafana.source.model import Json, Target, panels, targets
from deploy.grafana.source.promql import STEP
from deploy.grafana.source.queries import MINUTE, STEP_VARIABLE

WINDOW = Window(end=0, seconds=86_400, step=300)


def problems(dashboards: Sequence[Json]) -> list[str]:
    """Everything that is wrong, a line each, with the names of dashboard and panel."""
    found = [problem for dashboard in dashboards for problem in _of_one(dashboard)]
    uids = Counter(dashboard["uid"] for dashboard in dashboards)
    found += [f"uid {uid}: {times} dashboards have it" for uid, times in uids.items() if times > 1]
    return found


def _of_one(dashboard: Json) -> Iterator[str]:
    title = dashboard["title"]
    numbers = Counter(panel["id"] for panel in dashboard["panels"])
    for number, times in numbers.items():
        if times > 1:
            yield f"{title}: {times} panels have the id {number}"
    for panel in panels(dashboard):
        for problem in _of_panel(panel):
            yield f"{title} / {panel['title']}: {problem}"
    yield from _of_queries(dashboard)
    yield from _overlaps(dashboard)


def _of_panel(panel: Json) -> Iterator[str]:
    defaults = panel["fieldConfig"]["defaults"]
    wanted = {
        "a title": panel.get("title"),
        "a description": panel.get("description"),
        "words of what is good": "Good: " in panel.get("description", ""),
        "a unit": defaults.get("unit"),
        "words for no data": defaults.get("noValue"),
        "a query": panel.get("targets"),
    }
    yield from (f"without {what}" for what, there in wanted.items() if not there)


def _of_queries(dashboard: Json) -> Iterator[str]:
    names = {variable["name"] for variable in dashboard["templating"]["list"]}
    values = {name: value for name, value in WINDOW.values().items() if name in names}
    values |= {name: value for name, value in WINDOW.values().items() if name.startswith("__")}
    steps = _steps(dashboard)
    for target in targets(dashboard):
        if f"[{STEP}]" in target.expr and _least(target, steps) < in_seconds(MINUTE):
            yield f"{target}: between points less than {MINUTE} apart may lie a single scrape"
        try:
            promql_parser.parse(interpolated(target.expr, values))
        except UnknownVariable as unknown:
            yield f"{target}: the dashboard has no variable {unknown.args[0]}"
        except ValueError as error:
            yield f"{target}: {' '.join(str(error).split())} in {target.expr}"


def _steps(dashboard: Json) -> list[str]:
    """What may be chosen as step."""
    variables = {one["name"]: one for one in dashboard["templating"]["list"]}
    chosen = variables.get(STEP_VARIABLE.removeprefix("$"))
    return chosen["query"].split(",") if chosen else []


def _least(target: Target, steps: Sequence[str]) -> float:
    """How close the points of a query may lie, seconds; 0 for as close as scrapes."""
    if target.least == STEP_VARIABLE:
        return min(map(in_seconds, steps), default=0.0)
    return in_seconds(target.least) if target.least else 0.0


def _overlaps(dashboard: Json) -> Iterator[str]:
    """Places of the grid that two panels claim, and panels that reach over its 24 columns."""
    taken: dict[tuple[int, int], str] = {}
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f"{dashboard['title']} / {panel['title']}: wider than the screen"
        cells = [
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        ]
        others = {taken[cell] for cell in cells if cell in taken}
        for other in sorted(others):
            yield f"{dashboard['title']} / {panel['title']}: lies on {other}"
        taken |= dict.fromkeys(cells, panel["title"])
