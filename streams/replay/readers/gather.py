"""Rows that don't all have the same columns, gathered into one table of text."""

from collections.abc import Collection, Iterable

import pyarrow as pa


class Gather:
    """Collects rows of (column, text); a column that a row lacks is null there.

    >>> rows = Gather(None)
    >>> rows.add([("a", "1")]); rows.add([("b", "2")])
    >>> rows.table().to_pylist()
    [{'a': '1', 'b': None}, {'a': None, 'b': '2'}]
    """

    def __init__(self, wanted: Collection[str] | None) -> None:
        self._wanted = wanted
        self._columns: dict[str, list[str | None]] = {}
        self._names: dict[str, None] = {}
        self._rows = 0

    @property
    def names(self) -> list[str]:
        """All columns met, asked for or not, in the order they were met."""
        return list(self._names)

    def add(self, row: Iterable[tuple[str, str]]) -> None:
        """Add one row; of a column named twice the last text counts."""
        for name, text in row:
            self._names[name] = None
            if self._wanted is not None and name not in self._wanted:
                continue
            column = self._columns.setdefault(name, [])
            if len(column) > self._rows:
                column[-1] = text
            else:
                column.extend([None] * (self._rows - len(column)))
                column.append(text)
        self._rows += 1

    def table(self) -> pa.Table:
        """The rows so far; with no column asked for, none."""
        for column in self._columns.values():
            column.extend([None] * (self._rows - len(column)))
        return pa.table(
            {name: pa.array(column, pa.large_string()) for name, column in self._columns.items()}
        )
