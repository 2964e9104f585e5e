"""What happened meanwhile: vertical lines through all panels."""

from typing import Self

from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import AnnotationQuery

from deploy.grafana.source.promql import STEP, series
from deploy.grafana.source.queries import SOURCE
from deploy.grafana.source.words import BLUE, GREY, RED

_BUILD = series("cx_build_info")
DEPLOYS = f"count by (version) ({_BUILD}) unless count by (version) ({_BUILD} offset {STEP})"
"""A version that was not there a step before."""
STARTS = f"{series('process_start_time_seconds')} * 1000"
"""Its value is the time of the line: one for each start, whatever the zoom."""
OURS = 'ALERTS{alertname=~"Cx.*"}'
"""Our alerts in Prometheus, pending and firing."""
ALERTS = 'ALERTS{alertname=~"Cx.*",alertstate="firing"}'


class Lines(AnnotationQuery):
    """Vertical lines where a query has a value; the SDK lacks what only Prometheus knows of them.

    `tags` are the labels shown beside the title, comma separated.
    """

    def __init__(self, name: str, expr: str, colour: str, title: str, tags: str) -> None:
        super().__init__(name=name, datasource=SOURCE, icon_color=colour, expr=expr)
        self._words: dict[str, object] = {"titleFormat": title, "tagKeys": tags, "step": "60s"}

    def by_value(self) -> Self:
        """A line where the value says, epoch ms, instead of where the query has one."""
        self._words["useValueForTime"] = True
        return self

    def to_json(self) -> dict[str, object]:
        """As Grafana stores it."""
        return super().to_json() | self._words


class Ready(Builder[AnnotationQuery]):
    """A builder that has nothing left to do."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def build(self) -> AnnotationQuery:
        """The lines."""
        return self._lines


def annotations() -> list[Builder[AnnotationQuery]]:
    """Deploys, starts of workers, and alerts of Prometheus."""
    return [
        Ready(Lines("Deploys", DEPLOYS, BLUE, "cx-streams {{version}}", "version")),
        Ready(Lines("Starts", STARTS, GREY, "{{instance}} started", "job").by_value()),
        Ready(Lines("Alerts", ALERTS, RED, "{{alertname}}", "severity,channel,tier")),
    ]
