"""How long windows are, and how long they stay open to corrections."""

from typing import NamedTuple


class Size(NamedTuple):
    """The length of a window, and for how long after its end late measurements correct it."""

    seconds: int
    retention_s: int


MINUTE = Size(60, 2 * 3600)
HOUR = Size(3600, 2 * 86_400)
DAY = Size(86_400, 8 * 86_400)

SIZES = (MINUTE, HOUR, DAY)
"""Each a multiple of the one before."""

_SMALLEST = {"minute": SIZES, "hour": SIZES[1:], "day": SIZES[2:], "off": ()}


def sizes_from(smallest: str) -> tuple[Size, ...]:
    """The sizes from `minute`, `hour` or `day` on; none for `off`.

    >>> [size.seconds for size in sizes_from("hour")]
    [3600, 86400]
    """
    return _SMALLEST[smallest]
