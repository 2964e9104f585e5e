"""What a running process has used so far, by the kernel's own books (Linux)."""

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of the process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(pid: int) -> int:
    """Memory of the process that is in RAM."""
    status = Path(f"/proc/{pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


class Sample(NamedTuple):
    """CPU seconds used at an instant of the monotonic clock."""

    at: float
    cpu: float


class Trace:
    """CPU of a process, sampled every 10 ms while the block lasts."""

    STEP_S = 0.01

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._samples: list[Sample] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(self.STEP_S):
            try:
                self._samples.append(Sample(time.monotonic(), cpu_seconds(self._pid)))
            except OSError:
                return

    def woke_before(self, instant: float) -> Sample:
        """The end of the last quiet time before the instant: when the process began to work."""
        return woke_before(self._samples, instant)


def woke_before(
    samples: list[Sample], instant: float, *, quiet_s: float = 0.2, share: float = 0.2
) -> Sample:
    """The last sample before the instant that ends `quiet_s` with under `share` of a core used.

    A worker sleeps while it waits for its partitions, so this is the last moment before its first
    event; whatever it does between is counted against it. Never asleep: the first sample.

    >>> asleep = [Sample(n / 10, 1.0) for n in range(10)]
    >>> awake = [Sample(1.0 + n / 10, 1.0 + n / 10) for n in range(10)]
    >>> woke_before(asleep + awake, 1.5)
    Sample(at=1.0, cpu=1.0)
    """
    before = [sample for sample in samples if sample.at <= instant]
    low, woke = 0, before[0]
    for high, last in enumerate(before):
        while low < high and last.at - before[low].at > quiet_s + 1e-9:
            low += 1
        used, span = last.cpu - before[low].cpu, last.at - before[low].at
        if span >= quiet_s - Trace.STEP_S * 2 and used < share * span:
            woke = last
    return woke
