"""A gate in a worker's way, kept in a folder: it stops one worker once, at a known place."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.faults.waiting import wait_until


class Gate:
    """Shut it, wait until somebody stands before it, do something to them, open it.

    Only the first to come is stopped, whichever process that is. The process that stands there says
    its id and what it likes.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._shut, self._taken = folder / "shut", folder / "taken"

    def shut(self) -> None:
        """The next to come is stopped."""
        with suppress(FileNotFoundError):
            self._taken.unlink()
        self._shut.touch()

    def open(self) -> None:
        """Whoever stands there goes on; nobody is stopped until it's shut again."""
        with suppress(FileNotFoundError):
            self._shut.unlink()

    def wait(self, deadline_s: float = 60.0) -> tuple[int, str]:
        """Wait until somebody stands there -> process id, what was said."""
        wait_until(lambda: self._said().endswith("\n"), "somebody comes to the gate", deadline_s)
        process, _, word = self._said().strip().partition(" ")
        return int(process), word

    def stops(self, word: object = "") -> bool:
        """For the worker: whether we are the one it stops."""
        if not self._shut.exists():
            return False
        try:
            handle = os.open(self._taken, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            return False
        with os.fdopen(handle, "w") as file:
            file.write(f"{os.getpid()} {word}\n")
        return True

    @property
    def is_shut(self) -> bool:
        """For the worker that stands there: whether to stay."""
        return self._shut.exists()

    def _said(self) -> str:
        return self._taken.read_text() if self._taken.exists() else ""


def skewed(file: Path) -> Any:
    """A wall clock (epoch ms) that is wrong by as many milliseconds as the file says."""
    return lambda: time.time_ns() // 1_000_000 + int(file.read_text() or 0)
