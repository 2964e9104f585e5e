"""CSV and its cousins, plain or gzipped: every column stays text."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from streams.errors import MappingError
from streams.replay.readers.contents import Contents
from streams.replay.readers.unzipped import UNREADABLE, open_unzipped

_BLOCK = 8 << 20


def read_delimited(
    path: Path,
    columns: Sequence[str] | None = None,
    *,
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> Contents:
    """Read a file with a header line; rows with too few or too many cells are counted, not read.

    Raises MappingError for a file without a header, with one column twice, or in another encoding.
    """
    names = _header(path, delimiter, encoding)
    wanted = names if columns is None else [name for name in names if name in columns]
    ragged = 0

    def count(_: pa_csv.InvalidRow) -> str:
        nonlocal ragged
        ragged += 1
        return "skip"

    parse = pa_csv.ParseOptions(
        delimiter=delimiter, newlines_in_values=True, invalid_row_handler=count
    )
    # Text, so that 007 stays 007; large, so that a column may hold more than 2 GB.
    convert = pa_csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.large_string()),
        include_columns=wanted,
        strings_can_be_null=False,
    )
    read = pa_csv.ReadOptions(
        encoding=encoding,
        block_size=_BLOCK,
        column_names=names,
        skip_rows_after_names=1,
        use_threads=False,  # two threads must not count ragged rows at once
    )
    try:
        with open_unzipped(path) as file:
            table = pa_csv.read_csv(file, read, parse, convert)
    except (pa.ArrowException, UnicodeError, *UNREADABLE) as error:
        raise _unreadable(path, delimiter, encoding, error) from error
    return Contents(table, names, {"ragged_row": ragged} if ragged else {})


def _header(path: Path, delimiter: str, encoding: str) -> list[str]:
    plain = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with (
            open_unzipped(path) as file,
            io.TextIOWrapper(file, encoding=plain, newline="") as text,
        ):
            names = next(csv.reader(text, delimiter=delimiter), [])
    except (UnicodeError, LookupError, csv.Error, *UNREADABLE) as error:
        raise _unreadable(path, delimiter, encoding, error) from error
    if not names:
        raise MappingError(f"{path}: is empty; the first line must name the columns")
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise MappingError(f"{path}: column {twice[0]!r} stands twice in the header; rename one")
    return names


def _unreadable(path: Path, delimiter: str, encoding: str, error: Exception) -> MappingError:
    return MappingError(
        f"{path}: can't be read as {encoding} text with {delimiter!r} between columns ({error}); "
        "set `encoding` or `delimiter` in its [[source]]"
    )
