"""Where in a mapping file a person has to look, and the wording that takes them there."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from streams.errors import MappingError

_LISTED = 25


class Place(NamedTuple):
    """A key of a mapping file, for error messages.

    >>> print(Place(Path("shop.toml"), "purchases").at("fields", "kind").error("is missing"))
    shop.toml, source 'purchases', fields.kind: is missing
    """

    file: Path
    source: str = ""
    key: str = ""

    def at(self, *keys: str) -> "Place":
        """The place one or more keys deeper."""
        return self._replace(key=".".join(key for key in (self.key, *keys) if key))

    def error(self, message: str) -> MappingError:
        """An error that names file, source and key."""
        source = f", source '{self.source}'" if self.source else ""
        key = f", {self.key}" if self.key else ""
        return MappingError(f"{self.file}{source}{key}: {message}")

    def unknown(self, what: str, name: str, known: Iterable[str], where: str = "") -> MappingError:
        """An error for a name that isn't there, with its near matches and what is there.

        >>> print(Place(Path("m.toml")).unknown("column", "custmer", ["customer", "time"]))
        m.toml: no column 'custmer'; did you mean 'customer'? There are: customer, time
        """
        names = [*known]
        near = get_close_matches(name, names, n=2, cutoff=0.6)
        guess = f"; did you mean {' or '.join(map(repr, near))}?" if near else "."
        listed = ", ".join(names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
        return self.error(
            f"no {what} {name!r}{where and ' ' + where}{guess} There are: {listed or '(none)'}"
        )
