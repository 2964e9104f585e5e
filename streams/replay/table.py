"""One source read into memory: its rows sorted by event time."""

from array import array
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from streams.replay.cells import cells
from streams.replay.locate import Log
from streams.replay.readers.formats import read_file
from streams.replay.source import Needed, Source

_BLOCK = 65_536


class SourceTable(NamedTuple):
    """Rows by event time, their times (epoch ms), and what was read and left out before that.

    `own_columns` are the log's own, without those of a join.
    """

    rows: pa.Table
    times: "array[int]"
    own_columns: list[str]
    read: int
    skipped: Counter[str]


def read_source(source: Source, log: Log) -> SourceTable:
    """Read, group, join and sort the rows of a source.

    Raises MappingError for a column that isn't there, and for what readers raise.
    """
    table, skipped = _read(source, log)
    unreadable = sum(skipped.values())
    if source.group is not None:
        table = source.group.apply(table, source.files.mark, source.place.at("group"))
    own = list(table.column_names)
    if source.join is not None:
        table = source.join.apply(table, _partner(source, log), source.place.at("join"))
    _check(source.needed, table.column_names, "after grouping" if source.group else "")
    read = table.num_rows + unreadable
    table, times, untimed = _by_time(source, table)
    skipped.update({"bad_time": untimed} if untimed else {})
    return SourceTable(table, times, own, read, skipped)


def _read(source: Source, log: Log) -> tuple[pa.Table, Counter[str]]:
    """The files of a source, one below the other, with the columns that count."""
    files = source.files
    wanted = _wanted(source)
    # A row's content makes its derived id, so that nothing of it may be left unread.
    everything = source.derives_ids and source.group is None
    tables, skipped = [], Counter[str]()
    for path in log.files(files.pattern, source.place.at("file")):
        contents = read_file(
            path,
            None if everything else [need.column for need in wanted],
            form=files.form,
            delimiter=files.delimiter,
            encoding=files.encoding,
        )
        _check(wanted, contents.names, f"in {path.name}")
        tables.append(contents.table)
        skipped.update(contents.skipped)
    try:
        return pa.concat_tables(tables, promote_options="permissive"), skipped
    except pa.ArrowException as error:
        raise source.place.at("file").error(
            f"the files have columns of different types ({error}); give each its own [[source]]"
        ) from error


def _wanted(source: Source) -> list[Needed]:
    """Columns that the files themselves must have."""
    group, join = source.group, source.join
    if group is not None:
        place = source.place.at("group")
        return [Needed(column, place) for column in group.columns]
    added = set(join.columns) if join else set()
    wanted = [need for need in source.needed if need.column not in added]
    return wanted + ([Needed(join.on, source.place.at("join", "on"))] if join else [])


def _partner(source: Source, log: Log) -> pa.Table:
    join = source.join
    assert join is not None
    place = source.place.at("join")
    path = log.files(join.file, place.at("file"))[0]
    contents = read_file(path, [join.key, *join.columns])
    _check(
        [Needed(join.key, place.at("key"))]
        + [Needed(column, place.at("columns")) for column in join.columns],
        contents.names,
        f"in {path.name}",
    )
    return contents.table


def _check(needed: Iterable[Needed], there: list[str], where: str) -> None:
    for need in needed:
        if need.column not in there and not need.optional:
            raise need.place.unknown("column", need.column, there, where)


def _by_time(source: Source, table: pa.Table) -> tuple[pa.Table, "array[int]", int]:
    """The rows that have a time, sorted by it (stable), and the number of those that have none."""
    times: list[int | None] = []
    column = table.column(source.time.column)
    for start in range(0, table.num_rows, _BLOCK):
        times += source.time.read(cells(column.slice(start, _BLOCK)))
    found = pa.array(times, pa.int64())
    order = pc.sort_indices(found)  # stable, nulls at the end
    order = order.slice(0, len(found) - found.null_count)
    rows = table.take(order)
    return rows, array("q", found.take(order).to_pylist()), found.null_count
