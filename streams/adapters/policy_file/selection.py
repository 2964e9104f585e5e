"""Whom a rule is for: a word, a list of words, or "any"."""

import re
from collections.abc import Collection
from typing import Any, Final

from streams.adapters.toml_file.keys import texts
from streams.adapters.toml_file.place import Place
from streams.domain.policy.promises import ANY

SLUG: Final = re.compile(r"[a-z0-9_-]{1,32}")
"""Names of rules, calendars and kinds of case: they become labels and parts of alerts."""

ANY_OTHER_KIND: Final = ""
"""Stands for all kinds of case that no rule names; no kind can be written so."""


def selection(
    table: dict[str, Any], key: str, known: Collection[str], place: Place
) -> frozenset[str]:
    """The words of a key, all of them `known`; with nothing known any slug will do."""
    raw = table.get(key, "any")
    if raw == "any":
        return ANY
    here = place.at(key)
    words = texts([raw] if isinstance(raw, str) else raw, f'"any" or ["{_example(known)}"]', here)
    if not words:
        raise here.error('names nothing; write "any", or take it out')
    for word in words:
        if word == "any":
            raise here.error('"any" stands alone; take the others out')
        if known and word not in known:
            raise here.unknown(key, word, known)
        if not SLUG.fullmatch(word):
            raise here.error(f"{word!r} has more than a-z, 0-9, _ and -, or more than 32 of them")
    return frozenset(words)


def _example(known: Collection[str]) -> str:
    return [*known][-1] if known else "refund"
