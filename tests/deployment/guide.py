"""A page with boxes to be typed, as the one shell script that typing them is."""

import re
from collections.abc import Mapping
from pathlib import Path

_CHAPTER = re.compile(r"(?m)^## ")
_BOX = re.compile(r"(?ms)^```(sh|yaml)\n(.*?)^```$")

PASTE = "paste-into"
"""The program that stands for the hand that pastes a box of YAML into a file."""


def script(page: Path, names: Mapping[str, str]) -> str:
    """The boxes of all chapters, top to bottom, `names` put in place.

    YAML goes into the file that the line before its box names, in the quotes of code.
    """
    typed = "\n".join(_typed(part) for part in _CHAPTER.split(page.read_text())[1:])
    for name in names:
        assert name in typed, f"{page.name} does not say {name}"
    longest_first = sorted(names, key=len, reverse=True)
    any_name = re.compile("|".join(map(re.escape, longest_first)))
    return any_name.sub(lambda found: names[found[0]], typed)


def _typed(chapter: str) -> str:
    lines = []
    for box in _BOX.finditer(chapter):
        kind, text = box.groups()
        if kind == "yaml":
            file = re.findall(r"`([^`]+)`", chapter[: box.start()].rstrip().splitlines()[-1])[0]
            text = f"{PASTE} {file} <<'END'\n{text}END\n"
        lines.append(text)
    return "\n".join(lines)
