"""What the deployment files name and this tree doesn't have yet: the pager and what goes with it.

As soon as there is `cxstreams pager` nothing is coming any more; then this file can go.
"""

from importlib.util import find_spec
from pathlib import Path

_PAGER_IS_HERE = find_spec("streams.cli.pager") is not None

SETTINGS = frozenset() if _PAGER_IS_HERE else frozenset({"CX_ALERTMANAGER"})
COMMANDS = frozenset() if _PAGER_IS_HERE else frozenset({"pager"})
FOLDERS = frozenset(
    () if _PAGER_IS_HERE else (Path("deploy/alertmanager"), Path("deploy/grafana/dashboards"))
)
