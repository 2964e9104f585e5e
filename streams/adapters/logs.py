"""Logs: JSON for machines, lines for people; never customer text."""

import logging
import sys

import structlog
from structlog.typing import Processor

QUIET = ("faust", "mode", "aiokafka")
"""Libraries whose chatter is worth a line only when something is wrong."""


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
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # Every attempt to connect would be four lines; what comes of them is one, and ours.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
