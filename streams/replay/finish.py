"""Waits until the workers have processed everything that was sent."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.engine.broker_errors import readable
from streams.errors import BrokerUnreachable, StreamsError

POLL_S = 0.1
"""How often the group is asked how far it is; a broker doesn't tell by itself."""


class ReplayStalled(StreamsError):
    """The workers run, and yet nothing is processed any more."""

    exit_code = 70


class GroupPositions:
    """How far a consumer group has committed; asks without becoming a member.

    Use it as an asynchronous context manager. `connection` holds aiokafka's settings.
    """

    def __init__(
        self, connection: Mapping[str, Any], group: str, topic: str, partitions: int
    ) -> None:
        self._connection = dict(connection)
        self._group = group
        self._places = [TopicPartition(topic, number) for number in range(partitions)]

    async def __aenter__(self) -> Self:
        self._consumer = AIOKafkaConsumer(
            **self._connection, group_id=self._group, enable_auto_commit=False
        )
        try:
            await self._consumer.start()
        except KafkaError as error:
            await self._consumer.stop()
            raise readable(error) or BrokerUnreachable(
                f"the broker at {self._connection['bootstrap_servers']} no longer answers "
                f"({type(error).__name__}); see that it runs"
            ) from error
        self._consumer.assign(self._places)
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        await self._consumer.stop()

    async def __call__(self) -> dict[int, int]:
        """Committed position of each partition, 0 for none."""
        return {
            place.partition: await self._consumer.committed(place) or 0 for place in self._places
        }


async def processed(
    positions: Callable[[], Awaitable[dict[int, int]]],
    ends: Callable[[], Mapping[int, int] | None],
    seen: Callable[[int], None],
    stalled_s: float,
) -> None:
    """Wait until every partition is committed up to its end.

    `ends` answers None while sending goes on, then where each partition ends. `seen` is told how
    many events are done whenever that is more than before.

    Raises ReplayStalled when all is sent and nothing moves for `stalled_s` seconds.
    """
    loop = asyncio.get_running_loop()
    moved_at, done = loop.time(), 0
    while True:
        until, now_at = ends(), await positions()
        reached = sum(now_at.values())
        if reached > done or until is None:
            moved_at = loop.time()
        if reached > done:
            done = reached
            seen(done)
        if until is not None and all(now_at.get(at, 0) >= end for at, end in until.items()):
            return
        if loop.time() - moved_at > stalled_s:
            raise ReplayStalled(
                f"nothing was processed for {stalled_s:g} s, with {done:,} events done: "
                "see the workers' logs"
            )
        await asyncio.sleep(POLL_S)


async def together(*works: Coroutine[Any, Any, None]) -> None:
    """Run works side by side; when one fails, the others are ended and its error is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
