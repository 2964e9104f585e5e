"""How the figures of a window are said."""

from streams.domain.outputs import Window
from streams.domain.windows.figures import Figures, Series
from streams.domain.windows.pages import Place


def window_of(partition: int, place: Place, series: Series, figures: Figures) -> Window:
    """The window as it stands.

    What is amended may have been counted by nobody, if windows were switched on in between: less
    than nothing is said as nothing.
    """
    size, start, _ = place
    seconds = size // 1000
    metric, channel, tier = series
    bins = figures.bins
    if bins is not None:
        bins = {key: bins[key] for key in sorted(bins) if bins[key] > 0}
    return Window(
        f"{partition}/{metric}/{channel}/{tier}/{seconds}/{start}",
        figures.version,
        metric,
        channel,
        tier,
        partition,
        start,
        seconds,
        max(figures.count, 0),
        max(figures.known, 0),
        figures.thousandths / 1000 if figures.known > 0 else None,
        max(figures.kept, 0),
        max(figures.missed, 0),
        bins,
    )
