"""Values as Grafana writes them."""

from collections.abc import Callable

_SPANS = ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s"), (0.001, "ms"))
_SIZES = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
_SUFFIX = {"cps": " /s"}


def span(most: float) -> tuple[float, str]:
    """In which span of time, in seconds, values up to so many seconds are best written.

    >>> span(7_200), span(0.25)
    ((3600.0, 'h'), (0.001, 'ms'))
    """
    return next((one for one in _SPANS if abs(most) >= one[0]), _SPANS[-1])


def written(value: float, unit: str, decimals: int | None = None) -> str:
    """A value in its unit.

    >>> written(0.7925, "percentunit", 1), written(79_200, "s", 1), written(12_345, "short", 0)
    ('79.2%', '22 h', '12.3K')
    >>> written(812, "short", 0), written(2_126.4, "cps"), written(-4.4, "none", 0)
    ('812', '2.13K /s', '-4')
    """
    if unit == "percentunit":
        return f"{_short(100 * value, 1 if decimals is None else decimals)}%"
    if unit == "s":
        length, name = span(value)
        return f"{_short(value / length, 1)} {name}" if value else "0 s"
    suffix = _SUFFIX.get(unit, "")
    if unit != "none":
        for size, name in _SIZES:
            if abs(value) >= size:
                return f"{_three_digits(value / size)}{name}{suffix}"
    return f"{_short(value, 2 if decimals is None else decimals)}{suffix}"


def ticks(most: float, unit: str) -> tuple[float, Callable[[float, int], str]]:
    """For an axis up to `most`: what its values are divided by, and how a tick is written."""
    if unit == "s":
        length, name = span(most)
        return length, lambda value, _: f"{value:g} {name}" if value else "0"
    if unit == "percentunit":
        return 0.01, lambda value, _: f"{value:g}%"
    size, name = next((one for one in _SIZES if most >= one[0]), (1.0, ""))
    suffix = _SUFFIX.get(unit, "")
    return size, lambda value, _: f"{value:g}{name}{suffix}" if value else "0"


def _three_digits(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1_000 else f"{value:.0f}"


def _short(value: float, decimals: int) -> str:
    """Rounded, without zeros that say nothing, and never minus nothing."""
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
