"""Waiting for what a worker says of itself in its metrics."""

import subprocess
import time
from contextlib import suppress

from tests.integration.processes import Worker


def until(worker: Worker, metric: str, value: float, deadline_s: float = 60.0) -> None:
    """Wait until a metric has come so far; fail with the worker's own words."""
    deadline = time.monotonic() + deadline_s
    while worker.metric(metric) < value:
        assert time.monotonic() < deadline, f"{worker.metric(metric)}: {worker.printed()}"
        with suppress(subprocess.TimeoutExpired):  # a counter has no event to await, an end has
            raise AssertionError(f"ended with {worker.process.wait(0.1)}: {worker.printed()}")
