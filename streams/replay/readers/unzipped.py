"""Files that may be gzipped, whatever their name says."""

import gzip
from pathlib import Path
from typing import BinaryIO, cast

UNREADABLE = (OSError, EOFError)
"""What reading such a file may raise: it isn't there, or its gzip stream is broken."""


def open_unzipped(path: Path) -> BinaryIO:
    """Open for reading bytes; a gzip stream is known by its first two bytes."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb")) if zipped else path.open("rb")
