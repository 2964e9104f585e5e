"""What `/livez` and `/readyz` answer, read from another thread: plain attributes only."""

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from streams.engine.app import EngineApp

STUCK_S = 10.0
"""An event loop silent for so long is stuck: slices keep it below 0.1 s."""


UNHEARD_S = 20.0
"""An idle worker commits every 5 s: four missed, and the broker doesn't hear us."""


class Probes:
    """Answers about one app; each is (fine or not, what is known)."""

    def __init__(self, app: "EngineApp") -> None:
        self._app = app

    def alive(self) -> tuple[bool, dict[str, Any]]:
        """The event loop turns."""
        silent = time.monotonic() - self._app.beat
        return silent < STUCK_S, {"loop_silent_s": round(silent, 3)}

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """Partitions are assigned, their state is read back, and commits get through."""
        alive, known = self.alive()
        assignment = self._app.assignment
        running = sorted(assignment.partitions) if assignment.recovered else []
        known |= {"recovered": assignment.recovered, "partitions": running}
        if not (alive and assignment.recovered):
            return False, known
        silent = time.monotonic() - self._app.chunk_consumer.committed_at if running else 0.0
        known["commit_silent_s"] = round(silent, 3)
        return silent < UNHEARD_S, known
