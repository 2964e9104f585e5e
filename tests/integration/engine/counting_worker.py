"""A worker process of the counting job: BROKER and PREFIX in the environment, nothing of CX.

With TARIFF it counts under that tariff, and with DIE_AT is gone at that state of a review.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable

from typing_extensions import override

from streams.engine.app import EngineApp, Slices
from streams.engine.run import run
from tests.unit.engine.counting import Count, CountingJob, Said
from tests.unit.engine.tariffs import TariffJob


class Announcing:
    """Prints what happens, a line each, for the test to wait for."""

    def folded(self, records: int, seconds: float) -> None:
        pass

    def committed(self, records: int, seconds: float) -> None:
        print(f"committed {records}", flush=True)

    def recovered(self, records: int, states: int, seconds: float) -> None:
        print(f"recovered {records} {states}", flush=True)


class Mortal(TariffJob):
    """Dies in the middle of a review."""

    die_at = int(os.environ.get("DIE_AT", "-1"))

    @override
    def review(self, key: str, state: Count, now_ms: int, emit: Callable[[Said], None]) -> Count:
        if self.reviewed == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().review(key, state, now_ms, emit)


def job(outputs: str, dead: str) -> CountingJob:
    """The one the environment asks for."""
    if tariff := os.environ.get("TARIFF"):
        return Mortal(int(tariff), outputs, dead)
    return CountingJob(outputs, dead)


def make() -> EngineApp:
    """The app, in replay time."""
    broker, prefix = os.environ["BROKER"], os.environ["PREFIX"]
    app = EngineApp(
        prefix + "counting",
        job=job(prefix + "said", prefix + "dead"),
        sources=[prefix + "words"],
        changelog=prefix + "changelog",
        connection={"bootstrap_servers": [broker]},
        observer=Announcing(),
        datadir=os.environ["FOLDER"],
        broker_session_timeout=6.0,
        broker_heartbeat_interval=0.5,
        broker_rebalance_timeout=2.0,
        broker_commit_interval=0.2,
    )

    @app.follow(prefix + "words")
    async def words(slices: Slices) -> None:
        async for part, partition in slices:
            decoded = await partition.decode(part)
            partition.publish(part, decoded, partition.advance(part.topic, decoded))

    return app


if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr)
    sys.exit(run(make))
