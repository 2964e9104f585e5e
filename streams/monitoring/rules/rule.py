"""Rules as Prometheus writes them: recorded series, alerts, and groups of both."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

Rule: TypeAlias = dict[str, Any]
Group: TypeAlias = dict[str, Any]
Severity: TypeAlias = Literal["critical", "warning", "info"]

_WORDS = re.compile(r"[A-Z][a-z0-9]*")
PREFIX: Final = "Cx"


class Links(NamedTuple):
    """Where runbooks and Grafana are: put in front of a page's name.

    >>> Links("https://wiki/cx/").runbook("CxWorkerDown")
    'https://wiki/cx/worker-down.md'
    """

    runbooks: str = "docs/runbooks/"
    grafana: str = ""

    def runbook(self, alert: str) -> str:
        """The page of an alert."""
        return f"{self.runbooks}{page_of(alert)}"

    def dashboard(self, uid: str) -> str:
        """A dashboard by its uid."""
        return f"{self.grafana}/d/{uid}"


class Said(NamedTuple):
    """What an alert tells people: what happened, the figures, and the dashboard to look at."""

    summary: str
    description: str
    dashboard: str


def page_of(alert: str) -> str:
    """The name of an alert's runbook.

    >>> page_of("CxNoProgress")
    'no-progress.md'
    """
    words = _WORDS.findall(alert.removeprefix(PREFIX))
    return "-".join(word.lower() for word in words) + ".md"


def record(name: str, expr: str) -> Rule:
    """A recorded series, named `level:metric:operation`."""
    return {"record": name, "expr": expr}


def alert(
    name: str,
    expr: str,
    said: Said,
    links: Links,
    labels: Mapping[str, str],
    hold: str = "",
    keep: str = "",
) -> Rule:
    """An alert; `labels` has its severity.

    `hold` is how long it must be so before it fires, `keep` how long it goes on firing after it is
    no longer so.
    """
    return {
        "alert": name,
        "expr": expr,
        **({"for": hold} if hold else {}),
        **({"keep_firing_for": keep} if keep else {}),
        "labels": dict(labels),
        "annotations": {
            "summary": said.summary,
            "description": said.description,
            "runbook_url": links.runbook(name),
            "dashboard_url": links.dashboard(said.dashboard),
        },
    }


def group(name: str, rules: Sequence[Rule], interval: str = "") -> Group:
    """Rules evaluated one after the other, every `interval`, else as often as all others."""
    return {"name": name, **({"interval": interval} if interval else {}), "rules": list(rules)}
