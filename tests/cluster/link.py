"""A worker's own wire to a cluster, that can be cut, refused, slowed, or answer for the broker."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress

from tests.cluster.exchange import Exchange, Sky, Weather
from tests.cluster.listeners import Listener
from tests.cluster.ports import free_ports
from tests.cluster.produce_fault import KAFKA_STORAGE_ERROR, ProduceFault

_ANSWER_S = 10.0


class Link:
    """A proxy in front of every node; clients that bootstrap here are told to stay here.

    It runs in a thread of its own, so a test may hold it while it waits for something else. What a
    method does is done when it returns. Each replaces what was before; `heal` ends all.
    """

    def __init__(self, number: int, nodes: int) -> None:
        self.number = number
        name = f"LINK{number}"
        self.listener = Listener(name, "PLAINTEXT", free_ports(nodes), free_ports(nodes))
        self._exchanges: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self._running: Future[asyncio.AbstractEventLoop] = Future()
        self._thread: threading.Thread | None = None

    @property
    def bootstrap(self) -> str:
        """Addresses for the Kafka client behind this link, `host:port,host:port`."""
        return self.listener.bootstrap

    @property
    def url(self) -> str:
        """The same for Faust and for `CX_BROKER`, `kafka://host:port,kafka://host:port`."""
        return ",".join(f"kafka://{address}" for address in self.bootstrap.split(","))

    @property
    def connections(self) -> int:
        """How many connections go through it."""
        return len(self._exchanges)

    def cut(self) -> None:
        """A black hole: connections fall silent, new ones are never answered; nobody is told.

        What was under way arrives after `heal`, late, as with a cable plugged in again.
        """
        self._change(Weather(silent=True))

    def refuse(self) -> None:
        """Reset every connection, and refuse new ones."""
        self._change(Weather(refused=True))

    def slow(self, *, latency_s: float = 0.0, bytes_per_s: float | None = None) -> None:
        """Deliver every message `latency_s` later, each way, and no faster than `bytes_per_s`."""
        self._change(Weather(latency_s=latency_s, bytes_per_s=bytes_per_s))

    def fail_produce(
        self, code: int = KAFKA_STORAGE_ERROR, *, times: int | None = None
    ) -> ProduceFault:
        """Answer the next Produce requests with an error; `times` of them, or until `heal`.

        The broker doesn't see them, so nothing of them is written: a full disk, by default. The
        fault returned counts what it `answered`.
        """
        fault = ProduceFault(code, times)
        self._change(Weather(fault=fault))
        return fault

    def heal(self) -> None:
        """All is well from now on.

        Raises `UnknownProduce` when a producer came that the link doesn't understand.
        """
        self._change(Weather())

    def start(self) -> None:
        """Begin to listen. Raises `OSError` when one of its ports has been taken."""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), daemon=True)
        self._thread.start()
        self._running.result(_ANSWER_S)

    def stop(self) -> None:
        """End; safe to call twice. Raises as `heal` does."""
        thread, self._thread = self._thread, None
        if thread is None or self._running.exception():
            return
        self._running.result().call_soon_threadsafe(self._stopped.set)
        thread.join(_ANSWER_S)
        self._complain()

    def _change(self, weather: Weather) -> None:
        turning = asyncio.run_coroutine_threadsafe(self._turn(weather), self._running.result())
        turning.result(_ANSWER_S)
        self._complain()

    def _complain(self) -> None:
        problem, self._sky.problem = self._sky.problem, None
        if problem is not None:
            raise problem

    async def _live(self) -> None:
        """The thread's life: listen, wait for the end, leave nothing open."""
        self._sky = Sky()
        self._stopped = asyncio.Event()
        try:
            await self._turn(Weather())
        except OSError as error:
            self._running.set_exception(error)
            return
        self._running.set_result(asyncio.get_running_loop())
        await self._stopped.wait()
        await self._turn(Weather(refused=True))

    async def _turn(self, weather: Weather) -> None:
        self._sky.turn(weather)
        if weather.refused:
            for server in self._servers:
                server.close()
            self._servers = []
            while self._exchanges:
                for exchange in self._exchanges:
                    exchange.cancel()
                await asyncio.wait(self._exchanges)
        elif not self._servers:
            places = zip(self.listener.advertised, self.listener.ports, strict=True)
            self._servers = [await self._listen(*place) for place in places]

    async def _listen(self, advertised: int, broker: int) -> asyncio.Server:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._exchanges.add(task)
            task.add_done_callback(self._exchanges.discard)
            with suppress(asyncio.CancelledError):  # `refuse` and `stop` end it so
                await Exchange(self._sky, reader, writer).run(broker)

        return await asyncio.start_server(serve, "127.0.0.1", advertised)
