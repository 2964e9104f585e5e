"""`cxstreams replay` as its users run it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"


def cxstreams_replay(
    *arguments: object, deadline_s: float = 240.0
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, in a wide terminal."""
    return subprocess.run(
        [sys.executable, "-m", "streams", "replay", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=deadline_s,
        check=False,
    )


def replayed(*arguments: object, folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Run it well -> its report and its alerts."""
    report, alerts = folder / "report.json", folder / "alerts.jsonl"

    done = cxstreams_replay(*arguments, "--report", report, "--alerts", alerts)

    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text()), [*map(json.loads, alerts.read_text().splitlines())]
