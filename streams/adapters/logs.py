"""Logs: JSON for machines, lines for people; never customer text."""

import logging
import sys
import time
from collections.abc import Callable

import structlog
from structlog.typing import Processor

OURS = "streams"
"""The code that may say more than warnings. At DEBUG Kafka's clients log every request whole:
passwords, tokens and what customers said."""


class Dampened(logging.Filter):
    """Lets a line of the same place through once in ten seconds, with the number left out.

    A client that has lost its broker says so a hundred times a second; that is one piece of news.
    `clock` counts seconds.

    >>> now = [0.0]
    >>> dampened = Dampened(lambda: now[0])
    >>> line = logging.LogRecord("aiokafka", 30, "conn.py", 7, "gone: %s", ("b1",), None)
    >>> dampened.filter(line), dampened.filter(line)
    (True, False)
    >>> now[0] = 11.0
    >>> dampened.filter(line), line.getMessage()
    (True, 'gone: b1 (and 1 more like it)')
    """

    def __init__(self, clock: Callable[[], float], every_s: float = 10.0) -> None:
        super().__init__()
        self._clock = clock
        self._every_s = every_s
        self._said: dict[tuple[str, int], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is news; only those of other people's code are held back."""
        if record.name.startswith(OURS):
            return True
        place, now = (record.pathname, record.lineno), self._clock()
        said_at, held = self._said.get(place, (-self._every_s, 0))
        if now < said_at + self._every_s:
            self._said[place] = said_at, held + 1
            return False
        self._said[place] = now, 0
        if held:
            record.msg, record.args = f"{record.getMessage()} (and {held} more like it)", None
        return True


def _for_other_eyes(record: logging.LogRecord) -> bool:
    return record.name.startswith(OURS) or record.levelno >= logging.WARNING


def set_up(level: str, style: str) -> None:
    """Send all logging to stderr as `json`, `console`, or what suits stderr (`auto`)."""
    people = sys.stderr.isatty() if style == "auto" else style == "console"
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if people
        else structlog.processors.JSONRenderer()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.setLevel(level)
    handler.addFilter(_for_other_eyes)  # whatever level a library has set for itself
    handler.addFilter(Dampened(time.monotonic))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    logging.getLogger(OURS).setLevel(level)
    root.setLevel(max(logging.WARNING, logging.getLogger(OURS).level))
    logging.getLogger("aiokafka").setLevel(logging.NOTSET)  # other commands silence it
    # Every attempt to connect would be four lines; what comes of them is one, and ours.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
