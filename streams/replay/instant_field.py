"""A field that holds a time: the touchpoint's own, or one promised."""

from dataclasses import dataclass

from streams.adapters.toml_file.place import Place
from streams.replay.batch import Batch
from streams.replay.cells import Cells
from streams.replay.instants import Clock, NoZone


@dataclass(frozen=True)
class InstantField:
    """Reads a column of times; `place` is named when they turn out to lack a zone."""

    name: str
    target: str
    column: str
    clock: Clock
    place: Place
    optional: bool = False

    def read(self, cells: Cells) -> list[int | None]:
        """Epoch milliseconds UTC of each cell, None for what is empty or can't be read.

        Raises MappingError for a time without a zone when the mapping names none.
        """
        known: dict[str, int | None] = {}
        for cell in cells:
            if cell is not None and cell not in known:
                known[cell] = self._instant(cell)
        return [None if cell is None else known[cell] for cell in cells]

    def fill(self, batch: Batch) -> None:
        """Write the times into the batch; rows with text that is no time are left out."""
        cells = batch.cells(self.column)
        times = batch.out[self.target] = self.read(cells)
        for row, (cell, time) in enumerate(zip(cells, times, strict=True)):
            if cell is not None and time is None:
                batch.leave_out(row, f"bad_{self.name}")

    def _instant(self, cell: str) -> int | None:
        try:
            return self.clock(cell)
        except NoZone:
            raise self.place.error(
                f"the time {cell!r} in column {self.column!r} names no zone: add "
                "zone = 'UTC', or the zone the log was written in, such as 'Europe/Rome'"
            ) from None
        except (ValueError, OverflowError):
            return None
