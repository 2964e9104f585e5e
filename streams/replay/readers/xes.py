"""XES event logs (IEEE 1849), plain or gzipped: one row an event, trace attributes as `case:…`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from streams.errors import MappingError
from streams.replay.readers.contents import Contents
from streams.replay.readers.gather import Gather
from streams.replay.readers.unzipped import UNREADABLE, open_unzipped

_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def read_xes(path: Path, columns: Sequence[str] | None = None) -> Contents:
    """Read the events of all traces; a trace's `concept:name` is column `case:concept:name`.

    Lists and containers inside events are left out. Raises MappingError for a file that isn't XML.
    """
    gathered = Gather(columns)
    try:
        for event in _events(path):
            gathered.add(event)
    except (ET.ParseError, *UNREADABLE) as error:
        raise MappingError(f"{path}: is not an XES log ({error}); set `format`") from error
    return Contents(gathered.table(), gathered.names, {})


def _events(path: Path) -> Iterator[list[tuple[str, str]]]:
    trace: list[tuple[str, str]] = []
    around: list[str] = []
    with open_unzipped(path) as file:
        # Only elements that the log itself holds are kept: nothing outside the file is fetched.
        for happening, element in ET.iterparse(file, events=("start", "end")):  # noqa: S314
            tag = element.tag.rpartition("}")[2]
            if happening == "start":
                around.append(tag)
                continue
            around.pop()
            if tag == "event":
                own = [attribute for child in element for attribute in _attribute(child, "")]
                yield trace + own
                element.clear()
            elif tag == "trace":
                trace = []
                element.clear()
            elif around and around[-1] == "trace":
                trace += _attribute(element, "case:")


def _attribute(element: ET.Element, prefix: str) -> list[tuple[str, str]]:
    if element.tag.rpartition("}")[2] not in _VALUES:
        return []
    return [(prefix + element.get("key", ""), element.get("value", ""))]
