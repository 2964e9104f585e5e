"""The progress of a replay: two bars, sent and processed, with counts and rates."""

import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from streams.cli.console import err


class ReplayProgress:
    """Shows how many of `total` events were sent and processed; use it in a `with` block."""

    def __init__(self, total: int) -> None:
        self._bars = Progress(
            TextColumn("{task.description:9}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f}, {task.fields[rate]:,.0f}/s"),
            TimeRemainingColumn(),
            console=err(),
        )
        self._total = total
        self._began = time.monotonic()
        self._sent = self._bars.add_task("sent", total=total, rate=0.0)
        self._done = self._bars.add_task("processed", total=total, rate=0.0)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def sent(self, count: int) -> None:
        """So many were sent in all."""
        self._bars.update(self._sent, completed=count, rate=self._rate(count))

    def all_sent(self, count: int) -> None:
        """So many there were, less than rows by those that are no touchpoint."""
        self._total = count
        for bar in (self._sent, self._done):
            self._bars.update(bar, total=count)

    def processed(self, count: int) -> None:
        """So many were processed in all, with the few that only say that the log has ended."""
        count = min(count, self._total)
        self._bars.update(self._done, completed=count, rate=self._rate(count))

    def _rate(self, count: int) -> float:
        return count / max(0.001, time.monotonic() - self._began)
