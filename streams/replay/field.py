"""One field of the touchpoint: where its text comes from and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from streams.replay.batch import Batch
from streams.replay.catalogue import ABSENT
from streams.replay.cells import Cells
from streams.replay.convert import Converter, Symbol, Value, text
from streams.replay.values import Sets


class Reading(NamedTuple):
    """What one text of the log comes to: a value, a reason to skip the row, or several fields."""

    value: Value | None = None
    skip: str | None = None
    sets: Sets | None = None


@dataclass(frozen=True)
class Field:
    """Fills one field of the touchpoints from columns of the log, or with a constant.

    `name` is the key in the mapping file, `target` the touchpoint's field. Several columns are
    joined by `separator`; a row in which all of them are empty has no value. A word that value
    table or closed list don't know falls to `default`, and without one its row is skipped.
    """

    name: str
    target: str
    convert: Converter
    columns: tuple[str, ...] = ()
    separator: str = ":"
    prefix: str = ""
    constant: Value | None = None
    values: Mapping[str, Sets] | None = None
    ignored: frozenset[str] = frozenset()
    default: Value | None = None
    required: bool = False
    optional: bool = False

    def fill(self, batch: Batch) -> None:
        """Write the field's values into the batch, and why some rows are left out."""
        if not self.columns:
            batch.out[self.target] = [self.constant] * batch.size
            return
        texts = self._texts(batch)
        if self.values is not None or self.ignored or isinstance(self.convert, Symbol):
            batch.out[self.target] = self._looked_up(texts, batch)
        elif self.convert is text and None not in texts:
            batch.out[self.target] = list(texts)  # ids, mostly: worth a way of their own
        else:
            batch.out[self.target] = self._converted(texts, batch)

    def _texts(self, batch: Batch) -> Cells:
        first, *others = (batch.cells(column) for column in self.columns)
        if others:
            rows = zip(first, *others, strict=True)
            first = [self._joined(row) if any(row) else None for row in rows]
        return [cell and self.prefix + cell for cell in first] if self.prefix else first

    def _joined(self, row: tuple[str | None, ...]) -> str:
        return self.separator.join(part or "" for part in row)

    def _converted(self, texts: Cells, batch: Batch) -> list[Value | None]:
        """Numbers, flags and free text: mostly all different, so each is converted."""
        filled: list[Value | None] = [self.absent] * batch.size
        for row, cell in enumerate(texts):
            if cell is None:
                if self.is_missed:
                    batch.leave_out(row, f"no_{self.name}")
                continue
            try:
                filled[row] = self.convert(cell)
            except ValueError:
                batch.leave_out(row, f"bad_{self.name}")
        return filled

    def _looked_up(self, texts: Cells, batch: Batch) -> list[Value | None]:
        """Words, few and often the same, so each is looked up once a batch."""
        known = {cell: self._read(cell) for cell in set(texts)}
        filled: list[Value | None] = []
        for row, cell in enumerate(texts):
            reading = known[cell]
            filled.append(reading.value)
            if reading.skip is not None:
                batch.leave_out(row, reading.skip)
                if reading.skip.startswith("unmapped_"):
                    batch.unmapped[self.name, cell or ""] += 1
            elif reading.sets is not None:
                batch.sets.append((row, reading.sets))
        return filled

    @property
    def absent(self) -> Value | None:
        """The value of a row that says nothing here."""
        return ABSENT.get(self.target) if self.default is None else self.default

    @property
    def is_missed(self) -> bool:
        """Whether a row that says nothing here is no touchpoint."""
        return self.required and self.default is None

    def _read(self, cell: str | None) -> Reading:
        if cell is None:
            return Reading(self.absent, f"no_{self.name}" if self.is_missed else None)
        word = cell.strip()
        if word in self.ignored:
            return Reading(skip="ignored")
        if self.values is not None and word in self.values:
            return Reading(self.absent, sets=self.values[word])
        if self.values is None:
            try:
                return Reading(self.convert(cell))
            except ValueError:
                if not isinstance(self.convert, Symbol):
                    return Reading(skip=f"bad_{self.name}")
        return Reading(self.default, f"unmapped_{self.name}" if self.default is None else None)
