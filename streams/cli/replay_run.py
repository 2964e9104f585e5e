"""One replay from topics to report: sends, keeps workers running, waits, reads back."""

import asyncio
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any, NamedTuple

from streams.adapters.admin import admin
from streams.adapters.avro_decode import FUTURE_MS
from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.output_reading import OutputReader
from streams.adapters.policy_file.in_force import PolicyInForce
from streams.adapters.producer import TouchpointProducer
from streams.adapters.topics import create_missing, plans
from streams.adapters.touchpoint_checks import YEAR_2000_MS, Bounds
from streams.cli.console import err
from streams.cli.deployment import ALERT_TOPICS, schema_ids, subjects
from streams.cli.replay_arrival import Arrival
from streams.cli.replay_progress import ReplayProgress
from streams.domain.outputs import Alert
from streams.domain.touchpoints import Touchpoint
from streams.errors import StreamsError
from streams.replay.dead_letters import dead_letter
from streams.replay.event_log import EventLog
from streams.replay.finish import GroupPositions, processed, together
from streams.replay.log_end import LastInstant, end_of_log
from streams.replay.measurements import read_measurements
from streams.replay.open_promises import open_promises
from streams.replay.read_back import read_topic
from streams.replay.report import Promised, Sent, build_report, newest
from streams.replay.send import ends, send_all
from streams.replay.states import States, read_states
from streams.replay.worker import SupervisedWorker, WorkerGone
from streams.settings import Settings

STALLED_S = 120.0
"""A worker that commits nothing for so long, joins and recoveries included, won't any more."""
_SETTLE_S = (2.0, 5.0, 10.0, 20.0)
"""How long a worker gets to fire deadlines that one killed at the very end has left behind."""


def _bounds() -> Bounds:
    """Workers believe in no event that claims to lie outside."""
    return Bounds(YEAR_2000_MS, time.time_ns() // 1_000_000 + FUTURE_MS)


class Outcome(NamedTuple):
    """What a replay came to: the report, and the compacted view of all alerts by id."""

    report: dict[str, Any]
    alerts: list[Alert]


class Replay:
    """Replays an event log under the settings' prefix, its events arriving as `arrival` says.

    Raises ConfigurationError for a policy file that is wrong.

    `run` raises BrokerUnreachable and BrokerRefused, WorkerGone when workers can't be kept
    running, and ReplayStalled when they run and get nowhere.
    """

    def __init__(
        self,
        settings: Settings,
        log: EventLog,
        arrival: Arrival,
        workers: int,
        timeout_s: float,
        *,
        keep: bool,
    ) -> None:
        self._settings = settings
        self._log = log
        self._arrival = arrival
        self._policy = PolicyInForce(settings.policy, time.monotonic).policy
        self._lateness_ms = int(settings.lateness_s * 1000)
        self._timeout_s = timeout_s
        self._keep = keep
        self._partitions = max(settings.partitions, workers)
        self._folder = folder = Path(tempfile.mkdtemp(prefix="cx-replay-"))
        self.workers = [
            SupervisedWorker(
                self._command(),
                folder / f"worker-{number}.log",
                self._tell,
                number,
                environment=settings.environment(),
            )
            for number in range(1, workers + 1)
        ]

    def run(self) -> Outcome:
        """Do it all."""
        wanted = list(
            plans(self._settings.prefix, self._settings.changelog, self._settings.pager_changelog)
        )
        with admin(self._settings.kafka_python, self._timeout_s) as client:
            create_missing(
                client,
                wanted,
                self._partitions,
                self._settings.replication,
                self._settings.least_in_sync,
            )
        try:
            outcome = asyncio.run(self._replay())
            shutil.rmtree(self._folder)  # after a failure the workers' logs stay
            return outcome
        finally:
            if not self._keep:
                self._clear([plan.name for plan in wanted])

    def _clear(self, topics: list[str]) -> None:
        """Delete topics, group and subjects; what fails here must not hide what failed before."""
        try:
            with admin(self._settings.kafka_python, self._timeout_s) as client:
                client.delete_topics(topics)
                client.delete_groups([self._settings.group])
        except StreamsError as error:
            self._tell(f"topics under {self._settings.prefix} are left behind: {error}")
        if self._settings.schema_registry:
            try:
                subjects(self._settings).forget()
            except StreamsError as error:
                self._tell(f"subjects under {self._settings.prefix} are left behind: {error}")

    async def _replay(self) -> Outcome:
        began = time.monotonic()
        await self._attended(self._play())
        seconds = time.monotonic() - began
        states = await self._settled()
        return await self._outcome(states, seconds)

    async def _attended(self, work: Coroutine[Any, Any, None]) -> None:
        """Do some work while the workers run, then stop them; their failure ends the work."""
        guards = [asyncio.create_task(worker.run()) for worker in self.workers]
        task = asyncio.create_task(work)
        try:
            await asyncio.wait([task, *guards], return_when=asyncio.FIRST_COMPLETED)
            for guard in guards:
                if guard.done():
                    guard.result()
            await task
            await asyncio.gather(*(worker.stop() for worker in self.workers))
        finally:
            task.cancel()
            for worker in self.workers:
                worker.kill()
            await asyncio.gather(task, *guards, return_exceptions=True)

    async def _play(self) -> None:
        """Send everything, and wait until it is processed."""
        settings = self._settings
        topic = settings.topic("cx.touchpoints.v1")
        # In a thread: a registry may have to be waited for.
        encoder = await asyncio.to_thread(TouchpointEncoder, schema_ids(settings), topic)
        sent: Counter[str] | None = None

        async def send(producer: TouchpointProducer) -> None:
            nonlocal sent
            last = LastInstant(_bounds)
            counts = await send_all(last.of(self._slices()), producer, progress.sent)
            progress.all_sent(counts.total())
            sent = counts + await self._end(producer, last.at) if last.at else counts

        def seen(count: int) -> None:
            progress.processed(count)
            for worker in self.workers:
                worker.got_on()

        def until() -> dict[int, int] | None:
            return None if sent is None else ends(sent, self._partitions)

        with ReplayProgress(self._log.timed) as progress:
            async with (
                TouchpointProducer(settings.aiokafka, topic, encoder, self._timeout_s) as producer,
                GroupPositions(
                    settings.aiokafka, settings.group, topic, self._partitions
                ) as positions,
            ):
                await together(send(producer), processed(positions, until, seen, STALLED_S))

    async def _end(self, producer: TouchpointProducer, last_at: int) -> Counter[str]:
        """Let every partition's clock pass the log's last instant, and what is held with it."""
        at = min(last_at + self._lateness_ms + 1, _bounds().latest)
        words = end_of_log(at, self._partitions)
        await producer.send(words)
        await producer.flush()
        return Counter(word.customer_id for word in words)

    def _slices(self) -> AsyncIterator[list[Touchpoint]]:
        return self._arrival.slices(self._log)

    async def _settled(self) -> States:
        """The states once every deadline that the log's end has passed has fired."""
        states = await self._states()
        for wait_s in _SETTLE_S:
            if not states.overdue:
                break
            self._tell(f"{states.overdue} deadlines are due yet: running workers once more")
            await self._attended(asyncio.sleep(wait_s))
            states = await self._states()
        if states.overdue:
            raise WorkerGone(f"{states.overdue} deadlines that are due did not fire")
        return states

    async def _states(self) -> States:
        settings = self._settings
        changelog = read_topic(settings.aiokafka, settings.changelog, self._partitions)
        return await read_states(changelog, self._lateness_ms)

    async def _outcome(self, states: States, seconds: float) -> Outcome:
        ids = schema_ids(self._settings)
        reader = OutputReader(ids)
        log = self._log
        alerts = newest(
            [reader.alert(value) for name in ALERT_TOPICS for value in await self._values(name)]
        )
        metrics = await self._values("cx.metrics.v1")
        dead_topic = self._settings.topic("cx.deadletter.v1")
        letters = read_topic(self._settings.aiokafka, dead_topic, self._partitions)
        report = build_report(
            Sent(log.rows, log.skipped, log.unmapped, seconds),
            states.customers,
            read_measurements(metrics, ids),
            alerts,
            [dead_letter(record) async for record in letters],
            Promised(self._policy.promises.version, open_promises(states.customers, self._policy)),
        )
        return Outcome(report, alerts)

    async def _values(self, topic: str) -> list[bytes]:
        name = self._settings.topic(topic)
        records = read_topic(self._settings.aiokafka, name, self._partitions)
        return [record.value async for record in records if record.value is not None]

    def _command(self) -> list[str]:
        settings = self._settings
        return [
            *(sys.executable, "-m", "streams", "worker", "--time", "replay", "--http-port", "0"),
            *("--broker", settings.broker, "--prefix", settings.prefix, "--app", settings.app),
        ]

    def _tell(self, line: str) -> None:
        err().print(f"[dim]{line}[/]")
