"""`python -m bench.delays FILE`: a worker that watches how late its own event loop turns.

A task of it asks to be woken in a millisecond, again and again. When it stops, FILE holds a list
of (instant, delay), in seconds of the monotonic clock, which all processes of a machine share.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import NamedTuple

from streams import app as composition
from streams.adapters.instruments import Instruments
from streams.agents.customers import CustomerJob
from streams.cli.main import main as command
from streams.engine.app import EngineApp
from streams.settings import Settings

STEP_S = 0.001


class Turn(NamedTuple):
    """When the loop turned, and by how much that was late, seconds."""

    at: float
    delay: float


class Delays:
    """The turns of an event loop since `watch` began."""

    def __init__(self) -> None:
        self._turns: list[Turn] = []

    async def watch(self) -> None:
        """Look on until cancelled."""
        while True:
            due = time.monotonic() + STEP_S
            await asyncio.sleep(STEP_S)
            now = time.monotonic()
            self._turns.append(Turn(now, now - due))

    def write(self, file: Path) -> None:
        """Leave what was seen to whoever asks later."""
        file.write_text(json.dumps(self._turns))


def read(file: Path) -> list[Turn]:
    """What `write` has left."""
    return [Turn(*pair) for pair in json.loads(file.read_text())]


def main() -> None:
    """Run the worker of the environment, with a task more."""
    file, delays, engine_app = Path(sys.argv[1]), Delays(), composition.engine_app

    def watched(settings: Settings, job: CustomerJob, instruments: Instruments) -> EngineApp:
        app = engine_app(settings, job, instruments)
        app.task(delays.watch)
        return app

    composition.engine_app = watched
    sys.argv[1:] = ["worker"]
    try:
        command()
    finally:
        delays.write(file)


if __name__ == "__main__":
    main()
