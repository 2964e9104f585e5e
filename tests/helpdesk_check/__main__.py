"""`make check-helpdesk LOG=tickets.csv.gz`: a replay's promises against tables of their own.

Replays the log through `examples/helpdesk.toml` under both policies of the example, computes the
same figures offline, prints them side by side, and ends with 1 when one of them differs.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.helpdesk_check.compare import agree, beside, reported_figures
from tests.helpdesk_check.offline import offline_figures

EXAMPLES = Path(__file__).parents[2] / "examples"
MAPPING = EXAMPLES / "helpdesk.toml"
POLICIES = (EXAMPLES / "policies/helpdesk.toml", EXAMPLES / "policies/around-the-clock.toml")


def main() -> int:
    """Check the log that the command line names."""
    if len(sys.argv) != 2 or not sys.argv[1]:
        print("give a help desk's log: make check-helpdesk LOG=tickets.csv.gz", file=sys.stderr)
        return 2
    log = Path(sys.argv[1])
    if not log.is_file():
        print(f"LOG={log} is not a file; give a help desk's log", file=sys.stderr)
        return 2
    return int(sum(differences(log, policy) for policy in POLICIES) > 0)


def differences(log: Path, policy: Path, *options: str, mapping: Path = MAPPING) -> int:
    """Print all figures of a log under a policy -> how many differ."""
    lines = beside(
        reported_figures(replay_report(log, mapping, policy, *options)),
        offline_figures(log, mapping, policy),
    )
    differing = [name for name, one, other in lines if not agree(one, other)]
    print(f"\n{policy.name:42} {'replay':>16} {'offline':>16}")
    for name, one, other in lines:
        mark = "  <-- differs" if name in differing else ""
        print(f"{name:42} {_shown(one):>16} {_shown(other):>16}{mark}")
    print(f"{len(lines)} figures, {len(differing)} differ")
    return len(differing)


def replay_report(log: Path, mapping: Path, policy: Path, *options: str) -> dict[str, Any]:
    """What `cxstreams replay` reports of the log."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [sys.executable, "-m", "streams", "replay", str(log), "--mapping", str(mapping)]
        command += ["--policy", str(policy), "--report", str(path), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        report: dict[str, Any] = json.loads(path.read_text())
        return report


def _shown(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}"


if __name__ == "__main__":
    sys.exit(main())
