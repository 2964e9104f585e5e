"""Which reader a file needs, by the mapping's word or by its name."""

from collections.abc import Sequence
from pathlib import Path

from streams.errors import MappingError
from streams.replay.readers.contents import Contents
from streams.replay.readers.delimited import read_delimited
from streams.replay.readers.json_lines import read_json_lines
from streams.replay.readers.parquet import read_parquet
from streams.replay.readers.xes import read_xes

FORMATS = {
    "csv": (".csv", ".tsv", ".txt"),
    "jsonl": (".jsonl", ".ndjson", ".json"),
    "parquet": (".parquet", ".pq"),
    "xes": (".xes",),
}
"""Formats and the ends of file names, each also with `.gz`, that stand for them."""


def format_of(path: Path) -> str | None:
    """The format a file's name stands for, None for an unknown one.

    >>> format_of(Path("log.csv.gz")), format_of(Path("log.doc"))
    ('csv', None)
    """
    name = path.name.lower().removesuffix(".gz")
    return next((word for word, ends in FORMATS.items() if name.endswith(ends)), None)


def read_file(
    path: Path,
    columns: Sequence[str] | None = None,
    *,
    form: str | None = None,
    delimiter: str | None = None,
    encoding: str = "utf-8",
) -> Contents:
    """Read one file with the reader of its format; `columns` None reads all.

    Raises MappingError when the format can't be told or the file isn't of it.
    """
    match form or format_of(path):
        case "csv":
            tab = "\t" if path.name.lower().removesuffix(".gz").endswith(".tsv") else ","
            return read_delimited(path, columns, delimiter=delimiter or tab, encoding=encoding)
        case "jsonl":
            return read_json_lines(path, columns, encoding=encoding)
        case "parquet":
            return read_parquet(path, columns)
        case "xes":
            return read_xes(path, columns)
    raise MappingError(
        f"{path}: its name tells no format; set `format` in its [[source]] to one of "
        + ", ".join(FORMATS)
    )
