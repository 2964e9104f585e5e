"""The version of a policy: what the people call it, and a mark of what it really says."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from json import dumps
from typing import Any

from streams.adapters.toml_file.keys import get
from streams.adapters.toml_file.place import Place

_TEXT = re.compile(r"[A-Za-z0-9._-]{1,32}")


def version_of(
    raw: Mapping[str, Any], day_files: Mapping[str, frozenset[date]], place: Place
) -> str:
    """The file's own `version`, `+` and 8 digits of a hash; without a version, the digits.

    The hash is taken of the parsed content and of the days in included files, so comments and
    layout don't change it. Alerts carry it: a policy changed without a new `version` shows.
    Objectives are left out: they promise nothing to anybody, and another mark would have every
    customer's promises reviewed, and said again under it.

    >>> from pathlib import Path
    >>> version_of({"version": "2026-11", "rules": []}, {}, Place(Path("desk.toml")))
    '2026-11+0655f2a7'
    """
    text = get(dict(raw), "version", str, place)
    if text is not None and not _TEXT.fullmatch(text):
        raise place.at("version").error(
            f"{text!r} has more than letters, digits, '.', '_' and '-', or more than 32 of them"
        )
    days = {name: sorted(map(str, day_file)) for name, day_file in day_files.items()}
    promised = {key: value for key, value in raw.items() if key != "objectives"}
    said = {"policy": promised, "day_files": days}
    # `default`: TOML has dates and times of its own, which are the same day as a text.
    canonical = dumps(said, sort_keys=True, separators=(",", ":"), default=str)
    mark = sha256(canonical.encode()).hexdigest()[:8]
    return mark if text is None else f"{text}+{mark}"
