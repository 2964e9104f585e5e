"""Workers at their places, and an orchestrator who sends another when one leaves."""

import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.faults.waiting import wait_until
from tests.integration.processes import Worker

KILLED = -int(signal.SIGKILL)
_RESTART_S = 1.0
_MOST_EXITS = 25
_PLANTED = ("-m", "tests.faults.planted_worker")


class Place:
    """One place for a worker. Who leaves it by itself is followed by another one, a second later.

    `exits` counts by exit code how workers left that nobody had killed, `last_words` has what the
    last one of each code printed in the end.
    """

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        self.name = name
        self.exits: Counter[int] = Counter()
        self.last_words: dict[int, str] = {}
        self._folder = folder
        self._settings = dict(settings)
        self._number = 0
        self._kept = False
        self._lock = threading.RLock()
        self._worker: Worker | None = None
        self._ended = threading.Event()

    # --- what an orchestrator does

    def start(self) -> None:
        """Send a worker; from now on the place is kept."""
        with self._lock:
            self._kept = True
            self._send()

    def stop(self, deadline_s: float = 40.0) -> int:
        """SIGTERM; nobody follows -> exit code."""
        worker = self._give_up()
        worker.process.send_signal(signal.SIGTERM)
        code = self._wait(worker, deadline_s)
        self._count(worker, code)
        return code

    def restart(self) -> int:
        """SIGTERM, and another one follows -> exit code."""
        code = self.stop()
        self.start()
        return code

    def kill(self, *, follow: bool = True) -> None:
        """`kill -9`; another one follows at once, or nobody."""
        worker = self._give_up()
        worker.kill()
        if follow:
            self.start()

    def clear(self) -> None:
        """End whoever is there, if anybody is, and keep the place no longer."""
        with self._lock:
            self._kept = False
            if self._worker is not None:
                self._worker.kill()

    # --- what is done to the worker

    def pause(self) -> None:
        """SIGSTOP."""
        self.worker.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self.worker.process.send_signal(signal.SIGCONT)

    # --- what can be seen

    @property
    def worker(self) -> Worker:
        """The one at work here."""
        assert self._worker is not None, f"nobody was ever sent to {self.name}"
        return self._worker

    @property
    def pid(self) -> int:
        """The process id of the one at work."""
        return self.worker.process.pid

    @property
    def kept(self) -> bool:
        """Whether somebody is, or is about to be, at work here."""
        return self._kept

    def owned(self) -> set[int]:
        """Partitions it says it runs; none while it isn't ready."""
        status, page = self.worker.get("/readyz")
        return set(json.loads(page).get("partitions", ())) if status == 200 else set()

    def left_with(self, before: Counter[int], deadline_s: float = 60.0) -> int:
        """Wait until somebody has left by itself since `exits` were so -> exit code."""
        wait_until(lambda: self.exits != before, f"a worker leaves {self.name}", deadline_s)
        return next(iter(self.exits - before))

    def printed(self) -> str:
        """The last words of the last worker here."""
        logs = sorted(self._folder.glob(f"{self.name}-*/worker.log"), key=os.path.getmtime)
        return "\n".join(
            f"--- {log.parent.name}\n{log.read_text(errors='replace')[-1000:]}" for log in logs[-1:]
        )

    def all_printed(self) -> str:
        """Everything printed here so far."""
        logs = sorted(self._folder.glob(f"{self.name}-*/worker.log"), key=os.path.getmtime)
        return "".join(log.read_text(errors="replace") for log in logs)

    # ---

    def _send(self) -> None:
        self._number += 1
        folder = self._folder / f"{self.name}-{self._number}"
        folder.mkdir(parents=True)
        command = _PLANTED if "FAULTS_PLANTS" in self._settings else ("-m", "streams", "worker")
        self._worker = Worker.start(self._settings, folder, command)
        threading.Thread(target=self._see_off, args=(self._worker,), daemon=True).start()

    def _see_off(self, worker: Worker) -> None:
        """Wait for its end; when it was its own doing, send the next."""
        code = worker.process.wait()
        with self._lock:
            if not self._kept or worker is not self._worker:
                return
            self._count(worker, code)
            if self.exits.total() > _MOST_EXITS:
                self._kept = False
                return
        self._ended.wait(_RESTART_S)
        with self._lock:
            if self._kept and worker is self._worker:
                self._send()

    def _count(self, worker: Worker, code: int) -> None:
        self.exits[code] += 1
        self.last_words[code] = worker.printed()

    def _give_up(self) -> Worker:
        with self._lock:
            self._kept = False
            return self.worker

    def _wait(self, worker: Worker, deadline_s: float) -> int:
        try:
            return worker.process.wait(deadline_s)
        except subprocess.TimeoutExpired:
            worker.kill()
            raise AssertionError(
                f"{self.name} did not stop within {deadline_s:g} s:\n{worker.printed()}"
            ) from None


class Crew:
    """All places of a deployment."""

    def __init__(self, folder: Path, settings: Mapping[str, str], partitions: int) -> None:
        self._folder, self._settings, self._partitions = folder, dict(settings), partitions
        self.places: list[Place] = []

    def hire(self, **settings: str) -> Place:
        """A place with settings of its own; nobody is there yet."""
        name = f"worker{len(self.places) + 1}"
        self.places.append(Place(name, self._folder, self._settings | settings))
        return self.places[-1]

    def vacant(self) -> Place:
        """A place nobody keeps, or a new one."""
        return next((place for place in self.places if not place.kept), None) or self.hire()

    def plant(self, plants: Mapping[str, str]) -> None:
        """Whoever is hired from now on has these planted, see `planted_worker`."""
        self._settings["FAULTS_PLANTS"] = json.dumps(dict(plants))

    @property
    def at_work(self) -> list[Place]:
        """The places kept."""
        return [place for place in self.places if place.kept]

    def place_of(self, pid: int) -> Place:
        """Where the worker with this process id is at work."""
        return next(place for place in self.places if place.pid == pid)

    def owner(self, partition: int) -> Place:
        """Who runs a partition; waits until somebody does."""
        found: list[Place] = []

        def known() -> bool:
            found[:] = [place for place in self.at_work if partition in place.owned()]
            return bool(found)

        wait_until(known, f"somebody runs partition {partition}")
        return found[0]

    def ready(self, deadline_s: float = 180.0) -> None:
        """Wait until everybody at work says it's ready and together they have all partitions."""
        deadline = time.monotonic() + deadline_s
        wanted = sorted(range(self._partitions))

        def all_ready() -> bool:
            pages = [place.worker.get("/readyz") for place in self.at_work]
            if any(status != 200 for status, _ in pages):
                return False
            return sorted(n for _, page in pages for n in json.loads(page)["partitions"]) == wanted

        wait_until(all_ready, "all workers are ready", deadline - time.monotonic())

    def stop(self) -> None:
        """SIGTERM to all, one after the other."""
        for place in self.at_work:
            place.stop()

    def clear(self) -> None:
        """End everybody, paused or not."""
        for place in self.places:
            place.clear()

    @property
    def exits(self) -> Counter[int]:
        """Exit codes of those who weren't killed."""
        return sum((place.exits for place in self.places), Counter[int]())

    def left_with(self, codes: Iterable[int]) -> str:
        """What those printed last who left with one of these exit codes."""
        return "\n".join(
            f"--- {place.name} left with {code}\n{place.last_words[code]}"
            for place in self.places
            for code in sorted(place.last_words.keys() & set(codes))
        )

    def printed(self) -> str:
        """Everybody's last words."""
        return "\n".join(place.printed() for place in self.places)
