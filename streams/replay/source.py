"""One source of a mapping: which files, how their rows come together, which fields they fill."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from streams.adapters.toml_file.place import Place
from streams.replay.batch import Batch
from streams.replay.grouping import Group
from streams.replay.instant_field import InstantField
from streams.replay.joining import Join


class Filler(Protocol):
    """Anything that fills one field of the touchpoints."""

    def fill(self, batch: Batch) -> None:
        """Write the field's values into the batch."""


@dataclass(frozen=True)
class Files:
    """Which files of a log a source reads, and how they are written."""

    pattern: str | None = None
    form: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"
    mark: str = "."


@dataclass(frozen=True)
class Needed:
    """A column that a field is read from, the place that says so, and whether it may be missing.

    JSON lines and XES have no header: what no row says is no column.
    """

    column: str
    place: Place
    optional: bool = False


@dataclass(frozen=True)
class Source:
    """One `[[source]]`. With no `event_id` among the fields, ids are derived from the rows."""

    name: str
    place: Place
    files: Files
    group: Group | None
    join: Join | None
    time: InstantField
    fields: tuple[Filler, ...]
    needed: tuple[Needed, ...]
    derives_ids: bool


@dataclass(frozen=True)
class Mapping:
    """A mapping file, read and found to fit itself."""

    path: Path
    sources: tuple[Source, ...]
