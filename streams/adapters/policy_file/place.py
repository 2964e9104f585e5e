"""Where in a policy file a person has to look, and the wording that takes them there."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from streams.errors import ConfigurationError

_LISTED = 25


class Place(NamedTuple):
    """A key of a policy file, for error messages; `table` is a rule or calendar by its name.

    >>> print(Place(Path("desk.toml"), "rule 'vip'").at("warn").error("must be a list"))
    desk.toml, rule 'vip', warn: must be a list
    """

    file: Path
    table: str = ""
    key: str = ""

    def at(self, *keys: str) -> "Place":
        """The place one or more keys deeper."""
        return self._replace(key=".".join(key for key in (self.key, *keys) if key))

    def error(self, message: str) -> ConfigurationError:
        """An error that names file, table and key."""
        where = ", ".join(part for part in (str(self.file), self.table, self.key) if part)
        return ConfigurationError(f"{where}: {message}")

    def unknown(self, what: str, name: str, known: Iterable[str]) -> ConfigurationError:
        """An error for a name that isn't there, with the nearest that is, and some more.

        >>> print(Place(Path("desk.toml")).unknown("tier", "vpi", ["normal", "vip"]))
        desk.toml: no tier 'vpi'; did you mean 'vip'? There are: normal, vip
        """
        return self.error(unknown(f"no {what} {name!r}", name, known))


def unknown(said: str, name: str, known: Iterable[str]) -> str:
    """The words for a name that isn't there.

    >>> unknown("--tier gold is no tier", "gold", ["normal", "vip"])
    '--tier gold is no tier. There are: normal, vip'
    """
    names = [*known]
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    guess = f"; did you mean {near[0]!r}?" if near else "."
    listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    return f"{said}{guess} There are: {listed}"
