"""A worker process of the counting job: BROKER and PREFIX in the environment, nothing of CX."""

import logging
import os
import sys

from streams.engine.app import EngineApp, Slices
from streams.engine.run import run
from tests.unit.engine.counting import CountingJob


class Announcing:
    """Prints what happens, a line each, for the test to wait for."""

    def folded(self, records: int, seconds: float) -> None:
        pass

    def committed(self, records: int, seconds: float) -> None:
        print(f"committed {records}", flush=True)

    def recovered(self, records: int, states: int, seconds: float) -> None:
        print(f"recovered {records} {states}", flush=True)


def make() -> EngineApp:
    """The app, in replay time."""
    broker, prefix = os.environ["BROKER"], os.environ["PREFIX"]
    app = EngineApp(
        prefix + "counting",
        job=CountingJob(prefix + "said", prefix + "dead"),
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
