"""What a panel asks Prometheus."""

from typing import NamedTuple

from grafana_foundation_sdk.builders import prometheus
from grafana_foundation_sdk.models.dashboard import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
STEP_VARIABLE = "$step"
MINUTE = "1m"
"""Four scrapes of 15 s, which Grafana takes for granted where nobody tells it another time."""


class Query(NamedTuple):
    """An expression, and what its series are called: `{{label}}` stands for a label's value.

    `least` is how close its points may lie, and so the least `$__interval`; without it they lie as
    close as scrapes.
    """

    expr: str
    legend: str = ""
    least: str = ""
    exemplars: bool = False


def smooth(expr: str, legend: str = "") -> Query:
    """A query of customers' measures over time: a point per `$step`, as chosen at the top.

    What is counted of customers comes by the hour, what is counted of machines by the second.
    """
    return Query(expr, legend, STEP_VARIABLE)


def by_the_minute(expr: str, legend: str = "") -> Query:
    """A query of what is counted between points: in less than a minute may lie a single scrape."""
    return Query(expr, legend, MINUTE)


def over_time(query: Query, ref: str) -> prometheus.Dataquery:
    """As a range of values."""
    target = _target(query, ref).range().exemplar(query.exemplars)
    return target.interval(query.least) if query.least else target


def of_now(query: Query, ref: str) -> prometheus.Dataquery:
    """As one value each, at the end of the dashboard's time."""
    return _target(query, ref).instant()


def as_table(query: Query, ref: str) -> prometheus.Dataquery:
    """As rows with the labels in columns."""
    return of_now(query, ref).format(PromQueryFormat.TABLE)


def as_heat(query: Query, ref: str) -> prometheus.Dataquery:
    """As buckets of a histogram over time."""
    return over_time(query, ref).format(PromQueryFormat.HEATMAP)


def _target(query: Query, ref: str) -> prometheus.Dataquery:
    target = prometheus.Dataquery().datasource(SOURCE).ref_id(ref).expr(query.expr)
    return target.legend_format(query.legend) if query.legend else target
