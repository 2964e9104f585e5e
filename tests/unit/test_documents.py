"""What the documents and the deployment files say is so."""

import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from streams.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
LINK = re.compile(r"\]\(([^)#]*)#?([^)]*)\)")
FENCED = re.compile(r"^ *(```|~~~).*?^ *\1", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6} +(.+?)(?: +#+)?$", re.MULTILINE)


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    lines = [line for line in README.splitlines() if line.startswith("| `CX_")]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    assert [name for name, _, _ in rows] == [f"CX_{name.upper()}" for name in Settings.model_fields]
    for (name, default, meaning), field in zip(rows, Settings.model_fields.values(), strict=True):
        assert meaning == field.description
        if name != "CX_DATA_DIR":  # it depends on the machine
            assert default == ("" if field.default in ("", None) else str(field.default))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(astray(page)) == []


def astray(page: Path) -> Iterator[str]:
    """Links of a page to files that aren't there, or to headings that aren't in them."""
    for target, anchor in LINK.findall(page.read_text()):
        if target.startswith("https://"):
            continue
        there = page.parent / target if target else page
        if not there.exists() or (anchor and anchor not in anchors(there.read_text())):
            yield f"{target}#{anchor}" if anchor else target


def anchors(text: str) -> set[str]:
    """Where links into a page may lead: its headings, as GitHub writes them."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCED.sub("", text)):
        words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)  # a link's words alone
        name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        again = (f"{name}-{number}" for number in count(1))
        found.add(name if name not in found else next(it for it in again if it not in found))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Size the time-outs\n", {"size-the-time-outs"}),
        ("## `CX_A` & [B](b.md#c), so?\n", {"cx_a--b-so"}),
        ("# 客户 1.2 ##\n", {"客户-12"}),
        ("# One\n## Two\n# One\n# One\n", {"one", "two", "one-1", "one-2"}),
        ("```sh\n# a comment\n```\nwords # and\n#no heading\n", set()),
    ],
)
def test_anchors_are_those_that_github_makes(text: str, expected: set[str]) -> None:
    assert anchors(text) == expected


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    other.write_text("# There\n```\n# not there\n```\n")
    page.write_text(
        "# Here\n[a](#here) [b](#gone) [c](other.md) [d](other.md#there) [e](other.md#not-there)\n"
        "[f](none.md) [g](none.md#there) [h](https://example.com/#gone)\n"
    )
    assert list(astray(page)) == ["#gone", "other.md#not-there", "none.md", "none.md#there"]
