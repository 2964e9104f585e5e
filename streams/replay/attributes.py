"""Columns of the log that travel with the touchpoint under names of their own."""

from dataclasses import dataclass

from streams.replay.batch import Batch


@dataclass(frozen=True)
class Attributes:
    """Fills `attributes`: name -> text of a column; empty cells are left out."""

    columns: dict[str, str]

    def fill(self, batch: Batch) -> None:
        """Write one small dictionary a row, None where all is empty."""
        texts = [batch.cells(column) for column in self.columns.values()]
        batch.out["attributes"] = [
            {name: cell for name, cell in zip(self.columns, row, strict=True) if cell} or None
            for row in zip(*texts, strict=True)
        ]
