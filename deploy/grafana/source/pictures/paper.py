"""The sheet that all panels are drawn on: pixels from the top left, as on a screen."""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from PIL import Image
from PIL.PngImagePlugin import PngInfo

DPI = 100
INK, FAINT, LINE, BACKGROUND, WHITE = "#24292E", "#6B7280", "#E3E5E8", "#F4F5F5", "#FFFFFF"
COLOURS = 160
"""In a picture's palette: enough for flat areas and smooth letters, a third of the size."""


class Box(NamedTuple):
    """A rectangle in pixels; y grows downward."""

    x: float
    y: float
    width: float
    height: float

    def inside(self, left: float, top: float, right: float, bottom: float) -> "Box":
        """What is left within these margins.

        >>> Box(0, 0, 100, 50).inside(10, 5, 10, 5)
        Box(x=10, y=5, width=80, height=40)
        """
        return Box(
            self.x + left, self.y + top, self.width - left - right, self.height - top - bottom
        )


class Paper:
    """A sheet of so many pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=BACKGROUND)
        FigureCanvasAgg(self._figure)  # it measures texts; no window opens

    def axes(self, box: Box) -> Axes:
        """A place to plot, without a frame."""
        place = (
            box.x / self.width,
            1 - (box.y + box.height) / self.height,
            box.width / self.width,
            box.height / self.height,
        )
        axes = self._figure.add_axes(place)
        axes.set_facecolor("none")
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def card(self, box: Box, colour: str = WHITE, edge: str = LINE, radius: float = 4) -> None:
        """A rectangle with round corners."""
        self._figure.add_artist(
            FancyBboxPatch(
                (box.x / self.width, 1 - (box.y + box.height) / self.height),
                box.width / self.width,
                box.height / self.height,
                boxstyle=f"round,pad=0,rounding_size={radius / self.width}",
                mutation_aspect=self.width / self.height,
                facecolor=colour,
                edgecolor=edge,
                linewidth=1,
                zorder=-1,  # below what is plotted
            )
        )

    def text(self, x: float, y: float, text: str, size: float, **more: Any) -> Text:
        """Text whose baseline (or what `va` says) lies at y; `size` in points."""
        options = {"color": INK, "va": "center"} | more
        return self._figure.text(
            x / self.width, 1 - y / self.height, _plain(text), fontsize=size, **options
        )

    def wide(self, text: str, size: float, weight: str = "normal") -> float:
        """How many pixels wide a text is."""
        sample = self._figure.text(0, 0, _plain(text), fontsize=size, weight=weight)
        extent = sample.get_window_extent()
        sample.remove()
        return float(extent.width)

    def fitted(self, text: str, size: float, width: float, weight: str = "normal") -> str:
        """The text, cut with an ellipsis where it is too wide."""
        if self.wide(text, size, weight) <= width:
            return text
        while text and self.wide(text + "…", size, weight) > width:
            text = text[:-1]
        return text.rstrip() + "…"

    def save(self, file: Path, texts: Mapping[str, str]) -> None:
        """As a PNG with a palette, and these texts in it, which nobody sees."""
        drawn = BytesIO()
        self._figure.savefig(drawn, format="png", facecolor=BACKGROUND)
        file.parent.mkdir(parents=True, exist_ok=True)
        image = Image.open(drawn).convert("RGB")
        unseen = PngInfo()
        for key, text in texts.items():
            unseen.add_text(key, text)
        few = image.quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(file, optimize=True, pnginfo=unseen)


def _plain(text: str) -> str:
    """A dollar begins a formula in matplotlib."""
    return text.replace("$", r"\$")
