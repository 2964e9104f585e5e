"""What the deployment files and the guide name and this tree doesn't have yet.

As soon as there is `cxstreams pager` nothing is coming any more; then this file can go.
"""

from importlib.util import find_spec
from pathlib import Path

ALL_HERE = find_spec("streams.cli.pager") is not None

SETTINGS = frozenset(() if ALL_HERE else ("CX_ALERTMANAGER", "CX_DASHBOARDS", "CX_RUNBOOKS"))
COMMANDS = frozenset(() if ALL_HERE else ("pager",))
FOLDERS = frozenset(
    () if ALL_HERE else (Path("deploy/alertmanager"), Path("deploy/grafana/dashboards"))
)
CHAPTERS = frozenset(() if ALL_HERE else ("Dashboards", "Pages"))
"""Of `docs/connect.md`."""

RULES = "deploy/prometheus/rules/*.yml" if ALL_HERE else "deploy/prometheus/alerts.yml"
"""What stands where the guide says `deploy/prometheus/rules/*.yml`."""
