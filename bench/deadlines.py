"""What deadlines cost, and how soon after one its alert is on the topic."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import full
from bench.arena import PARTITIONS, PATIENCE_S, Arena, child

TARGET_S = 7200
POLICY = f"""
version = "bench"
[[rules]]
name = "desk"
warn = []
first_response = "{TARGET_S}s"
next_response = "{TARGET_S}s"
"""


def idle(deadlines: int) -> dict[str, Any]:
    """A tick that finds nothing due, and the memory of so many deadlines."""
    return child("bench.timers", "--deadlines", str(deadlines))


def latency(
    arena: Arena, *, open_ones: int, due_rate: int, rate: int, seconds: int, lead_s: int
) -> dict[str, Any]:
    """Milliseconds from a deadline to its alert at a subscriber, under a steady stream of events.

    The stream begins before the first promise falls due and ends with the last. `lead_s` lies
    between the first question and the first deadline: time to fold what waits, and to warm up.
    """
    prefix = arena.create("deadlines")
    common = ["--bootstrap", arena.bootstrap, "--partitions", str(PARTITIONS)]
    topic, alerts = f"{prefix}cx.touchpoints.v1", f"{prefix}cx.alerts.sla.v1"
    with tempfile.TemporaryDirectory(prefix="cx-bench-policy-") as folder:
        policy = Path(folder) / "policy.toml"
        policy.write_text(POLICY)
        with full.worker(arena, prefix, CX_TIME="live", CX_POLICY=str(policy)) as running:
            running.ready()
            asked_at = time.monotonic()
            waiting = ["--open", str(open_ones), "--due-rate", str(due_rate)]
            waiting += ["--seconds", str(seconds), "--lead", str(lead_s), "--target", str(TARGET_S)]
            child("bench.questions", *common, "--topic", topic, *waiting)
            listener = subprocess.Popen(
                [sys.executable, "-m", "bench.listen", *common, "--topic", alerts, "--skip", "0"],
                stdout=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parents[1],
            )
            assert listener.stdout is not None
            listener.stdout.readline()  # it listens
            left = lead_s + seconds - (time.monotonic() - asked_at)
            pace = ["--rate", str(rate), "--seconds", str(max(1, round(left)))]
            sent = child("bench.pulse", *common, "--topic", topic, *pace)
            words, _ = listener.communicate(timeout=PATIENCE_S)
    found = json.loads(words.splitlines()[-1])
    if found["alerts"] != due_rate * seconds:
        raise RuntimeError(f"{found['alerts']:,} of {due_rate * seconds:,} misses were heard of")
    return {"open": open_ones, "rate": sent["events"] / sent["seconds"], **found}
