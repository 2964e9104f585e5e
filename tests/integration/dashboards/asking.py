"""A dashboard's queries, put to a real Prometheus as Grafana puts them."""

import json
import math
import urllib.error
from typing import NamedTuple

from deploy.grafana.source.interpolation import Window, interpolated
from deploy.grafana.source.model import Target
from tests.cluster.watchers import Prometheus


class Told(NamedTuple):
    """What became of a query: the error, or how many values, and how many of them are no number."""

    error: str
    values: int
    no_number: int


def ask(prometheus: Prometheus, target: Target, window: Window) -> Told:
    """Run a query over a window."""
    query = interpolated(target.expr, window.values())
    try:
        found = prometheus.range(query, window.end - window.seconds, window.end, window.step)
    except urllib.error.HTTPError as refused:
        with refused:
            return Told(str(json.load(refused).get("error", refused.reason)), 0, 0)
    values = [float(value) for series in found for _, value in series["values"]]
    return Told("", len(values), sum(not math.isfinite(value) for value in values))
