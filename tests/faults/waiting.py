"""Waiting for what tells nobody when it comes: a page, a file, an end."""

import threading
import time
from collections.abc import Callable

_BETWEEN_S = 0.02


def wait_until(true: Callable[[], object], what: str, deadline_s: float = 60.0) -> None:
    """Ask again and again. Raises `AssertionError` when it isn't true within `deadline_s`."""
    pause = threading.Event()
    deadline = time.monotonic() + deadline_s
    while not true():
        assert time.monotonic() < deadline, f"within {deadline_s:g} s not: {what}"
        pause.wait(_BETWEEN_S)
