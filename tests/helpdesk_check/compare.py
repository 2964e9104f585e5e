"""The figures of a replay's report beside those of the tables."""

from collections.abc import Mapping
from math import isclose
from typing import Any

from tests.helpdesk_check.offline import Figures


def reported_figures(report: Mapping[str, Any]) -> Figures:
    """The promises of a report under the names of `offline_figures`."""
    promises = report["promises"]
    found: Figures = {}
    for rule, clocks in promises["rules"].items():
        for clock, figures in clocks.items():
            found |= {f"{rule} {clock} {name}": value for name, value in figures.items()}
    for clock, figures in promises["clocks"].items():
        found[f"{clock} n"] = figures["n"]
        for kind in ("calendar_s", "business_s"):
            found |= {f"{clock} {kind} {name}": it for name, it in figures[kind].items()}
    return found


def beside(reported: Figures, offline: Figures) -> list[tuple[str, float | None, float | None]]:
    """All names with both figures; a count that one side doesn't have is 0."""
    names = sorted({*reported, *offline})
    return [(name, _of(reported, name), _of(offline, name)) for name in names]


def _of(figures: Figures, name: str) -> float | None:
    return figures.get(name, None if name.endswith(("attainment", "p50", "p90", "p99")) else 0)


def agree(one: float | None, other: float | None) -> bool:
    """Equal, but for the last digits of a sum of fractions."""
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
