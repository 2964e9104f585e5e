"""Where in a file a person has to look, and the wording that takes them there."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path
from typing import NamedTuple

from streams.errors import ConfigurationError, StreamsError

_LISTED = 25
"""Names listed of those that are there; some countries have a hundred parts."""
_ALMOST = 0.1
"""So little less alike than the nearest name, a second one may be meant as well."""


class Place(NamedTuple):
    """A key of a file, for error messages of type `raises`; `table` is a source, rule or calendar.

    >>> print(Place(Path("desk.toml"), "rule 'vip'").at("warn").error("must be a list"))
    desk.toml, rule 'vip', warn: must be a list
    """

    file: Path
    table: str = ""
    key: str = ""
    raises: type[StreamsError] = ConfigurationError

    def at(self, *keys: str) -> "Place":
        """The place one or more keys deeper."""
        return self._replace(key=".".join(key for key in (self.key, *keys) if key))

    def error(self, message: str) -> StreamsError:
        """An error that names file, table and key."""
        where = ", ".join(part for part in (str(self.file), self.table, self.key) if part)
        return self.raises(f"{where}: {message}")

    def unknown(self, what: str, name: str, known: Iterable[str], where: str = "") -> StreamsError:
        """An error for a name that isn't there, with the nearest that are, and some more.

        >>> print(Place(Path("desk.toml")).unknown("tier", "vpi", ["normal", "vip"]))
        desk.toml: no tier 'vpi'; did you mean 'vip'? There are: normal, vip
        """
        return self.error(unknown(f"no {what} {name!r}{where and ' ' + where}", name, known))


def unknown(said: str, name: str, known: Iterable[str]) -> str:
    """The words for a name that isn't there.

    >>> unknown("--tier gold is no tier", "gold", ["normal", "vip"])
    '--tier gold is no tier. There are: normal, vip'
    """
    names = [*known]
    near = " or ".join(map(repr, _nearest(name, names)))
    guess = f"; did you mean {near}?" if near else "."
    listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    return f"{said}{guess} There are: {listed or '(none)'}"


def _nearest(name: str, names: list[str]) -> list[str]:
    """The nearest name, and a second one that is almost as near."""
    near = get_close_matches(name, names, n=2, cutoff=0.6)
    alike = [SequenceMatcher(None, each, name).ratio() for each in near]
    return [each for each, ratio in zip(near, alike, strict=True) if ratio > alike[0] - _ALMOST]
