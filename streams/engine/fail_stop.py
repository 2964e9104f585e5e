"""The way out on an unknown failure: at once, non-zero, before anything is committed.

Faust's own crash path acknowledges what an agent held and commits on the way out, and an agent
that died waits for its own acknowledgements for ever. A process that leaves here has
acknowledged nothing: its successor reads again from the last durable position.
"""

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any

from streams.engine.broker_errors import readable

log = logging.getLogger(__name__)

EX_SOFTWARE = 70


def fail_stop(error: BaseException, leave: Callable[[int], Any] = os._exit) -> None:
    """Say why in the log and leave the process with the error's exit code.

    What a person can mend is one line; its trace is for debugging only.
    """
    known = readable(error)
    code = EX_SOFTWARE if known is None else known.exit_code
    trace = "".join(traceback.format_exception(error))
    if known is None:
        log.critical("stopping with exit code %d, nothing more is committed:\n%s", code, trace)
    else:
        log.critical("stopping with exit code %d: %s", code, known)
        log.debug("what was met:\n%s", trace)
    leave_now(code, leave)


def leave_now(code: int, leave: Callable[[int], Any] = os._exit) -> None:
    """End the process without waiting for anything but its own last words."""
    logging.shutdown()
    sys.stderr.flush()
    sys.stdout.flush()
    leave(code)


async def guarded(work: Coroutine[Any, Any, Any], fail: Callable[[BaseException], Any]) -> None:
    """Run work that nobody awaits; its failure must not die in silence.

    Some native extensions panic with a `BaseException`, so that is what is caught.
    """
    try:
        await work
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001
        fail(error)
