"""`cxstreams demo`: two minutes to see it all, with nothing to install or to start."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.console import err, out
from streams.cli.options import settings_for_own_broker
from streams.errors import StreamsError
from streams.simulation.plan import DAY, Plan
from streams.simulation.shop import Shop

if TYPE_CHECKING:
    from streams.cli.demo.performance import Terms
    from streams.cli.demo.snapshot import Snapshot

EXAMPLES = """[dim]cxstreams demo --seconds 30

cxstreams demo --customers 20000 --rate 10000 --seed 7[/]"""
EVENTS_A_CUSTOMER_DAY = 1.45
"""As the shop tells them; with the rate it gives how fast its days have to pass."""
LINE_EVERY_S = 5.0
REFRESH_HZ = 8


def demo(
    *,
    seconds: Annotated[
        float, typer.Option(min=1, help="How long, from the moment the worker is ready.")
    ] = 60.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed tells the same story.")] = 1,
    customers: Annotated[
        int, typer.Option(min=10, help="How many customers the shop has.")
    ] = 2_000,
    rate: Annotated[
        float, typer.Option(min=1, help="Touchpoints a second; 3,000 make a day a second.")
    ] = 3_000.0,
    as_json: Annotated[
        bool, typer.Option("--json", help="The last numbers as JSON on standard output.")
    ] = False,
) -> None:
    """Show a simulated shop live: broker, worker and customers, all started and stopped here.

    The shop's clock runs in time-lapse. Everything shown is read from the worker's /metrics and
    the alert topics, as in production. One record a second is nonsense on purpose.
    """
    from streams.cli.demo.performance import Terms

    days_a_second = rate / (customers * EVENTS_A_CUSTOMER_DAY)
    days = (seconds + 1) * days_a_second
    start_ms = int((time.time() * 1000 - days * DAY) // DAY * DAY)
    shop = Shop(Plan(customers, days, seed, start_ms))
    with _scratch() as folder:
        last = _run(shop, Terms(seconds, days_a_second * DAY / 1000), folder)
    if as_json:
        typer.echo(dumps(last.as_json(), ensure_ascii=False))
    else:
        from streams.cli.demo.screen import summary

        out().print(summary(last))


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for the logs of broker and worker; it stays after an error, to tell why."""
    folder = Path(tempfile.mkdtemp(prefix="cx-demo-"))
    keep = False
    try:
        yield folder
    except StreamsError:
        keep = True
        raise
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _run(shop: Shop, terms: "Terms", folder: Path) -> "Snapshot":
    from streams.adapters.admin import admin
    from streams.adapters.topics import create_missing, plans
    from streams.cli.demo.child import WorkerChild
    from streams.cli.demo.performance import perform
    from streams.embedded import EmbeddedBroker

    err().print(f"[dim]starting broker and worker; they print to {folder}[/]")
    with EmbeddedBroker(log=folder / "broker.log") as broker:
        settings = settings_for_own_broker(
            broker=broker.url, prefix="", app="cx-demo", time="replay"
        )
        with admin(settings.kafka_python, 20.0) as client:
            wanted = list(plans(settings.prefix, settings.changelog, settings.pager_changelog))
            create_missing(client, wanted, settings.partitions, 1)
        with WorkerChild(settings, folder / "worker.log") as child, _shown() as show:
            return asyncio.run(perform(settings, child, shop, terms, show))


@contextmanager
def _shown() -> Iterator[Callable[["Snapshot"], None]]:
    """How snapshots are shown: a live screen in a terminal, else a line every few seconds."""
    from streams.cli.demo.plain import line
    from streams.cli.demo.screen import screen

    console = err()
    if not console.is_terminal:
        shown_at = -LINE_EVERY_S

        def print_line(now: "Snapshot") -> None:
            nonlocal shown_at
            if now.elapsed_s - shown_at >= LINE_EVERY_S:
                shown_at = now.elapsed_s
                console.print(line(now), soft_wrap=True)

        yield print_line
        return
    from rich.live import Live

    with Live(console=console, refresh_per_second=REFRESH_HZ, screen=True) as live:
        yield lambda now: live.update(screen(now, console.height))
