"""A log as touchpoints: all sources read, their rows in event-time order."""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from streams.domain.touchpoints import Touchpoint
from streams.replay.batch import Batch
from streams.replay.catalogue import ABSENT
from streams.replay.identity import DerivedIds
from streams.replay.locate import Log
from streams.replay.source import Filler, Mapping, Source
from streams.replay.table import SourceTable, read_source

_SLICE = 8_192
_DEFAULTS: dict[str, Any] = {"fingerprint": 0, **ABSENT}


@dataclass
class EventLog:
    """The mapped log. Rows wait in memory as Arrow columns; touchpoints are made as they go.

    `rows` counts rows after grouping; `skipped` and `unmapped` count, by reason and by word, the
    rows that became no touchpoint. They are complete once `touchpoints` has run to its end.
    """

    rows: int
    skipped: Counter[str]
    unmapped: Counter[tuple[str, str]]
    _sources: list[tuple[Source, SourceTable]] = field(repr=False)

    @property
    def timed(self) -> int:
        """Rows that have a time: the most that `touchpoints` can give."""
        return sum(len(table.times) for _, table in self._sources)

    @property
    def begins_at(self) -> int | None:
        """The time of the first row, epoch ms; None for a log without rows."""
        return min((table.times[0] for _, table in self._sources if table.times), default=None)

    def touchpoints(self) -> Iterator[Touchpoint]:
        """Every touchpoint, by event time; equal times stay in the order of mapping and file.

        `fingerprint` is 0: whoever reads them off the topic computes it. To be run once.
        """
        rows = [self._rows(source, table) for source, table in self._sources]
        for source in self._order():
            touchpoint = next(rows[source])
            if touchpoint is not None:
                yield touchpoint

    def _order(self) -> Iterator[int]:
        """Which source the next row is of, from the first row to the last."""
        times, owner = array("q"), array("H")
        for number, (_, table) in enumerate(self._sources):
            times += table.times
            owner += array("H", [number]) * len(table.times)
        order = pc.sort_indices(pa.array(times, pa.int64()))  # stable
        return map(owner.__getitem__, order.to_pylist())

    def _rows(self, source: Source, table: SourceTable) -> Iterator[Touchpoint | None]:
        """The rows of one source; None for one that is left out."""
        fields: list[Filler] = [*source.fields]
        if source.derives_ids:
            fields.append(DerivedIds(source.name, table.own_columns))
        for start in range(0, len(table.times), _SLICE):
            batch = Batch(table.rows.slice(start, _SLICE))
            batch.out["occurred_at"] = table.times[start : start + _SLICE].tolist()
            for each in fields:
                each.fill(batch)
            yield from self._made(batch)

    def _made(self, batch: Batch) -> Iterator[Touchpoint | None]:
        columns = {
            name: batch.out.get(name) or [_DEFAULTS.get(name)] * batch.size
            for name in Touchpoint._fields
        }
        for row, sets in batch.sets:
            for target, value in sets.items():
                columns[target][row] = value
        self.unmapped.update(batch.unmapped)
        for reason, values in zip(batch.skip, zip(*columns.values(), strict=True), strict=True):
            if reason is None:
                yield Touchpoint._make(values)
            else:
                self.skipped[reason] += 1
                yield None


def read_log(log: Log, mapping: Mapping) -> EventLog:
    """Read all sources of a log.

    Raises MappingError when the mapping doesn't fit the log; it names file, key and column.
    """
    skipped: Counter[str] = Counter()
    rows = 0
    sources = []
    for source in mapping.sources:
        table = read_source(source, log)
        rows += table.read
        skipped.update(table.skipped)
        sources.append((source, table))
    return EventLog(rows, skipped, Counter(), sources)
