"""Runs an engine app in this process until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from streams.engine.app import EngineApp
from streams.engine.fail_stop import EX_SOFTWARE, leave_now

log = logging.getLogger(__name__)

STOP_S = 20.0
"""A stop that takes longer hangs on a broker that doesn't answer; nothing is lost by leaving."""


def run(make_app: Callable[[], EngineApp]) -> int:
    """Start the app in a fresh event loop and serve until SIGTERM or SIGINT -> exit code.

    On a signal everything folded is made durable and committed, and the group is left: 0. A second
    signal, or a stop that takes more than 20 s, ends the process at once: 70; a signal before
    anything was read ends it with 0. If the app crashes: 70 (the engine's own fail-stop leaves the
    process before that).
    """
    return asyncio.run(_serve(make_app))


async def _serve(make_app: Callable[[], EngineApp]) -> int:
    told = _signals()
    app = make_app()
    starting = asyncio.ensure_future(app.start())
    await _first(starting, told.wait())
    if not starting.done():
        log.warning("told to stop before anything was read")
        leave_now(0)
    starting.result()
    await _first(told.wait(), app._crashed.wait())
    if app.crashed:
        app.fail(app.crash_reason or RuntimeError("the app crashed"))
        return EX_SOFTWARE
    # Not `wait_for`: it waits for what it cancels, and a hanging service doesn't let itself be.
    stopping = asyncio.ensure_future(app.stop())
    await asyncio.wait([stopping], timeout=STOP_S)
    if not stopping.done():
        log.critical("not stopped within %.0f s: leaving, the rest is read again", STOP_S)
        leave_now(EX_SOFTWARE)
    stopping.result()
    return 0


def _signals() -> asyncio.Event:
    """Set by the first SIGTERM or SIGINT; the second one leaves at once."""
    told = asyncio.Event()

    def tell() -> None:
        if told.is_set():
            leave_now(EX_SOFTWARE)
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, tell)
    return told


async def _first(*work: asyncio.Future[Any] | Coroutine[Any, Any, Any]) -> None:
    """Wait for one of them; the others, if they are ours, are dropped."""
    tasks = [asyncio.ensure_future(each) for each in work]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task, given in zip(tasks, work, strict=True):
        if task is not given:
            task.cancel()
