"""What a scrape takes under load, and how long it keeps the stream's event loop waiting."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bench import delays, full
from bench.arena import PARTITIONS, PATIENCE_S, Arena, Loaded
from bench.delays import Turn

OPEN_METRICS = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
"""What Prometheus asks for; exemplars make it the dearer of the two formats."""
EVERY_S = 1.0
SPANS = 4
"""Spans with and without scraping, in turn, so that whatever drifts drifts in both."""
WARM_UP_S = 10
LEAD_S = 3
"""Until the stream has begun."""


class Scrape(NamedTuple):
    """Seconds that a scrape took, its bytes and its series."""

    seconds: float
    size: int
    series: int


class Span(NamedTuple):
    """A time in which nothing changed, seconds of the monotonic clock."""

    begin: float
    end: float
    scraping: bool
    loaded: bool


class Watch:
    """Scrapes a worker for spans of time, or leaves it alone."""

    def __init__(self, port: int) -> None:
        self._page = urllib.request.Request(
            f"http://127.0.0.1:{port}/metrics", headers={"Accept": OPEN_METRICS}
        )
        self.scrapes: list[Scrape] = []
        self.spans: list[Span] = []

    def span(self, seconds: float, *, scraping: bool, loaded: bool) -> None:
        """Let a span pass; scrapes of a worker under load are kept."""
        begin = time.monotonic()
        end = begin + seconds
        for due in _times(begin, end):
            time.sleep(max(0.0, due - time.monotonic()))
            if scraping:
                found = self._scrape()
                self.scrapes += [found] if loaded else []
        time.sleep(max(0.0, end - time.monotonic()))
        self.spans.append(Span(begin, time.monotonic(), scraping, loaded))

    def _scrape(self) -> Scrape:
        began = time.perf_counter()
        with urllib.request.urlopen(self._page, timeout=30) as answer:  # noqa: S310  (it is http)
            text = answer.read()
        seconds = time.perf_counter() - began
        series = sum(not line.startswith(b"#") for line in text.splitlines())
        return Scrape(seconds, len(text), series)


def _times(begin: float, end: float) -> Iterable[float]:
    return (begin + number * EVERY_S for number in range(int((end - begin) / EVERY_S)))


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
            watch = Watch(running.port)
            sent = _under_load(arena, loaded, watch, rate, seconds)
            for scraping in (False, True):
                watch.span(seconds, scraping=scraping, loaded=False)
            customers = running.metric("cx_customers")
            code = running.stop()
        if code != 0:
            raise RuntimeError(f"the worker stopped with {code}:\n{running.printed()}")
        turns = delays.read(file)
    return {
        "customers": customers,
        "rate": sent["events"] / sent["seconds"],
        "scrape": spread(watch.scrapes),
        "loop": {
            f"{'loaded' if under else 'idle'}_{'scraped' if scraping else 'alone'}": lateness(
                turns, [s for s in watch.spans if (s.scraping, s.loaded) == (scraping, under)]
            )
            for under in (True, False)
            for scraping in (True, False)
        },
    }


def _under_load(
    arena: Arena, loaded: Loaded, watch: Watch, rate: int, seconds: int
) -> dict[str, Any]:
    """Spans of a worker under a steady stream; what the stream was."""
    arguments = ["--bootstrap", arena.bootstrap, "--partitions", str(PARTITIONS)]
    arguments += ["--topic", loaded.topic, "--rate", str(rate)]
    arguments += ["--seconds", str(LEAD_S + WARM_UP_S + 2 * seconds)]
    with subprocess.Popen(
        [sys.executable, "-m", "bench.pulse", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as stream:
        time.sleep(LEAD_S + WARM_UP_S)
        for number in range(SPANS):
            watch.span(2 * seconds / SPANS, scraping=bool(number % 2), loaded=True)
        words, _ = stream.communicate(timeout=PATIENCE_S)
    sent: dict[str, Any] = json.loads(words.splitlines()[-1])
    return sent


def spread(scrapes: list[Scrape]) -> dict[str, float]:
    """Quantiles of the scrapes' time, their largest size and number of series.

    >>> spread([Scrape(0.02, 100, 7), Scrape(0.01, 90, 6), Scrape(0.03, 95, 7)])
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


def lateness(turns: Iterable[Turn], spans: Iterable[Span]) -> dict[str, float]:
    """By how much the loop's turns in some spans were late, milliseconds.

    >>> turns = [Turn(at / 10, at / 1000) for at in range(1, 21)]
    >>> lateness(turns, [Span(0.0, 1.0, True, True)])
    {'turns': 9, 'p99_ms': 9.0, 'p999_ms': 9.0, 'max_ms': 9.0}
    """
    chosen = list(spans)
    late = sorted(
        turn.delay * 1e3 for turn in turns if any(s.begin <= turn.at < s.end for s in chosen)
    )
    return {
        "turns": len(late),
        "p99_ms": late[len(late) * 99 // 100],
        "p999_ms": late[len(late) * 999 // 1000],
        "max_ms": late[-1],
    }
