"""A slice's measurements, added up by series and window before any window is touched."""

from collections.abc import Sequence
from typing import TypeAlias

from streams.domain.outputs import Measurement, Output, Was
from streams.domain.windows.figures import Series

Change: TypeAlias = tuple[Series, int, list[float | None], int, int, int]
"""Series and start (ms) of a window, the values to add (sign 1) or to take out (-1), how many of
them kept and missed a promise, and the sign."""


def changes(outputs: Sequence[Output], size_ms: int) -> list[Change]:
    """What the measurements among a slice's outputs change in windows of a size.

    An amendment takes out what was said before; a retraction takes out and adds nothing.

    >>> said = Measurement("m", 1, "csat", "ann", None, 4.0, 61_000, "web", "vip")
    >>> amended = said._replace(value=2.0, was=Was(4.0, 61_000, "web", "vip"), amends=True)
    >>> for change in changes([said, amended], 60_000): print(change)
    (('csat', 'web', 'vip'), 60000, [4.0, 2.0], 0, 0, 1)
    (('csat', 'web', 'vip'), 60000, [4.0], 0, 0, -1)
    """
    groups: dict[tuple[str, str, str, int], list[Measurement]] = {}
    amended: list[tuple[str, Was]] = []
    for said in outputs:
        if type(said) is Measurement:  # positions below: half the time of names
            was = said[14]
            if was is not None or said[9]:
                amended.append((said[2], was or Was(said[5], said[6], said[7], said[8], said[12])))
                if said[9]:
                    continue
            place = (said[2], said[7], said[8], said[6] // size_ms)
            group = groups.get(place)
            if group is None:
                groups[place] = [said]
            else:
                group.append(said)
    found: list[Change] = []
    for (metric, channel, tier, number), group in groups.items():
        values, kept = [said[5] for said in group], [said[12] for said in group]
        series = (metric, channel, tier)
        found.append((series, number * size_ms, values, kept.count(True), kept.count(False), 1))
    for metric, was in amended:
        value, at, channel, tier, kept_then = was
        series, start = (metric, channel, tier), at - at % size_ms
        found.append((series, start, [value], int(kept_then is True), int(kept_then is False), -1))
    return found
