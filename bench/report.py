"""The figures as a table for people and as JSON for machines."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

AIMS = {
    "full_to_faust": 25.0,
    "full_cpu_us": 14.0,
    "recovery_records_s": 2e5,
    "idle_bytes": 600.0,
    "promised_share": 0.9,
    "scrape_ms": 100.0,
    "scrape_blocks_ms": 5.0,
    "exactly_once_share": 0.75,
    "exactly_once_p99_ms": 60.0,
    "deadline_p99_ms": 1000.0,
    "pager_p99_ms": 1000.0,
    "tick_ms": 1.0,
    "deadlines_mb": 200.0,
}


def figures(told: dict[str, Any]) -> dict[str, Any]:
    """Speed and CPU an event out of a contestant's events, seconds and CPU seconds.

    >>> figures({"events": 1000, "seconds": 2.0, "cpu_seconds": 0.01})
    {'events_s': 500.0, 'cpu_us': 10.0, 'events': 1000, 'seconds': 2.0, 'cpu_seconds': 0.01}
    """
    events = told["events"]
    speed = {"events_s": events / told["seconds"], "cpu_us": told["cpu_seconds"] / events * 1e6}
    return speed | told


def ratios(contestants: dict[str, dict[str, Any]]) -> dict[str, float]:
    """How `full` compares with each other contestant: `speed` above 1 is faster, `cpu` below less.

    >>> faust, full = {"events_s": 2.0, "cpu_us": 8.0}, {"events_s": 50.0, "cpu_us": 2.0}
    >>> ratios({"faust": faust, "full": full})
    {'speed_full_to_faust': 25.0, 'cpu_full_to_faust': 0.25}
    """
    full = contestants.get("full")
    if full is None:
        return {}
    found = {}
    for name, other in contestants.items():
        if other is not full:
            found[f"speed_full_to_{name}"] = full["events_s"] / other["events_s"]
            found[f"cpu_full_to_{name}"] = full["cpu_us"] / other["cpu_us"]
    return found


def show(result: dict[str, Any]) -> None:
    """Print the table of contestants and a line on each aim."""
    console = Console()
    if result["contestants"]:
        console.print(_table(result["contestants"]))
    if found := result.get("guarantees"):
        console.print(_guarantees(found))
    for line in _sentences(result):
        console.print(line)


def _table(contestants: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="One topic, one process each, one after the other")
    for column in ("contestant", "events", "seconds", "events/s", "CPU µs an event"):
        table.add_column(column, justify="left" if column == "contestant" else "right")
    for name, c in contestants.items():
        table.add_row(
            name,
            f"{c['events']:,}",
            f"{c['seconds']:.2f}",
            f"{c['events_s']:,.0f}",
            f"{c['cpu_us']:.1f}",
        )
    return table


def _guarantees(found: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="Delivery guarantees on Apache Kafka")
    columns = (
        "delivery",
        "events/s",
        "CPU µs an event",
        "alert p50 ms",
        "p90",
        "p99",
        "at events/s",
    )
    for column in columns:
        table.add_column(column, justify="left" if column == "delivery" else "right")
    for name, told in found.items():
        late = told["latency"]
        table.add_row(
            name.replace("_", " "),
            f"{told['events_s']:,.0f}",
            f"{told['cpu_us']:.1f}",
            *(f"{late[quantile]:.0f}" for quantile in ("p50_ms", "p90_ms", "p99_ms")),
            f"{late['rate']:,.0f}",
        )
    return table


def _sentences(result: dict[str, Any]) -> list[str]:
    lines = []
    if found := result.get("guarantees"):
        exactly, other = found["exactly_once"], found["effectively_once"]
        share, late = exactly["events_s"] / other["events_s"], exactly["latency"]["p99_ms"]
        lines.append(
            f"exactly once does {share:.0%} of effectively once's events/s "
            f"(aim {AIMS['exactly_once_share']:.0%})"
        )
        lines.append(
            f"exactly once takes {late:.0f} ms from event to alert at p99 "
            f"(aim {AIMS['exactly_once_p99_ms']:.0f})"
        )
        disk = exactly["latency"]["bytes_an_event"]
        lines.append(
            f"on disk, a copy: {sum(disk.values()):,.0f} bytes an event before compaction: "
            + ", ".join(f"{name} {held:,.0f}" for name, held in disk.items())
        )
    if speed := result["ratios"].get("speed_full_to_faust"):
        lines.append(
            f"full is {speed:.1f} × as fast as stock Faust (aim {AIMS['full_to_faust']:.0f})"
        )
    if full := result["contestants"].get("full"):
        lines.append(
            f"full takes {full['cpu_us']:.1f} CPU µs an event (aim {AIMS['full_cpu_us']:.0f})"
        )
    if found := result.get("promises"):
        bound, free = found["promised"]["events_s"], found["unpromised"]["events_s"]
        lines.append(
            f"under promises {bound:,.0f} events/s, without {free:,.0f}: {bound / free:.0%} "
            f"(aim {AIMS['promised_share']:.0%})"
        )
    if recovery := result.get("recovery"):
        lines.append(
            f"recovery: {recovery['records']:,.0f} records in {recovery['seconds']:.2f} s, "
            f"{recovery['records_s']:,.0f}/s (aim {AIMS['recovery_records_s']:,.0f})"
        )
    if memory := result.get("memory"):
        lines.append(
            f"memory: {memory['bytes_a_customer']:.0f} bytes an idle customer at "
            f"{memory['customers']:,} (aim {AIMS['idle_bytes']:.0f})"
        )
    if scraped := result.get("scrape"):
        lines += _scrape(scraped)
    if missed := result.get("deadlines"):
        lines += _deadlines(missed)
    if paged := result.get("pager"):
        lines.append(
            f"alert to Alertmanager: {paged['p50_ms']:.0f} ms at p50, {paged['p99_ms']:.0f} ms at "
            f"p99, {paged['max_ms']:.0f} ms at most (aim {AIMS['pager_p99_ms']:,.0f}), "
            f"{paged['alerts']:,} alerts, {paged['rate']:,.0f} a second"
        )
    return lines


def _deadlines(found: dict[str, Any]) -> Iterator[str]:
    late, tick = found["latency"], found["tick"]
    coming, recovered = found["coming_bytes"] / 1e6, found["recovered_bytes"] / 1e6
    yield (
        f"deadline to alert: {late['p50_ms']:.0f} ms at p50, {late['p99_ms']:.0f} ms at p99 "
        f"(aim {AIMS['deadline_p99_ms']:,.0f}), {late['alerts']:,} missed beside "
        f"{late['open']:,} open and {late['rate']:,.0f} events/s"
    )
    yield (
        f"a tick that finds nothing due of {found['open']:,} deadlines: {tick['p50_ms']:.3f} ms "
        f"at p50, {tick['p99_ms']:.3f} ms at p99 (aim {AIMS['tick_ms']:.0f})"
    )
    yield (
        f"memory of {found['open']:,} deadlines: {coming:.0f} MB as they come, {recovered:.0f} MB "
        f"after a recovery (aim {AIMS['deadlines_mb']:.0f})"
    )


def _scrape(found: dict[str, Any]) -> Iterator[str]:
    took = found["scrape"]
    yield (
        f"a scrape at {found['customers']:,.0f} customers and {found['rate']:,.0f} events/s: "
        f"{took['p50_ms']:.0f} ms at p50, {took['p99_ms']:.0f} ms at p99, {took['max_ms']:.0f} ms "
        f"at most (aim {AIMS['scrape_ms']:.0f}), {took['series']:,} series, "
        f"{took['bytes'] / 1e3:.0f} kB"
    )
    for state, words in (("loaded", "under load"), ("idle", "without events")):
        late = found[state]
        yield (
            f"{words} the event loop's longest delay in the time of a scrape is typically "
            f"{late['scraped_typical_ms']:.1f} ms, without one {late['alone_typical_ms']:.1f} ms "
            f"(aim: {AIMS['scrape_blocks_ms']:.0f} ms more at most); longest of all "
            f"{late['scraped_longest_ms']:.1f} and {late['alone_longest_ms']:.1f} ms"
        )


def write(result: dict[str, Any], file: Path) -> None:
    """Write the result as JSON, making its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(result, indent=2) + "\n")
