"""Panels: what each kind looks like, so that a dashboard only says what it shows."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    heatmap,
    stat,
    timeseries,
)
from grafana_foundation_sdk.builders import (
    dashboard as build,
)
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import common as model
from grafana_foundation_sdk.models.dashboard import (
    FieldColorModeId,
    Panel,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode

from deploy.grafana.source.dressing import dress, named
from deploy.grafana.source.measures import PLAIN, Measure
from deploy.grafana.source.queries import Query, as_heat, of_now, over_time
from deploy.grafana.source.words import Words

AnyPanel = Builder[Panel]
REFS = "ABCDEFGHIJKLMNOP"
TILE_H, CHART_H = 4, 8
"""Heights, in rows of Grafana's grid, which is 24 columns wide."""


def tile(
    title: str,
    description: str,
    measure: Measure,
    query: Query,
    *,
    width: int = 4,
    height: int = TILE_H,
    trend: bool = False,
) -> AnyPanel:
    """One number, coloured by its thresholds; with `trend` its last value over a line."""
    graph = model.BigValueGraphMode.AREA if trend else model.BigValueGraphMode.NONE
    panel = stat.Panel().graph_mode(graph).color_mode(model.BigValueColorMode.VALUE)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    panel.targets([over_time(query, "A") if trend else of_now(query, "A")])
    return dress(panel, title, description, measure, width, height)


def lines(
    title: str,
    description: str,
    measure: Measure,
    *queries: Query,
    names: Words | None = None,
    width: int = 12,
    stacked: bool = False,
) -> timeseries.Panel:
    """Values over time; where there is a target, it is a dashed line."""
    panel = _over_time(queries).line_width(2).fill_opacity(60 if stacked else 6)
    panel.line_interpolation(model.LineInterpolation.LINEAR).span_nulls(span_nulls=True)
    if stacked:
        panel.stacking(common.StackingConfig().mode(model.StackingMode.NORMAL)).line_width(1)
    if measure.steps != PLAIN:
        style = model.GraphThresholdsStyleMode.DASHED
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(style))
    dress(panel, title, description, measure, width, CHART_H)
    return named(panel, names or {})


def bars(
    title: str,
    description: str,
    measure: Measure,
    *queries: Query,
    names: Words | None = None,
    width: int = 12,
) -> AnyPanel:
    """How many in each step of time, stacked."""
    panel = _over_time(queries).draw_style(model.GraphDrawStyle.BARS)
    panel.line_width(0).fill_opacity(85)
    panel.stacking(common.StackingConfig().mode(model.StackingMode.NORMAL))
    dress(panel, title, description, measure, width, CHART_H)
    return named(panel, names or {})


def ranking(
    title: str,
    description: str,
    measure: Measure,
    *queries: Query,
    names: Words | None = None,
    width: int = 8,
) -> AnyPanel:
    """Horizontal bars, the longest first; coloured by thresholds, or else by name."""
    panel = bargauge.Panel().display_mode(model.BarGaugeDisplayMode.BASIC)
    panel.orientation(model.VizOrientation.HORIZONTAL).show_unfilled(show_unfilled=True)
    panel.value_mode(model.BarGaugeValueMode.TEXT)
    panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    ranked = [query._replace(expr=f"sort_desc({query.expr})") for query in queries]
    panel.targets([of_now(query, ref) for query, ref in zip(ranked, REFS, strict=False)])
    dress(panel, title, description, measure, width, CHART_H)
    judged = measure.steps != PLAIN
    plain = {slug: word._replace(colour="") for slug, word in (names or {}).items()}
    return named(panel, plain if judged else names or {})


def heat(
    title: str, description: str, measure: Measure, query: Query, *, width: int = 12
) -> AnyPanel:
    """A histogram over time: the darker, the more of them took so long."""
    panel = heatmap.Panel().calculate(calculate=False).targets([as_heat(query, "A")])
    colours = heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues")
    panel.color(colours.steps(64)).y_axis(heatmap.YAxisConfig().unit(measure.unit).decimals(0))
    panel.cell_gap(1).show_legend()
    return dress(panel, title, description, measure, width, CHART_H)


def _over_time(queries: Sequence[Query]) -> timeseries.Panel:
    """A chart with all of its series in the legend and, the largest first, under the pointer."""
    targets: list[Builder[Dataquery]] = []
    targets += [over_time(query, ref) for query, ref in zip(queries, REFS, strict=False)]
    legend = common.VizLegendOptions().display_mode(model.LegendDisplayMode.LIST)
    legend.placement(model.LegendPlacement.BOTTOM).show_legend(show_legend=True)
    tooltip = common.VizTooltipOptions().mode(model.TooltipDisplayMode.MULTI)
    tooltip.sort(model.SortOrder.DESCENDING)
    panel = timeseries.Panel().targets(targets).legend(legend).tooltip(tooltip)
    palette = build.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC)
    return panel.color_scheme(palette).show_points(model.VisibilityMode.NEVER)
