"""JSON lines, plain or gzipped: nested keys become dotted columns, numbers keep their digits."""

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from streams.errors import MappingError
from streams.replay.readers.contents import Contents
from streams.replay.readers.gather import Gather
from streams.replay.readers.unzipped import UNREADABLE, open_unzipped


def read_json_lines(
    path: Path, columns: Sequence[str] | None = None, *, encoding: str = "utf-8"
) -> Contents:
    """Read one object a line; `{"a": {"b": 1}}` is column `a.b`, a list is its JSON text.

    Lines that aren't an object are counted under `bad_row`. Raises MappingError for a file in
    another encoding.
    """
    gathered = Gather(columns)
    bad = 0
    try:
        for line in _lines(path, encoding):
            row = _object(line)
            if row is None:
                bad += 1
            else:
                gathered.add(_flat(row, ""))
    except (UnicodeError, LookupError, *UNREADABLE) as error:
        raise MappingError(
            f"{path}: can't be read as {encoding} text ({error}); set `encoding` in its [[source]]"
        ) from error
    return Contents(gathered.table(), gathered.names, {"bad_row": bad} if bad else {})


def _lines(path: Path, encoding: str) -> Iterator[str]:
    plain = "utf-8-sig" if encoding == "utf-8" else encoding
    with open_unzipped(path) as file, io.TextIOWrapper(file, encoding=plain) as lines:
        yield from (line for line in lines if line.strip())


def _object(line: str) -> dict[str, Any] | None:
    try:
        # Numbers stay text: 0.10 must not become 0.1, nor a long id a float.
        row = json.loads(line, parse_float=str, parse_int=str)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _flat(row: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, str):
            yield prefix + key, value
        elif value is not None:
            yield prefix + key, json.dumps(value, ensure_ascii=False)
