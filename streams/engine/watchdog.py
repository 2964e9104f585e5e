"""Ends a process that has work and does none, from a thread of its own."""

from __future__ import annotations

import faulthandler
import logging
import threading
import time
from collections.abc import Callable, Hashable
from typing import NamedTuple

from streams.errors import Stalled

log = logging.getLogger(__name__)

STEP_S = 1.0


class Sight(NamedTuple):
    """What can be seen of an app from outside at one moment.

    `progress` changes whenever something gets done; `beat` whenever the event loop turns;
    `busy` says in a few words what is still to do, empty for nothing.
    """

    progress: Hashable
    beat: float
    busy: str


class Patience:
    """Judges sights: for how long there has been work without progress.

    >>> patience = Patience(seconds=2.0)
    >>> patience.see(1.0, Sight(progress=7, beat=0.1, busy="lag of 5"))
    >>> patience.see(1.0, Sight(progress=7, beat=0.2, busy="lag of 5"))
    >>> patience.see(1.0, Sight(progress=7, beat=0.3, busy="lag of 5"))
    'lag of 5 and no progress for 2 s'
    >>> patience.see(1.0, Sight(progress=8, beat=0.4, busy="lag of 4"))
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._progress: Hashable = None
        self._beat = 0.0
        self._stalled = 0.0
        self._silent = 0.0

    def see(self, elapsed_s: float, sight: Sight) -> str | None:
        """Take in what is seen `elapsed_s` after the last look -> what is wrong, None: all well."""
        moved = sight.progress != self._progress or not sight.busy
        self._stalled = 0.0 if moved else self._stalled + elapsed_s
        self._silent = 0.0 if sight.beat != self._beat else self._silent + elapsed_s
        self._progress, self._beat = sight.progress, sight.beat
        if self._silent >= self._seconds:
            return f"the event loop has not turned for {self._silent:.0f} s"
        if self._stalled >= self._seconds:
            return f"{sight.busy} and no progress for {self._stalled:.0f} s"
        return None


class Watchdog:
    """Looks once a second; fails the process with `Stalled` after `patience_s`, 0 for never.

    A process that was stopped and goes on (SIGSTOP, a suspended machine) isn't stalled for the
    time it was away: each look counts for two steps at most.
    """

    def __init__(
        self, look: Callable[[], Sight], patience_s: float, fail: Callable[[BaseException], object]
    ) -> None:
        self._look = look
        self._patience_s = patience_s
        self._fail = fail
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        if self._patience_s > 0:
            self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._end.set()

    def _run(self) -> None:
        patience, last = Patience(self._patience_s), time.monotonic()
        while not self._end.wait(STEP_S):
            now = time.monotonic()
            elapsed, last = min(now - last, 2 * STEP_S), now
            try:
                sight = self._look()
            except Exception:  # it changes while it is looked at, without locks
                log.debug("looked at a moment of change", exc_info=True)
                continue
            wrong = patience.see(elapsed, sight)
            if wrong:
                faulthandler.dump_traceback()  # where every thread stands; to standard error
                self._fail(
                    Stalled(
                        f"{wrong}: leaving, to be started anew; if it comes again, look at the "
                        "brokers' health, and at watchdog_s (CX_WATCHDOG_S)"
                    )
                )
                return
