"""What all dashboards have in common: the frame around their rows."""

from collections.abc import Sequence
from typing import NamedTuple

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models.dashboard import Dashboard, DashboardCursorSync

from deploy.grafana.source import links, variables
from deploy.grafana.source.annotations import annotations
from deploy.grafana.source.panels import AnyPanel


class Row(NamedTuple):
    """Panels under a heading that asks what they answer."""

    title: str
    panels: Sequence[AnyPanel]


class Page(NamedTuple):
    """A dashboard before it is built: `hours` back from now is what it shows at first."""

    uid: str
    title: str
    description: str
    rows: Sequence[Row]
    choices: Sequence[variables.Variable] = ()
    hours: int = 24


def built(page: Page, customer_url: str = "") -> Dashboard:
    """The dashboard; `customer_url`, where `${customer}` stands for an id, adds a link to it."""
    board = (
        build.Dashboard(page.title)
        .uid(page.uid)
        .description(page.description)
        .tags([links.TAG])
        .readonly()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time(f"now-{page.hours}h", "now")
        .refresh("1m")
        .timezone("browser")
        .link(links.to_the_others())
    )
    for variable in (*variables.common(), *page.choices):
        board.with_variable(variable)
    if customer_url:
        board.with_variable(variables.customer()).link(links.to_the_customer(customer_url))
    for annotation in annotations():
        board.annotation(annotation)
    for row in page.rows:
        board.with_row(build.Row(row.title))
        for panel in row.panels:
            board.with_panel(panel)
    dashboard = board.build()
    for number, placed in enumerate(dashboard.panels or (), start=1):
        placed.id_val = number
    return dashboard
