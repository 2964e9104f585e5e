"""A worker as its users run it: a process with settings in its environment and ports of its own."""

import http.client
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.cluster.ports import free_ports


@dataclass
class Worker:
    """`python -m streams worker` in a folder of its own, with its output in `log`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @classmethod
    def start(
        cls,
        settings: dict[str, str],
        folder: Path,
        command: Sequence[str] = ("-m", "streams", "worker"),
    ) -> Self:
        """Start a worker; nothing of the tester's own CX_ environment reaches it."""
        (port,) = free_ports(1)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
        environment |= {"CX_HTTP_PORT": str(port), "CX_DATA_DIR": str(folder)}
        environment |= {"CX_REBALANCE_TIMEOUT_S": "4", **settings}  # the embedded broker waits half
        log = folder / "worker.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *command],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).parents[2],
            )
        return cls(process, port, log)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of a page, (0, reason) when nobody listens, or leaves meanwhile."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)

    def ready(self, deadline_s: float = 30.0) -> Self:
        """Wait until `/readyz` says 200; fail with the worker's own words."""
        deadline = time.monotonic() + deadline_s
        answer = (0, "never asked")
        while time.monotonic() < deadline and self.process.poll() is None:
            answer = self.get("/readyz")
            if answer[0] == 200:
                return self
            try:  # a page has no event to await; the end of the process has one
                self.process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
        raise AssertionError(
            f"worker not ready ({answer}, exit {self.process.poll()}):\n{self.printed()}"
        )

    def metric(self, name: str) -> float:
        """Sum of the metric's samples in `/metrics`, over all its labels."""
        status, text = self.get("/metrics")
        assert status == 200, text
        lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
        return sum(float(value) for series, _, value in lines if series.split("{")[0] == name)

    def printed(self) -> str:
        """The last 4,000 characters of the worker's output."""
        return self.log.read_text(errors="replace")[-4000:]

    def kill(self) -> None:
        """`kill -9`: no farewell."""
        self.process.kill()
        self.process.wait()

    def stop(self, deadline_s: float = 20.0) -> int:
        """SIGTERM, as an orchestrator does; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=deadline_s)
