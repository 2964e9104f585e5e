"""What a reader gives back."""

from typing import NamedTuple

import pyarrow as pa


class Contents(NamedTuple):
    """A file as a table, all its column names, and rows it couldn't read, by reason.

    `table` may hold fewer columns than `names`: only those that were asked for.
    """

    table: pa.Table
    names: list[str]
    skipped: dict[str, int]
