"""Workers killed in a running replay change nothing in what it finds."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.cli.replay_arrival import Arrival
from streams.cli.replay_run import Outcome, Replay
from streams.cli.sinks import as_line
from streams.domain.touchpoints import Touchpoint
from streams.replay.event_log import read_log
from streams.replay.locate import Log
from streams.replay.mapping import load_mapping
from streams.settings import Settings
from streams.simulation.plan import Plan
from streams.simulation.shop import Shop
from tests.cluster.broker import Broker
from tests.integration.replay.commands import EXAMPLES

KILLS = 3
SLICE = 500


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated shop's touchpoints, some 40,000: surveys, cases, purchases, erasures."""
    path = tmp_path_factory.mktemp("shop") / "shop.jsonl"
    story = Shop(Plan(customers=500, days=60, seed=11, start_ms=1_700_000_000_000)).events()
    path.write_text("".join(as_line(touchpoint) + "\n" for touchpoint in story))
    return path


class KillingReplay(Replay):
    """Sends the log in parts; in the middle of each part but the last the worker is killed."""

    killed: tuple[int, ...] = ()

    async def _slices(self) -> AsyncIterator[list[Touchpoint]]:
        story = list(self._log.touchpoints())
        size = len(story) // (KILLS + 1) + 1
        for start in range(0, len(story), size):
            part = story[start : start + size]
            written = await self._written()
            for first in range(0, len(part), SLICE):
                yield part[first : first + SLICE]
            if len(self.killed) < KILLS:
                await self._kill_at_work(written)

    async def _kill_at_work(self, written: int) -> None:
        """Kill once state of this part is on the changelog and, most likely, not yet all of it."""
        while True:
            if await self._written() > written:
                break
            await asyncio.sleep(0.01)  # a broker doesn't tell by itself
        pid = self.workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        self.killed += (pid,)

    async def _written(self) -> int:
        """Sum of the changelog's ends."""
        consumer = AIOKafkaConsumer(**self._settings.aiokafka)
        await consumer.start()
        try:
            places = [TopicPartition(self._settings.changelog, n) for n in range(self._partitions)]
            return sum((await consumer.end_offsets(places)).values())
        finally:
            await consumer.stop()


class LateKillingReplay(Replay):
    """Kills the worker when all is processed, before it can be told to stop."""

    async def _play(self) -> None:
        await super()._play()
        pid = self.workers[0].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


AnyReplay = TypeVar("AnyReplay", bound=Replay)


def replay_of(shop: Path, broker: Broker, name: str, kind: type[AnyReplay]) -> AnyReplay:
    settings = Settings(broker=broker.url, prefix=f"{name}.", time="replay", http_port=0)
    events = read_log(Log(str(shop)), load_mapping(EXAMPLES / "touchpoints.toml"))
    return kind(settings, events, Arrival(), 1, 20.0, keep=False)


@pytest.fixture(scope="module")
def quiet(shop: Path, broker: Broker) -> Outcome:
    """What an undisturbed replay finds."""
    return replay_of(shop, broker, "undisturbed", Replay).run()


def timeless(outcome: Outcome) -> dict[str, Any]:
    """The report without how long it took."""
    return {
        name: value
        for name, value in outcome.report.items()
        if name not in {"seconds", "events_per_second"}
    }


def test_three_kills_change_neither_report_nor_alerts(
    shop: Path, broker: Broker, quiet: Outcome, prefix: str
) -> None:
    replay = replay_of(shop, broker, prefix + "killed", KillingReplay)

    disturbed = replay.run()

    assert len(set(replay.killed)) == KILLS
    assert timeless(disturbed) == timeless(quiet)
    assert disturbed.alerts == quiet.alerts
    assert quiet.report["events"]["dead_lettered"] == 0
    assert quiet.report["clocks"]["first_response"]["n"] > 100
    assert quiet.report["surveys"]["csat"]["n"] > 50
    assert sum(quiet.report["alerts"].values()) == len(quiet.alerts) > 10


def test_a_kill_after_the_last_event_leaves_no_deadline_behind(
    shop: Path, broker: Broker, quiet: Outcome, prefix: str
) -> None:
    disturbed = replay_of(shop, broker, prefix + "late", LateKillingReplay).run()

    assert timeless(disturbed) == timeless(quiet)
    assert disturbed.alerts == quiet.alerts
