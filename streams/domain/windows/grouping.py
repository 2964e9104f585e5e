"""A slice's measurements, added up by series and window before any window is touched."""

from collections.abc import Container, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from streams.domain.outputs import Measurement, Output, Was
from streams.domain.windows.figures import Figures, Series

_value = itemgetter(Measurement._fields.index("value"))
_kept = itemgetter(Measurement._fields.index("kept"))


class Change(NamedTuple):
    """What is to be added (sign 1) or taken out (-1) of a series' window with this start (ms)."""

    series: Series
    start: int
    figures: Figures
    sign: int


def changes(
    outputs: Sequence[Output], size_ms: int, sketched: Container[str]
) -> Iterator[Change]:
    """What the measurements among a slice's outputs change in windows of a size.

    An amendment takes out what was said before; a retraction takes out and adds nothing.

    >>> said = Measurement("m", 1, "csat", "ann", None, 4.0, 61_000, "web", "vip")
    >>> amended = said._replace(value=2.0, was=Was(4.0, 61_000, "web", "vip"), amends=True)
    >>> [(change.start, change.sign, change.figures.thousandths)
    ...     for change in changes([said, amended], 60_000, ())]
    [(60000, 1, 6000), (60000, -1, 4000)]
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
    for (metric, channel, tier, number), group in groups.items():
        verdicts = list(map(_kept, group))
        figures = Figures.of(
            list(map(_value, group)),
            kept=verdicts.count(True),
            missed=verdicts.count(False),
            sketched=metric in sketched,
        )
        yield Change((metric, channel, tier), number * size_ms, figures, 1)
    for metric, was in amended:
        figures = Figures.of(
            [was.value],
            kept=was.kept is True,
            missed=was.kept is False,
            sketched=metric in sketched,
        )
        yield Change((metric, was.channel, was.tier), was.at - was.at % size_ms, figures, -1)
