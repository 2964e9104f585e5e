"""The choices at the top of every dashboard."""

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from deploy.grafana.source.queries import SOURCE

Variable = Builder[VariableModel]

_ALL = VariableOption(selected=True, text=["All"], value=["$__all"])


def common() -> list[Variable]:
    """Data source, job and worker."""
    return [
        build.DatasourceVariable("datasource")
        .label("Data source")
        .type("prometheus")
        .current(VariableOption(selected=True, text="Prometheus", value="prometheus")),
        # All jobs are those found: `up` of another job is no worker.
        _labels("job", "Job", "label_values(cx_customers, job)"),
        _labels("instance", "Worker", 'label_values(cx_customers{job=~"$job"}, instance)', ".*"),
    ]


def step() -> Variable:
    """How far the points of measures that come by the hour are apart."""
    return (
        build.IntervalVariable("step")
        .label("Step")
        .description("A point a step for what customers live through, over a window of four.")
        .values("1m,5m,15m,1h,6h,1d")
        .auto(auto=False)
        .current(VariableOption(selected=True, text="5m", value="5m"))
    )


def runbooks() -> Variable:
    """Where a click on an alert leads."""
    return (
        build.TextBoxVariable("runbooks")
        .label("Runbooks")
        .description("Where the runbooks are served: the beginning of their addresses.")
        .default_value("/public/runbooks")
        .current(VariableOption(selected=True, text="/public/runbooks", value="/public/runbooks"))
    )


def customer() -> Variable:
    """Whom the link to the page of a customer leads to."""
    return build.TextBoxVariable("customer").label("Customer").default_value("")


def channel() -> Variable:
    """Channels, where every panel below knows them."""
    return _labels(
        "channel", "Channel", "label_values(cx_channel_touchpoints_total, channel)", ".*"
    )


def tier() -> Variable:
    """Tiers of customers."""
    return _labels("tier", "Tier", "label_values(cx_promises_total, tier)", ".*")


def _labels(name: str, label: str, query: str, everything: str = "") -> Variable:
    """The values of a label, several of them or all; `everything` is the pattern of all."""
    variable = (
        build.QueryVariable(name)
        .label(label)
        .datasource(SOURCE)
        .query(query)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .current(_ALL)
    )
    return variable.all_value(everything) if everything else variable
