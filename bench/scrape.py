"""What a scrape takes under load, and how long it keeps the stream's event loop waiting."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench import delays, full
from bench.arena import PARTITIONS, PATIENCE_S, Arena, Loaded
from bench.delays import Turn
from tests.integration.processes import Worker

OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
"""What Prometheus asks for; exemplars make it the dearer of the two formats."""
EVERY_S = 2.0
"""Between scrapes; half-way to the next the worker is looked at without one: drift hits both."""
QUIET_S = 3.0
"""So long has a worker nothing to say when what was due is done."""
WARM_UP_S = 10
"""Seconds of the stream before it counts, or as many as do."""
LEAD_S = 3
"""Until the stream has begun."""


class Scrape(NamedTuple):
    """When a scrape began, seconds of the monotonic clock, how long it took, bytes and series."""

    begin: float
    seconds: float
    size: int
    series: int


def watch(port: int, seconds: float) -> list[Scrape]:
    """Scrape a worker's port for so long."""
    page = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Accept": OPEN_METRICS}
    )
    begin, scrapes = time.monotonic(), []
    for number in range(int(seconds / EVERY_S)):
        time.sleep(max(0.0, begin + number * EVERY_S - time.monotonic()))
        scrapes.append(_scrape(page))
    time.sleep(max(0.0, begin + seconds - time.monotonic()))
    return scrapes


def _scrape(page: urllib.request.Request) -> Scrape:
    began = time.monotonic()
    with urllib.request.urlopen(page, timeout=30) as answer:  # noqa: S310  (it is http)
        text = answer.read()
    seconds = time.monotonic() - began
    series = sum(not line.startswith(b"#") for line in text.splitlines())
    return Scrape(began, seconds, len(text), series)


def measure(arena: Arena, loaded: Loaded, *, rate: int, seconds: int) -> dict[str, Any]:
    """A worker that knows the customers of a loaded topic, under `rate` events/s more.

    It is scraped for twice `seconds`, and then the same with no load.
    """
    with tempfile.TemporaryDirectory(prefix="cx-bench-delays-") as folder:
        file = Path(folder) / "delays.json"
        program = ("-m", "bench.delays", str(file))
        with full.worker(arena, loaded.prefix, program=program, CX_TIME="live") as running:
            running.ready()
            full.catch_up(arena, loaded, running)
            _settle(running)
            sent, under_load = _under_load(arena, loaded, running.port, rate, 2 * seconds)
            _settle(running)
            without_load = watch(running.port, 2 * seconds)
            customers = running.metric("cx_customers")
            code = running.stop()
        if code != 0:
            raise RuntimeError(f"the worker stopped with {code}:\n{running.printed()}")
        turns = delays.read(file)
    return {
        "customers": customers,
        "rate": sent["events"] / sent["seconds"],
        "scrape": spread(under_load),
        "loaded": lateness(turns, under_load),
        "idle": lateness(turns, without_load),
    }


def _settle(running: Worker) -> None:
    """Wait for the deadlines of the events just read: they lie in the past, and are all due."""
    said, deadline = -1.0, time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        now = running.metric("cx_alerts_total") + running.metric("cx_transitions_total")
        if now == said:
            return
        said = now
        time.sleep(QUIET_S)
    raise RuntimeError(f"the worker still has something to say; it printed:\n{running.printed()}")


def _under_load(
    arena: Arena, loaded: Loaded, port: int, rate: int, seconds: int
) -> tuple[dict[str, Any], list[Scrape]]:
    """What a steady stream was, and scrapes of the worker that read it."""
    arguments = ["--bootstrap", arena.bootstrap, "--partitions", str(PARTITIONS)]
    arguments += ["--topic", loaded.topic, "--rate", str(rate)]
    before = LEAD_S + min(WARM_UP_S, seconds)
    arguments += ["--seconds", str(before + seconds)]
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pulse", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as stream:
        time.sleep(before)
        scrapes = watch(port, seconds)
        words, _ = stream.communicate(timeout=PATIENCE_S)
    sent: dict[str, Any] = json.loads(words.splitlines()[-1])
    return sent, scrapes


def spread(scrapes: Sequence[Scrape]) -> dict[str, float]:
    """Quantiles of the scrapes' time, their largest size and number of series.

    >>> spread([Scrape(0, 0.02, 100, 7), Scrape(1, 0.01, 90, 6), Scrape(2, 0.03, 95, 7)])
    {'scrapes': 3, 'p50_ms': 20.0, 'p99_ms': 30.0, 'max_ms': 30.0, 'bytes': 100, 'series': 7}
    """
    ordered = sorted(scrape.seconds * 1e3 for scrape in scrapes)
    return {
        "scrapes": len(ordered),
        "p50_ms": ordered[len(ordered) // 2],
        "p99_ms": ordered[len(ordered) * 99 // 100],
        "max_ms": ordered[-1],
        "bytes": max(scrape.size for scrape in scrapes),
        "series": max(scrape.series for scrape in scrapes),
    }


def lateness(turns: Sequence[Turn], scrapes: Sequence[Scrape]) -> dict[str, float]:
    """How late the loop turned in the times of scrapes and half-way between them, milliseconds.

    Looked at are times as long as the slowest scrape. `longest` is the longest delay in any of
    them, `typical` the median of the longest delays in each: whatever else the machine does hits
    both kinds alike, and a median is spared the worst of it.

    >>> turns = [Turn(at / 10, at / 1000) for at in range(1, 41)]
    >>> scrapes = [Scrape(0.05, 0.2, 0, 0), Scrape(2.05, 0.3, 0, 0)]
    >>> lateness(turns, scrapes)  # doctest: +NORMALIZE_WHITESPACE
    {'scraped_longest_ms': 23.0, 'scraped_typical_ms': 13.0,
     'alone_longest_ms': 33.0, 'alone_typical_ms': 23.0}
    """
    long = max(scrape.seconds for scrape in scrapes)
    found: dict[str, float] = {}
    for name, later in (("scraped", 0.0), ("alone", EVERY_S / 2)):
        begins = [scrape.begin + later for scrape in scrapes]
        delays = [longest(turns, begin, begin + long) for begin in begins]
        found |= {f"{name}_longest_ms": max(delays), f"{name}_typical_ms": median(delays)}
    return found


def longest(turns: Sequence[Turn], begin: float, end: float) -> float:
    """The longest delay that reached into a time, milliseconds.

    >>> longest([Turn(1.0, 0.002), Turn(2.0, 0.004)], 1.999, 9.0)
    4.0
    """
    delays = (turn.delay for turn in turns if turn.at >= begin and turn.at - turn.delay < end)
    return max(delays, default=0.0) * 1e3
