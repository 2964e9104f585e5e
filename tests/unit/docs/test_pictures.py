"""The pictures of docs/clocks.md are what the clocks draw; the tests it names are there.

Written anew by `python -m tests.unit.docs.draw docs/clocks.md`.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.docs.draw import pictures_of, redrawn
from tests.unit.docs.stories import PICTURES
from tests.unit.docs.timeline import draw

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/clocks.md").read_text()


def test_the_page_shows_every_story_and_no_other() -> None:
    assert sorted(pictures_of(PAGE)) == sorted(PICTURES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_what_the_clocks_draw_now(name: str) -> None:
    assert pictures_of(PAGE)[name] == draw(PICTURES[name]), (
        "the clocks draw another picture; python -m tests.unit.docs.draw docs/clocks.md"
    )


def test_drawing_anew_mends_a_picture_and_leaves_the_words() -> None:
    spoilt = PAGE.replace("● asks", "● sings")
    assert spoilt != PAGE
    assert redrawn(spoilt) == PAGE


def test_another_event_is_another_picture() -> None:
    plot = PICTURES["first response"]
    by_bot = [
        (step[0]._replace(actor="bot"), step[1]) if isinstance(step, tuple) else step
        for step in plot.steps[-3:]
    ]
    drawn = draw(replace(plot, steps=[*plot.steps[:-3], *by_bot])).splitlines()
    (clock,) = [row for row in drawn if row.startswith("first_response")]
    assert "!" in clock
    assert "✗" in clock
    assert "✓" not in clock


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", PAGE))))
def test_every_test_that_the_page_names_is_there(name: str) -> None:
    files = (ROOT / "tests/unit").rglob("test_*.py")
    assert any(f"def {name}(" in file.read_text() for file in files)
