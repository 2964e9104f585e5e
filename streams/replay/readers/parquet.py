"""Parquet: columns keep their types until a mapping asks for text."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from streams.errors import MappingError
from streams.replay.readers.contents import Contents


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> Contents:
    """Read the columns named (None: all) of one file.

    Raises MappingError for a file that isn't Parquet.
    """
    try:
        with pq.ParquetFile(path) as file:
            names: list[str] = file.schema_arrow.names
            wanted = names if columns is None else [name for name in names if name in columns]
            table = file.read(columns=wanted)
    except (pa.ArrowException, OSError) as error:
        raise MappingError(f"{path}: is not a Parquet file ({error}); set `format`") from error
    # A pandas index in the metadata is of no use here.
    return Contents(table.replace_schema_metadata(None), names, {})
