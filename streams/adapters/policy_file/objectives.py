"""The objectives of a policy file: how many promises are to be kept, how surveys are to turn out.

    [objectives]
    first_response = "95%"                  # of the promises of a clock; left out: 95%
    resolution_full = "none"                # this clock is measured, and nobody is paged for it
    ces2 = "80%"                            # top box, as csat; left out: no target
    nps = 30                                # points
    at_least = 20                           # events in a window, else it isn't judged

They are for whoever runs the desk, and no promise to anybody: `cxstreams rules` makes Prometheus
rules of them.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from streams.adapters.toml_file.keys import checked
from streams.adapters.toml_file.place import Place
from streams.domain.policy.objectives import USUAL_FLOOR, USUAL_SHARE, Objectives
from streams.domain.policy.promises import CLOCKS

SHARES_OF_SURVEYS = ("ces2", "csat")
_KEYS = (*CLOCKS, *SHARES_OF_SURVEYS, "nps", "at_least")
_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) ?%")
_MOST_EVENTS = 1_000_000


class _Range(NamedTuple):
    """From and to, both allowed, in percent; and why not more or less."""

    least: float
    most: float
    too_little: str
    too_much: str


_OF_PROMISES = _Range(
    50,
    99.99,
    'who keeps fewer than half has promised too much; promise less, or write "none"',
    "no miss at all would be left to spend, so each one would page somebody; write 99.9%",
)
_OF_ANSWERS = _Range(
    1,
    99,
    "every answer would do; write more, or take it out for no target",
    "one answer in a hundred is beyond everybody's reach; write 99% at most",
)


def read_objectives(raw: Any, promised: Sequence[str], top: Place) -> Objectives:
    """The objectives, the usual ones for clocks in `promised` that the table doesn't name."""
    place = top._replace(table="objectives")
    if not isinstance(raw, dict):
        raise place.error("must be a table; begin it with [objectives]")
    table = checked(raw, _KEYS, place)
    for clock in CLOCKS:
        if clock in table and clock not in promised:
            raise place.at(clock).error(
                "no rule promises anything of this clock; promise something, or take it out"
            )
    shares = {
        clock: _share(table[clock], _OF_PROMISES, place.at(clock))
        if clock in table
        else USUAL_SHARE
        for clock in promised
        if table.get(clock) != "none"
    }
    surveys = {
        name: _share(table[name], _OF_ANSWERS, place.at(name))
        for name in SHARES_OF_SURVEYS
        if name in table
    }
    if "nps" in table:
        surveys["nps"] = _points(table["nps"], place.at("nps"))
    floor = _whole(table["at_least"], place.at("at_least")) if "at_least" in table else USUAL_FLOOR
    return Objectives(shares, surveys, floor)


def percent(share: float) -> str:
    """A share as a policy file spells it.

    >>> percent(0.95), percent(0.999)
    ('95%', '99.9%')
    """
    return f"{100 * share:.6g}%"


def _share(raw: Any, allowed: _Range, place: Place) -> float:
    found = _SHARE.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise place.error(f'must be a share such as "95%", not {raw!r}')
    if float(found[1]) < allowed.least:
        raise place.error(f"{raw!r} is too little: {allowed.too_little}")
    if float(found[1]) > allowed.most:
        raise place.error(f"{raw!r} is too much: {allowed.too_much}")
    return float(Fraction(found[1]) / 100)


def _points(raw: Any, place: Place) -> float:
    if not isinstance(raw, int | float) or isinstance(raw, bool) or not -99 <= raw <= 99:
        raise place.error(f"must be points from -99 to 99, such as 30, not {raw!r}")
    return float(raw)


def _whole(raw: Any, place: Place) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not 1 <= raw <= _MOST_EVENTS:
        raise place.error(f"must be a whole number from 1 to a million, such as 20, not {raw!r}")
    return raw
