"""What every panel wears: title, description, unit, range, thresholds, names, place."""
# ruff: noqa: D102 - the SDK describes the methods of its builders

from typing import Protocol, Self, TypeVar

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    DynamicConfigValue,
    Threshold,
    ThresholdsConfig,
    ThresholdsMode,
)

from deploy.grafana.source.measures import Measure, Steps
from deploy.grafana.source.queries import SOURCE
from deploy.grafana.source.words import Words


class Dressed(Protocol):
    """What the SDK's builders of panels have in common."""

    def title(self, title: str) -> Self: ...
    def description(self, description: str) -> Self: ...
    def datasource(self, datasource: DataSourceRef) -> Self: ...
    def targets(self, targets: list[Builder[Dataquery]]) -> Self: ...
    def unit(self, unit: str) -> Self: ...
    def decimals(self, decimals: float) -> Self: ...
    def min(self, min_val: float) -> Self: ...
    def max(self, max_val: float) -> Self: ...
    def no_value(self, no_value: str) -> Self: ...
    def thresholds(self, thresholds: Builder[ThresholdsConfig]) -> Self: ...
    def height(self, h: int) -> Self: ...
    def span(self, w: int) -> Self: ...
    def override_by_name(self, name: str, properties: list[DynamicConfigValue]) -> Self: ...


P = TypeVar("P", bound=Dressed)


def dress(panel: P, title: str, description: str, measure: Measure, width: int, height: int) -> P:
    """Title, description, unit, range, thresholds and place: what no panel goes without."""
    panel.title(title).description(description).datasource(SOURCE)
    panel.unit(measure.unit).no_value(measure.empty).thresholds(thresholds(measure.steps))
    if measure.decimals is not None:
        panel.decimals(measure.decimals)
    if measure.lowest is not None:
        panel.min(measure.lowest)
    if measure.highest is not None:
        panel.max(measure.highest)
    return panel.span(width).height(height)


def thresholds(steps: Steps) -> build.ThresholdsConfig:
    """Colours by value."""
    wanted = [Threshold(value=value, color=colour) for value, colour in steps]
    return build.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(wanted)


def named(panel: P, words: Words) -> P:
    """Series called by a slug of these get its words and its colour."""
    for slug, word in words.items():
        wanted = [DynamicConfigValue("displayName", word.text)]
        if word.colour:
            colour = {"mode": "fixed", "fixedColor": word.colour}
            wanted.append(DynamicConfigValue("color", colour))
        panel.override_by_name(slug, wanted)
    return panel
