"""Quantiles of windows: their bins as a sketch of the package `ddsketch`."""

from ddsketch import DDSketch
from ddsketch.mapping import LogarithmicMapping

from streams.domain.outputs import Window
from streams.domain.windows.sketch import ACCURACY, ZERO

_MAPPING = LogarithmicMapping(ACCURACY)


def sketch_of(*windows: Window) -> DDSketch:
    """One sketch of the durations in windows, say of several partitions or hours.

    Its quantiles are within 1 % of the values' own. Counts are exact; take sums from the windows.

    >>> window = Window("w", 1, "m", "web", "vip", 0, 0, 60, 3, 3, 130.0, 0, 0, {0: 1, 206: 2})
    >>> sketch = sketch_of(window, window)
    >>> sketch.count, round(sketch.get_quantile_value(0.9), 1)
    (6.0, 61.0)
    """
    sketch = DDSketch(ACCURACY)
    for window in windows:
        for place, number in (window.bins or {}).items():
            sketch.add(0.0 if place == ZERO else _MAPPING.value(place), number)
    return sketch
