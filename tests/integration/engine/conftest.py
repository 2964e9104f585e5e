"""Counting workers as processes, and the topics they live on."""

import asyncio
import os
import queue
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.engine.fence import Fence
from streams.engine.log_ends import log_limits
from streams.engine.state import FENCE_KEY
from streams.engine.table import StateTable
from tests.cluster.broker import Broker
from tests.unit.engine.counting import Count, CountingJob

PARTITIONS = 4
PATIENCE_S = 60


class CountingWorker:
    """One process; its lines can be waited for."""

    def __init__(self, broker: Broker, prefix: str, log: Path, **extra: str) -> None:
        self.lines: queue.Queue[str] = queue.Queue()
        self.log = log
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.engine.counting_worker"],
                env=os.environ
                | {"BROKER": broker.bootstrap, "PREFIX": prefix, "FOLDER": str(log.parent)}
                | extra,
                cwd=Path(__file__).parents[3],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self.lines.put(line.strip())
        self.lines.put("ended")

    def wait_for(self, word: str, times: int = 1, timeout_s: float = 40.0) -> "CountingWorker":
        """Wait until it has printed `times` lines that begin with the word."""
        while times:
            line = self.lines.get(timeout=timeout_s)
            if line == "ended" and word != "ended":
                raise AssertionError(f"ended before {word!r}:\n{self.log.read_text()[-3000:]}")
            times -= line.startswith(word)
        return self

    def end(self, number: int = signal.SIGKILL) -> int:
        """Send a signal, wait -> exit code."""
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.reader.join()
        return code


class Counting:
    """The topics of one test: words in; sayings, dead letters and state out."""

    def __init__(self, broker: Broker, prefix: str) -> None:
        self.broker, self.prefix = broker, prefix
        self.sent: list[list[tuple[str, str]]] = [[] for _ in range(PARTITIONS)]

    async def send(self, count: int, seed: int, extra: list[tuple[str, str]] | None = None) -> None:
        """Write `count` random words, a fiftieth of them bad, and remember them."""
        rng = random.Random(seed)
        async with (
            asyncio.timeout(PATIENCE_S),
            AIOKafkaProducer(bootstrap_servers=self.broker.bootstrap) as producer,
        ):
            pending = []
            for i in range(count + len(extra or [])):
                number = rng.randrange(PARTITIONS)
                key = f"{number}-{rng.randrange(200)}"
                at = sum(map(len, self.sent)) * 40 + rng.randrange(30_000)
                word = "forget" if rng.random() < 0.01 else "x"
                value = "bad" if rng.random() < 0.02 else f"{at} {word}"
                if i >= count and extra:
                    key, value = extra[i - count]
                self.sent[number].append((key, value))
                pending.append(
                    await producer.send(
                        self.prefix + "words", value.encode(), key.encode(), partition=number
                    )
                )
            for acknowledged in pending:
                await acknowledged

    async def read(self, topic: str) -> list[tuple[int, bytes, bytes]]:
        """(partition, key, value) of everything on a topic."""
        tps = [TopicPartition(self.prefix + topic, n) for n in range(PARTITIONS)]
        async with (
            asyncio.timeout(PATIENCE_S),
            AIOKafkaConsumer(bootstrap_servers=self.broker.bootstrap) as consumer,
        ):
            ends = {tp: limits.end for tp, limits in (await log_limits(consumer, tps)).items()}
            if not any(ends.values()):  # stopped right after an assignment, aiokafka hangs
                return []
            consumer.assign(tps)
            for tp in tps:
                consumer.seek(tp, 0)
            found = []
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                for tp, records in (await consumer.getmany(timeout_ms=500)).items():
                    found += [(tp.partition, r.key, r.value) for r in records]
        return found

    async def caught_up(self) -> None:
        """Wait until the fences on the changelog say that every word sent is durable."""
        tps = [TopicPartition(self.prefix + "changelog", n) for n in range(PARTITIONS)]
        fence = Fence()
        async with (
            asyncio.timeout(PATIENCE_S),
            AIOKafkaConsumer(
                bootstrap_servers=self.broker.bootstrap, auto_offset_reset="earliest"
            ) as consumer,
        ):
            consumer.assign(tps)
            await consumer.seek_to_beginning()
            wanted = {str(n): len(records) for n, records in enumerate(self.sent) if records}
            while fence.positions != wanted:
                record = await consumer.getone()
                if record.key == FENCE_KEY:
                    position = Fence.read(record.value).positions[self.prefix + "words"]
                    fence.advance(Fence({str(record.partition): position}))

    async def under(self, terms: str) -> int:
        """How many partitions have all their states under these terms, by their fences."""
        fences: dict[int, Fence] = {}
        for number, key, value in await self.read("changelog"):
            if key == FENCE_KEY:
                fences.setdefault(number, Fence()).advance(Fence.read(value))
        return sum(fence.terms == terms for fence in fences.values())

    async def states(self) -> dict[str, Count]:
        """The states as a successor would read them back."""
        found: dict[str, Count] = {}
        tables = [StateTable(CountingJob(), 1) for _ in range(PARTITIONS)]
        for number, key, value in await self.read("changelog"):
            tables[number].restore([key], [value])
        for table in tables:
            for name in dict(table.items()):
                state = table.open(name)[0]
                if state is not None:
                    found[name] = state
        return found


@pytest.fixture
def counting(broker: Broker, prefix: str, topics: Callable[..., str]) -> Counting:
    for name in ("words", "said", "dead", "changelog"):
        topics(name, partitions=PARTITIONS)
    return Counting(broker, prefix)


@pytest.fixture
def start(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[Callable[..., CountingWorker]]:
    workers: list[CountingWorker] = []

    def begin(**environment: str) -> CountingWorker:
        log = tmp_path / f"{len(workers)}.log"
        workers.append(CountingWorker(broker, prefix, log, **environment))
        return workers[-1]

    yield begin
    for worker in workers:
        if worker.process.poll() is None:
            worker.end()
