"""Contestant `full`: our worker, as its users run it, watched from outside."""

import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient

from bench.arena import PATIENCE_S, Arena, Loaded, committed
from bench.report import figures
from bench.usage import Trace, cpu_seconds, resident_bytes
from tests.integration.processes import Worker

APP = "full"
LOOK_S = 0.02


@contextmanager
def worker(
    arena: Arena,
    prefix: str,
    app: str = APP,
    program: Sequence[str] = ("-m", "streams", "worker"),
    **settings: str,
) -> Iterator[Worker]:
    """A worker on the topics under a prefix, in replay's time; killed at the end."""
    named = {"CX_BROKER": f"kafka://{arena.bootstrap}", "CX_PREFIX": prefix, "CX_APP": app}
    with tempfile.TemporaryDirectory(prefix="cx-bench-") as folder:
        chosen = {**named, "CX_TIME": "replay", **settings}
        running = Worker.start(chosen, Path(folder), program)
        try:
            yield running
        finally:
            running.kill()


def catch_up(arena: Arena, loaded: Loaded, running: Worker, app: str = APP) -> tuple[float, float]:
    """Wait until every event is committed; the instants of the first and of the last commit."""
    group, deadline, first = loaded.prefix + app, time.monotonic() + PATIENCE_S, 0.0
    admin = KafkaAdminClient(bootstrap_servers=arena.bootstrap)
    try:
        while time.monotonic() < deadline and running.process.poll() is None:
            done = committed(admin, group, loaded)
            now = time.monotonic()
            first = first or (now if done else 0.0)
            if done >= loaded.total:
                return first, now
            time.sleep(LOOK_S)
    finally:
        admin.close()
    raise RuntimeError(f"the worker did not finish; it printed:\n{running.printed()}")


def race(arena: Arena, loaded: Loaded, app: str = APP, **settings: str) -> dict[str, Any]:
    """Events, seconds and CPU from the first event to the last commit behind durable state."""
    with (
        worker(arena, loaded.prefix, app, **settings) as running,
        Trace(running.process.pid) as trace,
    ):
        first, last = catch_up(arena, loaded, running, app)
        processed = running.metric("cx_committed_records_total")
        if processed != loaded.total:  # deleted before they were read, say
            raise RuntimeError(f"{processed:,.0f} of {loaded.total:,} events were processed")
        cpu = cpu_seconds(running.process.pid)
        woke = trace.woke_before(first)
        return {
            "events": loaded.total,
            "seconds": last - woke.at,
            "cpu_seconds": cpu - woke.cpu,
            "resident_bytes": resident_bytes(running.process.pid),
        }


def in_turn(
    arena: Arena, loaded: Loaded, rounds: int, variants: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """Workers with these settings read the same topic, in turn; all of each one's rounds together.

    A round says little by itself: on a shared machine two of the same kind differ by 15 %.
    """
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in variants}
    for number in range(rounds):
        for name, done in runs.items():
            done.append(race(arena, loaded, f"{name}-{number}", **variants[name]))
    return {name: figures(_together(done)) for name, done in runs.items()}


def _together(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    summed = ("events", "seconds", "cpu_seconds")
    return {key: sum(told[key] for told in rounds) for key in summed}
