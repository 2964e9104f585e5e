"""The demo's worker: a process like any other worker's, ended with the demo."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from streams.embedded import die_with
from streams.errors import ChildDied
from streams.settings import Settings

STOP_S = 10.0


class WorkerChild:
    """`cxstreams worker` on a free port, printing to `log`; a context manager.

    It leaves on SIGTERM when the block ends, and is killed if it hasn't after ten seconds.
    """

    def __init__(self, settings: Settings, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.log = log
        self._environment = settings.environment()
        self._command = [sys.executable, "-m", "streams", "worker", "--broker", settings.broker]
        self._command += ["--prefix", settings.prefix, "--app", settings.app]
        self._command += ["--time", settings.time, "--http-port", str(self.port)]

    def __enter__(self) -> Self:
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - this Python, this package
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with(os.getpid()),  # noqa: PLW1509 - one system call, see there
                start_new_session=True,  # Ctrl-C reaches the demo, which then ends its worker
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def check(self) -> None:
        """Raise `ChildDied`, with the worker's last words, if it has ended."""
        code = self._process.poll()
        if code is not None:
            words = self.log.read_text(errors="replace").strip().splitlines()[-3:]
            raise ChildDied(
                f"the worker ended with {code}; it printed to {self.log}: "
                f"{' | '.join(words) or '(nothing)'}"
            )

    def url(self, path: str) -> str:
        """Address of one of its pages."""
        return f"http://127.0.0.1:{self.port}{path}"
