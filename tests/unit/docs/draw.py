"""Writes the pictures of a page anew: `python -m tests.unit.docs.draw docs/clocks.md`.

A picture stands in a fenced block below a line `<!-- picture: name -->`.
"""

import re
import sys
from pathlib import Path

from tests.unit.docs.stories import PICTURES
from tests.unit.docs.timeline import draw

PICTURE = re.compile(r"(<!-- picture: ([a-z ]+) -->\n```text\n)(.*?)(?=```)", re.DOTALL)


def pictures_of(page: str) -> dict[str, str]:
    """The pictures a page shows, by name."""
    return {name: picture.rstrip("\n") for _, name, picture in PICTURE.findall(page)}


def redrawn(page: str) -> str:
    """The page with every picture as it is drawn now."""
    return PICTURE.sub(lambda found: f"{found[1]}{draw(PICTURES[found[2]])}\n", page)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(redrawn(Path(name).read_text()))
