"""The worker of a replay: a child process, started again when it dies, stopped at the end."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from streams.embedded import die_with
from streams.errors import StreamsError

BACK_OFF_S = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Waits before a new start; a worker that has died so often without getting on is given up."""

STOP_S = 60.0
_HOPELESS = frozenset({64, 65, 77, 78})
"""Exit codes that a new start won't mend: usage, data, permission, configuration."""


class WorkerGone(StreamsError):
    """The worker can't be kept running."""

    exit_code = 70


class SupervisedWorker:
    """Runs a command, such as `python -m streams worker`, and keeps it running.

    What it prints goes to the file `log`; `tell` gets a line for people at each start and death.
    `environment` is its whole environment, None for ours.
    """

    def __init__(
        self,
        command: Sequence[str],
        log: Path,
        tell: Callable[[str], None],
        number: int = 1,
        *,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._environment = environment
        self._command = command
        self._log = log
        self._tell = tell
        self._name = f"worker {number}"
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._deaths = 0

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return None if self._process is None else self._process.pid

    def got_on(self) -> None:
        """Something was processed: earlier deaths no longer count."""
        self._deaths = 0

    async def run(self) -> None:
        """Start it, and start it again whenever it dies, until `stop`.

        Raises WorkerGone when it dies again and again, or of something a start can't mend.
        """
        self._stopping, self._deaths = False, 0
        while not self._stopping:
            with self._log.open("ab") as output:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    env=self._environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    preexec_fn=die_with(os.getpid()),
                    start_new_session=True,  # Ctrl-C reaches us first; we stop it in order
                )
            self._tell(f"{self._name} runs as process {self._process.pid}")
            if self._stopping:  # told so while it was being started
                self._process.send_signal(signal.SIGTERM)
            code = await self._process.wait()
            self._process = None
            if not self._stopping:
                await self._died(code)

    async def stop(self) -> None:
        """Let it finish what it has begun, and wait for its end; one that hangs is killed."""
        self._stopping = True
        process = self._process
        if process is None:  # dead, or about to start: `run` sees to it
            return
        with suppress(ProcessLookupError):  # it died, and nobody has noticed yet
            process.send_signal(signal.SIGTERM)
        try:
            code = await asyncio.wait_for(process.wait(), STOP_S)
        except TimeoutError:
            process.kill()
            self._tell(f"{self._name} did not stop within {STOP_S:g} s and was killed")
        else:
            if code != 0:
                self._tell(f"{self._name} stopped with {_how(code)}; see {self._log}")

    def kill(self) -> None:
        """End it at once: for when the replay itself has failed."""
        self._stopping = True
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _died(self, code: int) -> None:
        how = _how(code)
        if code in _HOPELESS or self._deaths == len(BACK_OFF_S):
            raise WorkerGone(
                f"{self._name} ended with {how}"
                + ("" if code in _HOPELESS else f", {self._deaths + 1} times without getting on")
                + f": {self._last_words()}"
            )
        wait_s = BACK_OFF_S[self._deaths]
        self._deaths += 1
        self._tell(f"{self._name} ended with {how}; it starts again in {wait_s:g} s")
        await asyncio.sleep(wait_s)

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return f"{lines[-1] if lines else '(it printed nothing)'} (all of it in {self._log})"


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
