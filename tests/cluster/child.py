"""A child process with a log, that can be stopped in every way and started again."""

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from streams.embedded import die_with
from tests.cluster.errors import PartFailed
from tests.cluster.readiness import wait_until

# The kernel ends a child with the *thread* that started it. A thread that lives as long as this
# process starts them all, so that a test may restart one from a thread that ends.
_NURSERY = ThreadPoolExecutor(1, thread_name_prefix="nursery")


class Child:
    """`command`, its output appended to `log`; on Linux the kernel ends it with this process.

    Started again it's a new process with the same command.
    """

    def __init__(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.log = log
        self._command = list(command)
        self._environment = dict(environment or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether its process is there, be it paused."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Its process id; None before it was started and after it was waited for."""
        return self._process.pid if self._process and self.running else None

    @property
    def exit_code(self) -> int | None:
        """How it ended, negative for a signal; None while it runs or before it was started."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start its process; nothing when it runs already."""
        if not self.running:
            self._process = _NURSERY.submit(self._spawn).result()

    def until_ready(self, name: str, is_ready: Callable[[], bool], deadline_s: float) -> None:
        """Start it, or start it again, and wait until it is ready; it is ended where it isn't.

        Raises `PartFailed` with what it printed last; `name` is what it is to people.
        """
        self.start()
        if not wait_until(is_ready, deadline_s, lambda: self.running):
            code = self.exit_code
            self.kill()
            raise PartFailed(
                f"{name} was not ready within {deadline_s:g} s (exit code {code}); "
                f"it printed to {self.log}: {self.tail()}"
            )

    def kill(self) -> None:
        """`kill -9`, and wait until it's gone; also when it is paused."""
        self._signal(signal.SIGKILL)
        self.wait()

    def terminate(self) -> None:
        """SIGTERM; it ends in its own time, see `wait`."""
        self._signal(signal.SIGTERM)

    def pause(self) -> None:
        """SIGSTOP: it keeps its connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def wait(self, deadline_s: float = 60.0) -> int | None:
        """Wait for its end -> exit code, None when it was never started.

        Raises `subprocess.TimeoutExpired` when it still runs after `deadline_s` seconds.
        """
        return self._process.wait(deadline_s) if self._process else None

    def tail(self, lines: int = 8) -> str:
        """The last lines it printed, in one; without the frames of Java's traces."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        said = [line for line in text.splitlines() if line and not line.startswith("\tat ")]
        return " | ".join(said[-lines:]) or "(nothing)"

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)  # does nothing when it has ended

    def _spawn(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                self._command,
                env=os.environ | self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # Between fork and exec only a system call loaded before is made.
                preexec_fn=die_with(os.getpid()),  # noqa: PLW1509
                start_new_session=True,  # Ctrl-C in the terminal ends the tests first
            )
