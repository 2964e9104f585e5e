"""One connection through a link: requests one way, answers the other, frame by frame."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from tests.cluster.produce_fault import ProduceFault, wants_no_answer

_LENGTH = 4
_UNDER_WAY = 256  # frames a direction may hold; then whoever sends is held up


@dataclass(frozen=True)
class Weather:
    """What a link does to everything that passes."""

    silent: bool = False
    refused: bool = False
    latency_s: float = 0.0
    bytes_per_s: float | None = None
    fault: ProduceFault | None = None


class Sky:
    """The weather over all connections of a link, and what went wrong under it."""

    def __init__(self) -> None:
        self.weather = Weather()
        self.problem: Exception | None = None
        self._calm = asyncio.Event()
        self._calm.set()

    def turn(self, weather: Weather) -> None:
        """Change it; who waits for calm goes on, when it is."""
        self.weather = weather
        if weather.silent:
            self._calm.clear()
        else:
            self._calm.set()

    async def passed(self, size: int, sent_at: float) -> None:
        """Wait until `size` bytes that were sent at `sent_at` (the loop's clock) have arrived."""
        now = asyncio.get_running_loop().time()
        await asyncio.sleep(sent_at + self.weather.latency_s - now)
        if self.weather.bytes_per_s:
            await asyncio.sleep(size / self.weather.bytes_per_s)
        await self._calm.wait()


class Ended(Exception):
    """Whoever speaks on this lane has closed it, and all it said before has arrived."""


class Lane:
    """One direction: what is read comes out in order, when the weather lets it."""

    def __init__(
        self, sky: Sky, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._sky = sky
        self._reader = reader
        self._writer = writer
        self._frames: asyncio.Queue[tuple[float, bytes | None]] = asyncio.Queue(_UNDER_WAY)

    async def read(self) -> AsyncIterator[bytes]:
        """The frames that are said, until the end; each must be `put`."""
        # An end is a message like any other: what was said before is delivered first, however
        # late. So does the network with the last words of a worker that gave up and went.
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                length = int.from_bytes(await self._reader.readexactly(_LENGTH), "big")
                yield await self._reader.readexactly(length)
        await self.put(None)

    async def put(self, frame: bytes | None) -> None:
        """Send a frame, or the end, on its way."""
        await self._frames.put((asyncio.get_running_loop().time(), frame))

    async def arriving(self) -> AsyncIterator[bytes]:
        """The frames, each when it has arrived. Raises `Ended` after the last."""
        while True:
            sent_at, frame = await self._frames.get()
            await self._sky.passed(len(frame or b"") + _LENGTH, sent_at)
            if frame is None:
                raise Ended
            yield frame

    async def deliver(self, frame: bytes) -> None:
        """Hand a frame that arrived to whom it's for."""
        self._writer.write(len(frame).to_bytes(_LENGTH, "big") + frame)
        await self._writer.drain()


class Exchange:
    """A client, and the broker it thinks it talks to.

    Kafka answers the requests of a connection in their order; an answer of our own takes its turn.
    """

    def __init__(
        self, sky: Sky, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._sky = sky
        self._reader = reader
        self._writer = writer
        self._answers: deque[bytes | None] = deque()  # an entry a request; None: the broker's

    async def run(self, broker: int) -> None:
        """Carry frames between the client and the broker's port until either side ends."""
        writers = [self._writer]
        try:
            await self._sky.passed(0, 0.0)
            reader, writer = await asyncio.open_connection("127.0.0.1", broker)
            writers.append(writer)
            self._requests = Lane(self._sky, self._reader, writer)
            self._replies = Lane(self._sky, reader, self._writer)
            async with asyncio.TaskGroup() as both_ways:
                both_ways.create_task(self._read_requests())
                both_ways.create_task(self._pass_requests())
                both_ways.create_task(self._read_replies())
                both_ways.create_task(self._pass_replies())
        except* (OSError, Ended):
            for writer in writers:
                writer.close()  # either side went: so does the other
        except* Exception as wrong:  # noqa: BLE001 - told to whoever holds the link
            self._sky.problem = wrong.exceptions[0]
        finally:
            for writer in writers:
                if not writer.is_closing():
                    writer.transport.abort()

    async def _read_requests(self) -> None:
        async for frame in self._requests.read():
            await self._requests.put(frame)

    async def _pass_requests(self) -> None:
        async for frame in self._requests.arriving():
            fault = self._sky.weather.fault
            answer = fault.answer(frame) if fault else None
            if answer is not None:
                self._answers.append(answer)
                await self._own_answers()
                continue
            if not wants_no_answer(frame):
                self._answers.append(None)
            await self._requests.deliver(frame)

    async def _read_replies(self) -> None:
        async for frame in self._replies.read():
            assert self._answers.popleft() is None
            await self._replies.put(frame)
            await self._own_answers()

    async def _own_answers(self) -> None:
        """Send those whose turn it is."""
        while self._answers and self._answers[0] is not None:
            await self._replies.put(self._answers.popleft())

    async def _pass_replies(self) -> None:
        async for frame in self._replies.arriving():
            await self._replies.deliver(frame)
