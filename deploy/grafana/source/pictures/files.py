"""The pictures as files of the documentation."""

from collections.abc import Iterator
from pathlib import Path

from deploy.grafana.source.interpolation import Window
from deploy.grafana.source.model import load
from deploy.grafana.source.pictures.answers import Source
from deploy.grafana.source.pictures.picture import draw

PICTURES = Path(__file__).parents[4] / "docs" / "pictures" / "dashboards"


def draw_all(dashboards: Path, url: str, window: Window, folder: Path = PICTURES) -> Iterator[Path]:
    """A picture for each dashboard of a folder, from what a Prometheus answers -> the files."""
    source = Source(url, window)
    for dashboard in load(dashboards):
        file = folder / f"{dashboard['uid']}.png"
        draw(dashboard, source, file)
        yield file
