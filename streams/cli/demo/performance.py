"""The demo's course: the worker gets ready, the shop opens, snapshots are taken until the end."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from itertools import cycle
from typing import NamedTuple

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.producer import TouchpointProducer
from streams.cli.alert_view import Standing
from streams.cli.demo.child import WorkerChild
from streams.cli.demo.figures import read
from streams.cli.demo.snapshot import Figures, Snapshot
from streams.cli.demo.sources import alerts_heard, page, until_ready
from streams.cli.deployment import schema_ids
from streams.cli.pacing import time_lapsed
from streams.domain.touchpoints import Touchpoint
from streams.settings import Settings
from streams.simulation.shop import Shop

TICK_S = 0.25
SETTLE_S = 5.0
"""How long the end waits for the worker to read what is still under way."""
NONSENSE_EVERY_S = 1.0
PACE_TICKS = 96


class Terms(NamedTuple):
    """How long the demo lasts and how many seconds of the story pass in one of ours."""

    seconds: float
    speed: float


async def perform(
    settings: Settings,
    child: WorkerChild,
    shop: Shop,
    terms: Terms,
    show: Callable[[Snapshot], None],
) -> Snapshot:
    """Run the demo to its end and return the last snapshot.

    Raises `ChildDied` when the worker ends by itself, `BrokerRefused` when the broker does.
    """
    await until_ready(child)
    async with AsyncExitStack() as stack:
        standing = await stack.enter_async_context(alerts_heard(settings))
        topic = settings.topic("cx.touchpoints.v1")
        encoder = TouchpointEncoder(schema_ids(settings), topic)
        producer = TouchpointProducer(settings.aiokafka, topic, encoder)
        await stack.enter_async_context(producer)
        telling = asyncio.create_task(_tell(shop, terms.speed, producer, nonsense(encoder)))
        try:
            return await _watch(child, standing, terms, telling, show)
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)


async def _tell(
    shop: Shop, speed: float, producer: TouchpointProducer, bad: Iterator[tuple[bytes, bytes]]
) -> None:
    """The story in time-lapse, with a record nobody can read every second."""
    clock = asyncio.get_running_loop().time
    nonsense_at = clock()
    async for touchpoints in time_lapsed(shop.events(), shop.plan.start_ms, speed, clock):
        await producer.send(touchpoints)
        if clock() >= nonsense_at:
            nonsense_at += NONSENSE_EVERY_S
            await producer.send_raw(*next(bad))


def nonsense(encoder: TouchpointEncoder) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values that belong on the dead-letter topic, again and again."""
    sound = Touchpoint(0, "nonsense", "nobody", "message", "chat", "customer", 1_700_000_000_000)
    return cycle(
        (
            (b"nobody", b"not Avro at all"),
            (b"nobody", encoder.encode(sound)[:-3]),
            (b"somebody else", encoder.encode(sound)),
            (b"nobody", encoder.encode(sound._replace(amount_minor=-1))),
        )
    )


async def _watch(
    child: WorkerChild,
    standing: Standing,
    terms: Terms,
    telling: asyncio.Task[None],
    show: Callable[[Snapshot], None],
) -> Snapshot:
    """Take and show snapshots until the time is up and the worker has read everything."""
    clock = asyncio.get_running_loop().time
    began = clock()
    course = _Course(terms.seconds)
    while True:
        figures = await _scrape(child)
        elapsed = clock() - began
        now = course.snapshot(elapsed, figures, standing)
        show(now)
        if elapsed >= terms.seconds:
            telling.cancel()
            if figures.lag == 0 or elapsed >= terms.seconds + SETTLE_S:
                return now
        elif telling.done():
            await telling  # it should still be at it: raises what went wrong
        await asyncio.sleep(TICK_S)


async def _scrape(child: WorkerChild) -> Figures:
    text = await page(child, "/metrics")
    return read(text) if text is not None else Figures()


class _Course:
    """What a snapshot needs of those before it: the pace."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._pace: deque[float] = deque(maxlen=PACE_TICKS)
        self._last: tuple[float, int] | None = None

    def snapshot(self, elapsed_s: float, figures: Figures, standing: Standing) -> Snapshot:
        if self._last is not None:
            since, events = self._last
            self._pace.append(max(0.0, figures.events - events) / max(0.001, elapsed_s - since))
        self._last = (elapsed_s, figures.events)
        alerts = tuple(standing.open())
        return Snapshot(elapsed_s, self._seconds, tuple(self._pace), figures, alerts)
