"""`cxstreams simulate`: an invented shop's touchpoints, to a broker or a file, and the truth."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from streams.cli.console import err
from streams.cli.options import (
    DEFAULT_TIMEOUT_S,
    BrokerOption,
    PrefixOption,
    TimeoutOption,
    settings_with,
)
from streams.cli.pacing import at_full_speed, time_lapsed
from streams.cli.sinks import JsonLines, Sink, opened, write_truth
from streams.errors import ConfigurationError
from streams.simulation.plan import DAY, Plan
from streams.simulation.shop import Shop

if TYPE_CHECKING:
    from streams.adapters.producer import TouchpointProducer

EXAMPLES = """[dim]cxstreams simulate --days 90 --out shop.jsonl --truth truth.jsonl


cxstreams simulate --speed 86400 --broker localhost:9092[/]"""


def simulate(  # noqa: PLR0913 - a command's options are its arguments
    *,
    customers: Annotated[int, typer.Option(min=1, help="How many customers the shop has.")] = 1_000,
    days: Annotated[float, typer.Option(min=0.01, help="How long the story lasts.")] = 30.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed tells the same story.")] = 1,
    start: Annotated[
        str | None,
        typer.Option(
            metavar="ISO",
            help="When it begins, UTC; else so that it ends today.",
            show_default=False,
        ),
    ] = None,
    speed: Annotated[
        str, typer.Option(metavar="X|max", help="Seconds of the story in one of ours, or max.")
    ] = "max",
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="JSON lines instead of a broker; - for standard output."),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was behind: satisfaction, who left, when and why."),
    ] = None,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
) -> None:
    """Simulate a shop with a support desk, and write its touchpoints.

    Customers have rhythms, wait, get transferred, answer surveys, and leave when their hidden
    satisfaction falls; the truth file says who, when and why.
    """
    if out is not None and broker is not None:
        raise ConfigurationError("--out and --broker exclude each other; leave one away")
    shop = Shop(Plan(customers, days, seed, start_ms(start, days)))
    try:
        asyncio.run(_tell(shop, speed_of(speed), _sink(out, broker, prefix, timeout)))
    finally:  # Ctrl-C too: the truth about what was told so far
        if truth is not None:
            write_truth(truth, shop.truth())


def speed_of(text: str) -> float | None:
    """Seconds of the story a second; None for as fast as it goes.

    >>> speed_of("3600"), speed_of("max")
    (3600.0, None)
    """
    if text == "max":
        return None
    with suppress(ValueError):
        if (speed := float(text)) > 0:
            return speed
    raise ConfigurationError(f"--speed {text} is neither a number above 0 nor max")


def start_ms(text: str | None, days: float) -> int:
    """The start as epoch ms; without one the story ends with the last full day.

    >>> start_ms("2025-01-01", 30)
    1735689600000
    """
    if text is None:
        return int(time.time() * 1000) // DAY * DAY - round(days * DAY)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            f"--start {text} is not an instant; write it like 2025-01-31 or 2025-01-31T08:00"
        ) from error
    return round(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000)


@asynccontextmanager
async def _sink(
    out: Path | None, broker: str | None, prefix: str | None, timeout_s: float
) -> AsyncIterator[Sink]:
    async with AsyncExitStack() as stack:
        if out is None:
            yield await stack.enter_async_context(_producer(broker, prefix, timeout_s))
        elif str(out) == "-":
            yield JsonLines(sys.stdout)
        else:
            yield JsonLines(stack.enter_context(opened(out, "--out")))


def _producer(broker: str | None, prefix: str | None, timeout_s: float) -> "TouchpointProducer":
    from streams.adapters.admin import admin
    from streams.adapters.avro_encode import TouchpointEncoder
    from streams.adapters.producer import TouchpointProducer
    from streams.adapters.topics import create_missing, plans
    from streams.cli.deployment import schema_ids
    from streams.cli.places import places

    settings = settings_with(broker=broker, prefix=prefix)
    wanted = list(plans(settings.prefix, settings.changelog, settings.pager_changelog))
    topic = settings.topic("cx.touchpoints.v1")
    with admin(settings.kafka_python, timeout_s) as client:
        if settings.create_topics:  # before a broker makes one of its own kind
            create_missing(
                client,
                wanted,
                settings.partitions,
                settings.replication,
                settings.least_in_sync,
            )
        places(client, [topic])
    encoder = TouchpointEncoder(schema_ids(settings), topic)
    return TouchpointProducer(settings.aiokafka, topic, encoder, timeout_s)


async def _tell(shop: Shop, speed: float | None, sink: AbstractAsyncContextManager[Sink]) -> None:
    """Tell the whole story, with a progress bar over its days."""
    plan, story = shop.plan, shop.events()
    columns = (
        TextColumn("day {task.completed:.1f} of {task.total:g}"),
        BarColumn(),
        TextColumn("{task.fields[events]:,} events, {task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err()) as progress:
        bar = progress.add_task("", total=plan.days, events=0, rate=0.0)
        began, events = time.monotonic(), 0
        async with sink as target:
            slices = at_full_speed(story)
            if speed is not None:
                slices = time_lapsed(story, plan.start_ms, speed)
            async for touchpoints in slices:
                await target.send(touchpoints)
                events += len(touchpoints)
                told = (touchpoints[-1].occurred_at - plan.start_ms) / DAY
                rate = events / max(0.001, time.monotonic() - began)
                progress.update(bar, completed=told, events=events, rate=rate)
        progress.update(bar, completed=plan.days)
