"""What Prometheus answers to a panel's queries."""

import json
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any, NamedTuple

from deploy.grafana.source.interpolation import Window, interpolated
from deploy.grafana.source.model import Json

_PATIENCE_S = 30.0


class Series(NamedTuple):
    """A line of values: its labels, the name its legend gives it, epoch seconds, values."""

    labels: Mapping[str, str]
    name: str
    times: list[float]
    values: list[float]
    ref: str = "A"

    @property
    def points(self) -> list[tuple[float, float]]:
        """Pairs of time and value."""
        return list(zip(self.times, self.values, strict=True))

    @property
    def last(self) -> float:
        """The newest value."""
        return self.values[-1]


class Source:
    """A Prometheus at `url`, asked for a window of time with a dashboard's variables chosen."""

    def __init__(self, url: str, window: Window, chosen: Mapping[str, str] | None = None) -> None:
        self._url, self.window = url, window
        self._values = window.values() if chosen is None else window.values(chosen)

    def answers(self, panel: Json) -> list[Series]:
        """The series of all queries of a panel, in their order; raises `OSError`."""
        return [series for target in panel["targets"] for series in self._answer(target)]

    def _answer(self, target: Json) -> list[Series]:
        expr = interpolated(target["expr"], self._values)
        end = self.window.end
        if target.get("instant"):
            found = self._get("query", query=expr, time=end)
        else:
            # On whole steps, as Grafana asks: bars then stand side by side.
            step = self.window.step
            start = (end - self.window.seconds) // step * step
            found = self._get("query_range", query=expr, start=start, end=end, step=step)
        legend, ref = target.get("legendFormat", ""), target["refId"]
        return [
            Series(
                one["metric"],
                named(legend, one["metric"]),
                [float(time) for time, _ in points],
                [float(value) for _, value in points],
                ref,
            )
            for one in found
            if (points := one.get("values") or [one["value"]])
        ]

    def _get(self, page: str, **asked: Any) -> list[Json]:
        url = f"{self._url}/api/v1/{page}?{urllib.parse.urlencode(asked)}"
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{self._url} is no address of a Prometheus; it begins with http")
        with urllib.request.urlopen(url, timeout=_PATIENCE_S) as answer:  # noqa: S310 (see above)
            return list(json.load(answer)["data"]["result"])


def named(legend: str, labels: Mapping[str, str]) -> str:
    """A legend with its labels filled in.

    >>> named("{{instance}}, read", {"instance": "a"})
    'a, read'
    """
    for label, value in labels.items():
        legend = legend.replace(f"{{{{{label}}}}}", value)
    return legend
