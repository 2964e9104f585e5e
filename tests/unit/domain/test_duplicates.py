"""The window of duplicates."""

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.recent import MARK_BYTES, RECENT_CAP, is_known
from tests.unit.domain.saying import Story, asked, touch


def test_a_duplicate_is_counted_and_changes_nothing_else() -> None:
    question = asked(0)
    story = Story().tell(question, touch("page_viewed", 5))
    said = list(story.said)
    before = str(story.state)
    story.tell(question, question)
    assert story.said == said
    assert story.state.duplicates == 2
    story.state.duplicates = 0
    assert str(story.state) == before


def test_an_id_seen_again_at_another_time_is_a_duplicate_too() -> None:
    story = Story().tell(asked(0)._replace(fingerprint=7), asked(9)._replace(fingerprint=7))
    assert (story.state.events, story.state.duplicates) == (1, 1)


def test_the_window_reaches_back_sixteen_events() -> None:
    first = touch("page_viewed", 0)
    story = Story().tell(first, *(touch("page_viewed", at) for at in range(1, RECENT_CAP)))
    assert story.tell(first).state.duplicates == 1
    story.tell(touch("page_viewed", 99), first)
    assert story.state.duplicates == 1
    assert len(story.state.recent) == RECENT_CAP * MARK_BYTES


def test_fingerprints_may_be_negative() -> None:
    event = touch("page_viewed", 0)._replace(fingerprint=-(2**63))
    assert Story().tell(event, event).state.duplicates == 1


@given(st.lists(st.binary(min_size=MARK_BYTES, max_size=MARK_BYTES)), st.data())
def test_a_mark_is_known_where_it_lies_whole(marks: list[bytes], data: st.DataObject) -> None:
    window = b"".join(marks)
    some = st.binary(min_size=MARK_BYTES, max_size=MARK_BYTES)
    cut = st.integers(0, max(0, len(window) - MARK_BYTES))
    shifted = data.draw(cut.map(lambda at: window[at : at + MARK_BYTES])) if marks else b""
    for mark in (data.draw(some), shifted, *marks):
        if len(mark) == MARK_BYTES:
            assert is_known(window, mark) is (mark in marks)
