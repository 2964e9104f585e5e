"""What the documents and the deployment files say is so."""

import re
from pathlib import Path

import pytest

from streams.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    lines = [line for line in README.splitlines() if line.startswith("| `CX_")]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    assert [name for name, _, _ in rows] == [f"CX_{name.upper()}" for name in Settings.model_fields]
    for (name, default, meaning), field in zip(rows, Settings.model_fields.values(), strict=True):
        assert meaning == field.description
        if name != "CX_DATA_DIR":  # it depends on the machine
            assert default == ("" if field.default in ("", None) else str(field.default))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text()):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target
