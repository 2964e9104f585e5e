"""Ways from one dashboard to the next, and from an alert to its runbook."""

from collections.abc import Iterable
from pathlib import Path

import yaml
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.models.dashboard import DashboardLinkType

from deploy.grafana.source.words import Word, Words

TAG = "cx-streams"
RULES = Path(__file__).parents[2] / "prometheus"

RUNBOOK = {"title": "Open the runbook", "url": "${runbooks}/${__value.text}.md"}
"""Of a cell whose text is the runbook's name."""


def to_the_others() -> build.DashboardLink:
    """A menu of all dashboards with our tag, for the same time and the same choices."""
    return (
        build.DashboardLink("cx-streams")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(as_dropdown=False)
        .include_vars(include_vars=True)
        .keep_time(keep_time=True)
    )


def to_the_customer(url: str) -> build.DashboardLink:
    """A page that shows one customer, where a deployment has one; it opens beside Grafana."""
    return (
        build.DashboardLink("Customer")
        .type(DashboardLinkType.LINK)
        .icon("external link")
        .tooltip("Look at one customer")
        .url(url)
        .target_blank(target_blank=True)
    )


def runbooks(files: Iterable[Path] | None = None) -> Words:
    """Alert → the name of its runbook, as the rules of Prometheus have it.

    >>> runbooks()["CxWorkerDown"].text
    'worker-down'
    """
    found: dict[str, Word] = {}
    for file in sorted(RULES.rglob("*.yml") if files is None else files):
        for group in yaml.safe_load(file.read_text()).get("groups") or ():
            for rule in group["rules"]:
                if "alert" in rule:
                    url = str(rule.get("annotations", {}).get("runbook_url", rule["alert"]))
                    found[rule["alert"]] = Word(url.rpartition("/")[2].removesuffix(".md"))
    return found
