"""Where a simulated story goes besides the broker: JSON lines, and the truth behind it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol, TextIO

from streams.domain.touchpoints import Touchpoint
from streams.errors import ConfigurationError
from streams.simulation.truth import Truth


class Sink(Protocol):
    """Takes touchpoints in event-time order."""

    async def send(self, touchpoints: Sequence[Touchpoint]) -> None:
        """Take the next of them."""


def as_line(touchpoint: Touchpoint) -> str:
    """A touchpoint as JSON: what it has, under the schema's names.

    >>> as_line(Touchpoint(1, "e-1", "ann", "searched", "web", "customer", 5))
    '{"event_id":"e-1","customer_id":"ann","kind":"searched","channel":"web","actor":"customer",\
"occurred_at":5,"public":true}'
    """
    fields = touchpoint._asdict()
    del fields["fingerprint"]  # of the reader's making, no part of the event
    return _json({name: value for name, value in fields.items() if value is not None})


class JsonLines:
    """Writes touchpoints as JSON lines to an open file."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    async def send(self, touchpoints: Sequence[Touchpoint]) -> None:
        """Write them."""
        self._file.writelines(as_line(touchpoint) + "\n" for touchpoint in touchpoints)


def write_truth(path: Path, truths: Iterable[Truth]) -> None:
    """Write the ground truth, a line of JSON a customer; raises ConfigurationError."""
    with opened(path, "--truth") as file:
        file.writelines(_json(truth._asdict()) + "\n" for truth in truths)


def opened(path: Path, option: str) -> TextIO:
    """The file, open for writing; an error names the option that asked for it."""
    try:
        return path.open("w", encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"{option} {path} can't be written: {error.strerror}; name another file"
        ) from error


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
