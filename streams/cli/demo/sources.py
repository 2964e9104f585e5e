"""Where the demo's snapshots come from: the worker's pages and the alert topics."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.adapters.output_reading import OutputReader
from streams.cli.alert_view import Standing
from streams.cli.demo.child import WorkerChild
from streams.cli.deployment import ALERT_TOPICS, schema_ids
from streams.errors import ChildDied, SchemaError
from streams.settings import Settings

READY_S = 60.0
TRY_AGAIN_S = 0.1


async def page(child: WorkerChild, path: str) -> str | None:
    """A page of the worker; None while it doesn't answer with 200. Raises `ChildDied`."""
    child.check()
    return await asyncio.to_thread(_fetch, child.url(path))


def _fetch(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own child
            return str(answer.read().decode())
    except (urllib.error.URLError, OSError):
        return None


async def until_ready(child: WorkerChild) -> None:
    """Wait for the worker's `/readyz`; a page has no event to await, so it is asked again."""
    deadline = asyncio.get_running_loop().time() + READY_S
    while await page(child, "/readyz") is None:
        if asyncio.get_running_loop().time() > deadline:
            raise ChildDied(f"the worker isn't ready after {READY_S:g} s; see {child.log}")
        await asyncio.sleep(TRY_AGAIN_S)


@asynccontextmanager
async def alerts_heard(settings: Settings) -> AsyncIterator[Standing]:
    """The alerts as they stand, kept up to date in the background while the block lasts."""
    consumer = AIOKafkaConsumer(
        **settings.aiokafka, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    standing = Standing()
    await consumer.start()
    try:
        topics = [settings.topic(name) for name in ALERT_TOPICS]
        places = []
        for topic in topics:
            numbers = range(settings.partitions)
            places += [TopicPartition(topic, number) for number in numbers]
        consumer.assign(places)
        listening = asyncio.create_task(
            _listen(consumer, OutputReader(schema_ids(settings)), standing)
        )
        try:
            yield standing
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
    finally:
        await consumer.stop()


async def _listen(consumer: AIOKafkaConsumer, reader: OutputReader, standing: Standing) -> None:
    async for record in consumer:
        if record.value is not None:
            with suppress(SchemaError):  # whatever else may lie there
                standing.hear(reader.alert(record.value))
