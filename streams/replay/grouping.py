"""Rows into one: a basket from its items, with sums that are exact."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

from streams.adapters.toml_file.place import Place
from streams.replay.cells import cells

_PLACES = Decimal("1e-9")
_EXACT = pa.decimal128(38, 9)
"""Nine places: finer than any money, coarser than the noise of binary floats."""

_WRONG = Decimal("NaN")

NOT_A_NUMBER = "not a number"
"""What a sum reads when one of its cells was no number: its row is skipped as `bad_amount`."""


@dataclass(frozen=True)
class Group:
    """One row for all rows that agree in `by`, placed where the first of them stood.

    `first` keeps the text of the first row, `sums` adds up (rows without a value add nothing),
    `count` names a column for the number of rows.
    """

    by: tuple[str, ...]
    first: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    count: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the log that are needed."""
        return (*self.by, *self.first, *self.sums)

    def apply(self, table: pa.Table, mark: str, place: Place) -> pa.Table:
        """Group a table; `mark` is the decimal mark of text columns.

        Raises MappingError for a number with more than 28 digits before the point.
        """
        wrong: dict[str, str] = {}
        for name in self.sums:
            at = table.column_names.index(name)
            exact, bad = exact_numbers(table.column(name), mark, place.at("sum"))
            table = table.set_column(at, name, exact)
            wrong[name] = f"{name} is wrong"
            table = table.append_column(wrong[name], bad)
        # One thread: only then the groups come in the order of their first rows.
        grouped = table.group_by(list(self.by), use_threads=False).aggregate(
            [(name, "first") for name in self.first]
            + [(name, "sum") for name in self.sums]
            + [(name, "max") for name in wrong.values()]
            + [([], "count_all")]
        )
        return self._named(grouped, wrong)

    def _named(self, grouped: pa.Table, wrong: Mapping[str, str]) -> pa.Table:
        columns = {name: grouped.column(name) for name in self.by}
        columns |= {name: grouped.column(f"{name}_first") for name in self.first}
        for name, flag in wrong.items():
            total = grouped.column(f"{name}_sum").cast(pa.string())
            columns[name] = pc.if_else(grouped.column(f"{flag}_max"), NOT_A_NUMBER, total)
        if self.count is not None:
            columns[self.count] = grouped.column("count_all")
        return pa.table(columns)


def exact_numbers(
    column: pa.ChunkedArray, mark: str, place: Place
) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """A column as decimals of nine places, and where it holds something that is no number.

    Binary floats lose their noise (1.7e-16 is 0), so that their sum is the sum of the prices.
    """
    kind = column.type
    try:
        if pa.types.is_float64(kind):
            bad = pc.invert(pc.fill_null(pc.is_finite(column), True))
            return pc.if_else(bad, None, column).cast(_EXACT), bad
        if pa.types.is_integer(kind):
            return column.cast(_EXACT), pc.fill_null(pc.less(column, column), False)
        read = [_decimal(cell, mark) for cell in cells(column)]
        bad = [value is _WRONG for value in read]
        exact = [None if value is _WRONG else value for value in read]
        return pa.chunked_array([pa.array(exact, _EXACT)]), pa.chunked_array([pa.array(bad)])
    except pa.ArrowInvalid as error:
        raise place.error(f"a number is too large to be added up exactly ({error})") from error


def _decimal(cell: str | None, mark: str) -> Decimal | None:
    if cell is None or not cell.strip():
        return None
    try:
        value = Decimal(cell.replace(mark, ".") if mark != "." else cell)
        return value.quantize(_PLACES) if value.is_finite() else _WRONG
    except InvalidOperation:
        return _WRONG
