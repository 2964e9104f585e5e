"""Runs an engine app in this process until it is told to stop."""

import asyncio
import signal
from collections.abc import Callable

from streams.engine.app import EngineApp

EX_SOFTWARE = 70


def run(make_app: Callable[[], EngineApp]) -> int:
    """Start the app in a fresh event loop and serve until SIGTERM or SIGINT -> exit code.

    On a signal everything folded is made durable and committed, and the group is left: 0. If the
    app crashes: 70 (the engine's own fail-stop leaves the process before that).
    """
    return asyncio.run(_serve(make_app))


async def _serve(make_app: Callable[[], EngineApp]) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = make_app()
    await app.start()
    told = asyncio.ensure_future(stop.wait())
    crashed = asyncio.ensure_future(app._crashed.wait())
    await asyncio.wait([told, crashed], return_when=asyncio.FIRST_COMPLETED)
    if app.crashed:
        app.fail(app.crash_reason or RuntimeError("the app crashed"))
        return EX_SOFTWARE
    await app.stop()
    crashed.cancel()
    return 0
