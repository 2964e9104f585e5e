"""What the tests of the replay share: a log and a mapping written into a folder, and mapped."""

from pathlib import Path

from streams.domain.touchpoints import Touchpoint
from streams.replay.event_log import EventLog, read_log
from streams.replay.locate import Log
from streams.replay.mapping import load_mapping

EXAMPLES = Path(__file__).parents[3] / "examples"


def write_mapping(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def event_log(log: Path, text: str) -> EventLog:
    """A log mapped by the text of a mapping file, which is put beside it."""
    folder = log if log.is_dir() else log.parent
    return read_log(Log(str(log)), load_mapping(write_mapping(folder, text)))


def mapped(log: Path, text: str) -> list[Touchpoint]:
    return list(event_log(log, text).touchpoints())


def csv(folder: Path, *lines: str, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
