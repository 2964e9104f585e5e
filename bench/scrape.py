"""What a scrape takes under load, and how long it keeps the stream's event loop waiting."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench import delays, full
from bench.arena import PARTITIONS, PATIENCE_S, Arena, Loaded
from bench.delays import Turn
from tests.integration.processes import Worker

OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
"""What Prometheus asks for; exemplars make it the dearer of the two formats."""
EVERY_S = 1.0
SPANS = (False, True, True, False)
"""Spans with scraping and without, so that whatever drifts drifts in both alike."""
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


class Span(NamedTuple):
    """A time in which nothing changed, and the scrapes in it."""

    begin: float
    end: float
    scrapes: Sequence[Scrape]


class Watch:
    """Scrapes a worker for spans of time, or leaves it alone."""

    def __init__(self, port: int) -> None:
        self._page = urllib.request.Request(
            f"http://127.0.0.1:{port}/metrics", headers={"Accept": OPEN_METRICS}
        )

    def span(self, seconds: float, *, scraping: bool) -> Span:
        """Let a span pass."""
        begin, scrapes = time.monotonic(), []
        end = begin + seconds
        if scraping:
            for number in range(int(seconds / EVERY_S)):
                time.sleep(max(0.0, begin + number * EVERY_S - time.monotonic()))
                scrapes.append(self._scrape())
        time.sleep(max(0.0, end - time.monotonic()))
        return Span(begin, time.monotonic(), scrapes)

    def _scrape(self) -> Scrape:
        began = time.monotonic()
        with urllib.request.urlopen(self._page, timeout=30) as answer:  # noqa: S310  (it is http)
            text = answer.read()
        seconds = time.monotonic() - began
        series = sum(not line.startswith(b"#") for line in text.splitlines())
        return Scrape(began, seconds, len(text), series)


def measure(arena: Arena, loaded: Loaded, *, rate: int, seconds: int) -> dict[str, Any]:
    """A worker that knows the customers of a loaded topic, under `rate` events/s more.

    It is watched for `seconds` with scraping and as long without, and then the same with no load.
    """
    with tempfile.TemporaryDirectory(prefix="cx-bench-delays-") as folder:
        file = Path(folder) / "delays.json"
        program = ("-m", "bench.delays", str(file))
        with full.worker(arena, loaded.prefix, program=program, CX_TIME="live") as running:
            running.ready()
            full.catch_up(arena, loaded, running)
            _settle(running)
            watch = Watch(running.port)
            sent, loaded_spans = _under_load(arena, loaded, watch, rate, seconds)
            _settle(running)
            idle_spans = [watch.span(seconds, scraping=scraping) for scraping in (False, True)]
            customers = running.metric("cx_customers")
            code = running.stop()
        if code != 0:
            raise RuntimeError(f"the worker stopped with {code}:\n{running.printed()}")
        turns = delays.read(file)
    return {
        "customers": customers,
        "rate": sent["events"] / sent["seconds"],
        "scrape": spread([scrape for span in loaded_spans for scrape in span.scrapes]),
        "loaded": lateness(turns, loaded_spans),
        "idle": lateness(turns, idle_spans),
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
    arena: Arena, loaded: Loaded, watch: Watch, rate: int, seconds: int
) -> tuple[dict[str, Any], list[Span]]:
    """What a steady stream was, and spans of the worker that read it."""
    arguments = ["--bootstrap", arena.bootstrap, "--partitions", str(PARTITIONS)]
    arguments += ["--topic", loaded.topic, "--rate", str(rate)]
    before = LEAD_S + min(WARM_UP_S, seconds)
    arguments += ["--seconds", str(before + 2 * seconds)]
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pulse", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as stream:
        time.sleep(before)
        spans = [watch.span(2 * seconds / len(SPANS), scraping=scraping) for scraping in SPANS]
        words, _ = stream.communicate(timeout=PATIENCE_S)
    sent: dict[str, Any] = json.loads(words.splitlines()[-1])
    return sent, spans


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


def lateness(turns: Sequence[Turn], spans: Sequence[Span]) -> dict[str, float]:
    """How late the loop turned in spans with scrapes and in those without, milliseconds.

    `longest` is over all of the spans. `typical` is the median, over their seconds, of the longest
    delay at the second's begin, for as long as the slowest scrape took: with scrapes one of them is
    under way, without it is the same time for comparison. Whatever else the machine does hits both
    alike, and a median is spared the worst of it.

    >>> turns = [Turn(at / 10, at / 1000) for at in range(1, 41)]
    >>> alone, scraped = Span(0, 2, []), Span(2, 4, [Scrape(2.05, 0.3, 0, 0)])
    >>> late = lateness(turns, [alone, scraped])
    >>> late["scraped_typical_ms"], late["alone_typical_ms"]
    (28.0, 8.0)
    """
    long = max(scrape.seconds for span in spans for scrape in span.scrapes)
    found: dict[str, float] = {}
    for name, chosen in (
        ("scraped", [span for span in spans if span.scrapes]),
        ("alone", [span for span in spans if not span.scrapes]),
    ):
        found |= {
            f"{name}_longest_ms": max(longest(turns, span.begin, span.end) for span in chosen),
            f"{name}_typical_ms": median(
                longest(turns, *window) for window in _windows(chosen, long)
            ),
        }
    return found


def _windows(spans: Iterable[Span], long: float) -> Iterator[tuple[float, float]]:
    for span in spans:
        for number in range(int((span.end - span.begin) / EVERY_S)):
            begin = span.begin + number * EVERY_S
            yield begin, min(begin + long, span.end)


def longest(turns: Sequence[Turn], begin: float, end: float) -> float:
    """The longest delay that reached into a time, milliseconds.

    >>> longest([Turn(1.0, 0.002), Turn(2.0, 0.004)], 1.999, 9.0)
    4.0
    """
    delays = (turn.delay for turn in turns if turn.at >= begin and turn.at - turn.delay < end)
    return max(delays, default=0.0) * 1e3
