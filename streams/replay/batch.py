"""A slice of a log on its way to touchpoints, column by column."""

from collections import Counter
from typing import Any

import pyarrow as pa

from streams.replay.cells import Cells, cells


class Batch:
    """Rows of one table: their cells as text, the touchpoint fields so far, the rows left out.

    `sets` holds what value tables set in single rows: it counts after all fields are filled.
    """

    def __init__(self, table: pa.Table) -> None:
        self.size: int = table.num_rows
        self.out: dict[str, list[Any]] = {}
        self.skip: list[str | None] = [None] * self.size
        self.sets: list[tuple[int, dict[str, Any]]] = []
        self.unmapped: Counter[tuple[str, str]] = Counter()
        self._table = table
        self._cells: dict[str, Cells] = {}

    def cells(self, column: str) -> Cells:
        """One column as text, None where nothing is, and all None for one that isn't there.

        Whether a column may be missing has been looked at when the log was read.
        """
        if column not in self._cells:
            self._cells[column] = [None] * self.size
            if column in self._table.column_names:
                self._cells[column] = cells(self._table.column(column))
        return self._cells[column]

    def leave_out(self, row: int, reason: str) -> None:
        """Leave a row out; the first reason given is the one that counts."""
        if self.skip[row] is None:
            self.skip[row] = reason
