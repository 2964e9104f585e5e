"""Durations as people say them."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def short(seconds: float | None) -> str:
    """A duration in its largest fitting unit; a dash for none.

    >>> [short(s) for s in (0.04, 12, 90, 7_200, 200_000, None)]
    ['0.04 s', '12 s', '1.5 min', '2 h', '2.3 d', '–']
    """
    if seconds is None:
        return "–"
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{_three(seconds / size)} {unit}"
    return f"{_three(seconds)} s"


def _three(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
