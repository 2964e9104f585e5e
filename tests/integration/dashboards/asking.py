"""A dashboard's queries, put to a real Prometheus as Grafana puts them."""

import json
import math
import urllib.error
from typing import Any, NamedTuple

from deploy.grafana.source.interpolation import ALL, Window, interpolated
from deploy.grafana.source.model import Target
from tests.cluster.watchers import Prometheus
from tests.integration.dashboards.watched_shop import SCRAPE_S

CHOSEN = {**ALL, "step": f"{4 * SCRAPE_S}s"}
"""For a story in time-lapse: the shortest step that a dashboard would offer, four scrapes."""


class Told(NamedTuple):
    """What became of a query: the error, or how many values, and how many of them are no number."""

    error: str
    values: int
    no_number: int


def ask(prometheus: Prometheus, target: Target, window: Window) -> Told:
    """Run a query: at the window's end, or over it with points no closer than it allows."""
    window = window.no_closer(interpolated(target.least, CHOSEN))
    query = interpolated(target.expr, window.values(CHOSEN))
    try:
        found = _found(prometheus, query, window, target.instant)
    except urllib.error.HTTPError as refused:
        with refused:
            return Told(str(json.load(refused).get("error", refused.reason)), 0, 0)
    points = [point for series in found for point in series.get("values") or [series["value"]]]
    values = [float(value) for _, value in points]
    return Told("", len(values), sum(not math.isfinite(value) for value in values))


def _found(
    prometheus: Prometheus, query: str, window: Window, instant: bool
) -> list[dict[str, Any]]:
    if instant:
        return prometheus.instant(query, time=window.end)
    return prometheus.range(query, window.end - window.seconds, window.end, window.step)
