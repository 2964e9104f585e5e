"""What a picture was drawn from, kept in its file: one that is left behind is found out."""

import hashlib
import json
from pathlib import Path

from PIL import Image

from deploy.grafana.source.model import Json

KEY = "Dashboard"
"""Of the PNG's text."""


def stamp(dashboard: Json) -> str:
    """A hash of a dashboard's titles, queries and legends, rows among them, in their order.

    >>> board = {"title": "Desk", "panels": [{"title": "Row"}]}
    >>> stamp(board) == stamp(board | {"title": "Till"})
    False
    """
    asked = [
        [panel["title"], [_asked(target) for target in panel.get("targets") or ()]]
        for panel in dashboard["panels"]
    ]
    told = json.dumps([dashboard["title"], asked])
    return hashlib.sha256(told.encode()).hexdigest()


def _asked(target: Json) -> list[object]:
    return [target["expr"], target.get("legendFormat", ""), bool(target.get("instant"))]


def stamp_of(file: Path) -> str:
    """The hash of the dashboard a picture was drawn from; empty where none is in the file."""
    with Image.open(file) as image:
        return str(image.info.get(KEY, ""))
