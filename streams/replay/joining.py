"""Columns of a second file beside the rows of the first: a campaign's start beside its members."""

from dataclasses import dataclass

import pyarrow as pa

from streams.adapters.toml_file.place import Place
from streams.replay.cells import cells


@dataclass(frozen=True)
class Join:
    """Adds `columns` of `file` to each row whose `on` agrees with that file's `key`.

    Rows without a partner stay, with nothing in those columns. Keys are compared as text.
    """

    file: str
    on: str
    key: str
    columns: tuple[str, ...]

    def apply(self, table: pa.Table, other: pa.Table, place: Place) -> pa.Table:
        """Join two tables, keeping order and number of the first one's rows.

        Raises MappingError when a key stands twice in the second table, or when both tables
        have a column of the same name.
        """
        where: dict[str, int] = {}
        for row, key in enumerate(cells(other.column(self.key))):
            if key is None:
                continue
            if key in where:
                raise place.at("key").error(
                    f"{self.key} {key!r} stands twice in {self.file}; a row can be joined to one"
                )
            where[key] = row
        found = [None if key is None else where.get(key) for key in cells(table.column(self.on))]
        rows = pa.array(found, pa.int64())
        for name in self.columns:
            if name in table.column_names:
                raise place.at("columns").error(
                    f"both files have a column {name!r}; only one of them can be used"
                )
            table = table.append_column(name, other.column(name).take(rows))
        return table
