"""The README's way to connect is made of the lines of the page that a test types."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
BOX = re.compile(r"(?ms)^```(?:sh|yaml)\n(.*?)^```$")
LOOKING = ("curl ", "cxstreams --version", "promtool query", "cxstreams alerts", "amtool ")
"""What only looks whether it went well."""
TRYING = ("cxstreams simulate",)


def lines(text: str) -> list[str]:
    return [line for box in BOX.findall(text) for line in box.splitlines()]


def test_whoever_follows_the_readme_types_what_the_test_types() -> None:
    readme = (ROOT / "README.md").read_text().partition("## Connect an existing")[2]
    guide = (ROOT / "docs" / "connect.md").read_text().partition("## Take it away again")[0]
    doing = [line for line in lines(guide) if not line.startswith(LOOKING + TRYING)]
    assert lines(readme.partition("\n## ")[0]) == doing
