"""Tables: a row a channel, a tier or an alert, with a column a query."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from grafana_foundation_sdk.builders import table as build_table
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

from deploy.grafana.source.dressing import dress, thresholds
from deploy.grafana.source.measures import COUNT, PLAIN, Measure
from deploy.grafana.source.panels import CHART_H, REFS, AnyPanel
from deploy.grafana.source.queries import Query, as_table
from deploy.grafana.source.words import Words

_FILLED = {"type": "color-background", "mode": "basic"}


class Column(NamedTuple):
    """A column of numbers: its heading, how they are written, and the query."""

    heading: str
    measure: Measure
    query: Query


class Labels(NamedTuple):
    """A column of words: the label they come from, its heading, and the words for its slugs."""

    label: str
    heading: str
    words: Words
    link: Mapping[str, str] | None = None


def by_label(
    title: str, description: str, rows: Labels, columns: Sequence[Column], *, width: int = 12
) -> AnyPanel:
    """A row for each value of a label, and what each query says of it."""
    panel = _table([column.query for column in columns])
    order = {rows.label: 0}
    headings = {rows.label: rows.heading}
    for place, column in enumerate(columns):
        value = f"Value #{REFS[place]}"
        order[value], headings[value] = place + 1, column.heading
    panel.with_transformation(DataTransformerConfig("merge", options={}))
    panel.with_transformation(_organize(["Time"], order, headings))
    dress(panel, title, description, COUNT, width, CHART_H)
    panel.override_by_name(rows.heading, _texts(rows))
    for column in columns:
        panel.override_by_name(column.heading, _numbers(column.measure))
    return panel


def matrix(
    title: str,
    description: str,
    measure: Measure,
    query: Query,
    rows: Labels,
    columns: Labels,
    *,
    width: int = 12,
) -> AnyPanel:
    """A number for each pair of two labels' values; the darker, the larger."""
    panel = _table([query])
    options = {"rowField": rows.label, "columnField": columns.label, "valueField": "Value"}
    panel.with_transformation(
        DataTransformerConfig("groupingToMatrix", options=options | {"emptyValue": "null"})
    )
    dress(panel, title, description, measure, width, CHART_H)
    corner = f"{rows.label}\\{columns.label}"
    panel.override_by_name(corner, [DynamicConfigValue("displayName", rows.heading), *_texts(rows)])
    for slug, word in columns.words.items():
        filled = [
            DynamicConfigValue("displayName", word.text),
            DynamicConfigValue("color", {"mode": "continuous-blues"}),
            DynamicConfigValue("custom.cellOptions", _FILLED | {"mode": "basic"}),
        ]
        panel.override_by_name(slug, filled)
    return panel


def listing(
    title: str,
    description: str,
    empty: str,
    query: Query,
    columns: Sequence[Labels],
    *,
    width: int = 12,
) -> AnyPanel:
    """A row for each series, and its labels in columns."""
    panel = _table([query])
    order = {column.label: place for place, column in enumerate(columns)}
    headings = {column.label: column.heading for column in columns}
    panel.with_transformation(_organize(["Time", "Value", "__name__"], order, headings))
    dress(panel, title, description, COUNT.but(empty=empty), width, CHART_H)
    for column in columns:
        panel.override_by_name(column.heading, _texts(column))
    return panel


def _table(queries: Sequence[Query]) -> build_table.Panel:
    targets: list[Builder[Dataquery]] = []
    targets += [as_table(query, ref) for query, ref in zip(queries, REFS, strict=False)]
    return build_table.Panel().targets(targets).show_header(show_header=True)


def _organize(
    left_out: Sequence[str], order: Mapping[str, int], headings: Mapping[str, str]
) -> DataTransformerConfig:
    options = {
        "excludeByName": dict.fromkeys(left_out, True),
        "indexByName": dict(order),
        "renameByName": dict(headings),
    }
    return DataTransformerConfig("organize", options=options)


def _texts(labels: Labels) -> list[DynamicConfigValue]:
    """Words for slugs, in the words' colours; and where a click leads."""
    results = {
        slug: ValueMappingResult(text=word.text, color=word.colour or None, index=place)
        for place, (slug, word) in enumerate(labels.words.items())
    }
    wanted = []
    if results:
        mappings: list[ValueMapping] = [ValueMap(results)]
        wanted.append(DynamicConfigValue("mappings", mappings))
        if any(word.colour for word in labels.words.values()):
            wanted.append(DynamicConfigValue("custom.cellOptions", {"type": "color-text"}))
    if labels.link is not None:
        wanted.append(DynamicConfigValue("links", [dict(labels.link)]))
    return wanted


def _numbers(measure: Measure) -> list[DynamicConfigValue]:
    wanted = [DynamicConfigValue("unit", measure.unit)]
    if measure.decimals is not None:
        wanted.append(DynamicConfigValue("decimals", measure.decimals))
    if measure.steps != PLAIN:
        wanted.append(DynamicConfigValue("thresholds", thresholds(measure.steps).build()))
        wanted.append(DynamicConfigValue("custom.cellOptions", _FILLED))
    return wanted
