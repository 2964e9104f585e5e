"""What is posted is always JSON that says what was meant, however odd the text."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.alertmanager.notice import (
    ANNOTATION_BYTES,
    LABEL_BYTES,
    Notice,
    as_json,
    clean,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY_TEXT, st.integers(3, 50))
def test_a_cleaned_text_is_utf8_of_at_most_so_many_bytes(text: str, most: int) -> None:
    cleaned = clean(text, most)
    assert len(cleaned.encode()) <= most
    assert clean(cleaned, most) == cleaned


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30))
def test_a_short_text_of_real_signs_stays_as_it_is(text: str) -> None:
    assert clean(text, 120) == text


def test_quotes_newlines_and_chinese_stay_and_halves_and_commands_do_not() -> None:
    assert clean('say "no"\n\t早上好 <b>', 1_000) == 'say "no"\n\t早上好 <b>'
    assert clean("\x00\x1b[31m\ud800\udc00\udcff", 1_000) == "\ufffd\ufffd[31m\ufffd\ufffd\ufffd"


@given(st.integers(), st.integers(), ANY_TEXT)
def test_any_instant_and_any_text_make_json(starts: int, ends: int, text: str) -> None:
    [row] = json.loads(as_json([Notice({"a": text}, {"b": text}, starts, ends)]))
    assert row.keys() == {"labels", "annotations", "startsAt", "endsAt"}
    for name in ("startsAt", "endsAt"):
        assert datetime.fromisoformat(row[name]).tzinfo is not None


def test_what_is_too_long_is_cut_and_says_so() -> None:
    [row] = json.loads(as_json([Notice({"a": "早" * 9_999}, {"b": "早" * 9_999}, 0, 1)]))
    for text, most in ((row["labels"]["a"], LABEL_BYTES), (row["annotations"]["b"], 4_096)):
        assert most - 3 < len(text.encode()) <= most
        assert text.endswith("早…")
    assert ANNOTATION_BYTES == 4_096


@pytest.mark.parametrize(("starts", "ended"), [(100, (100, 500)), (900, (500, 500))])
def test_an_ended_notice_never_ends_before_it_starts(starts: int, ended: tuple[int, int]) -> None:
    assert Notice({}, {}, starts, 10_000).ended(500)[2:4] == ended
