"""What waits to be posted: news first, but nothing that stands is left to expire behind it."""

from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.alertmanager.poster import EXPIRES_S
from streams.adapters.alertmanager.waiting import PATIENT_S, Waiting
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.domain.paging.paging import AGAIN_MS

RATE = 10
"""Alerts posted a second."""
STANDING = RATE * AGAIN_MS // 1000
"""As many as that rate bears: each of them once a minute, as long as there is no news."""


def alert(name: str, band: str = "high") -> Alert:
    return Alert(name, 1, "sla.missed", "raised", "ann", None, 0, 0, band, 60, (), "chat", "vip")


def test_what_stands_is_told_again_in_time_however_much_news_there_is() -> None:
    waiting = Waiting()
    told = {f"old-{n}": 0 for n in range(STANDING)}
    longest = 0
    for now in range(1, 900):
        for number, (name, at) in enumerate(told.items()):
            if now > at and (now - at) % (AGAIN_MS // 1000) == 0:
                band = ("critical", "elevated")[number % 2]
                waiting.put(Page(alert(name, band), again=True), now)
        for number in range(2 * RATE):
            waiting.put(Page(alert(f"news-{now}-{number}", "critical")), now)
        batch = waiting.first(RATE, now)
        waiting.posted(batch)
        for page in batch:
            if page.again:
                longest = max(longest, now - told[page.alert.alert_id])
                told[page.alert.alert_id] = now
    assert longest < EXPIRES_S
    assert min(told.values()) > 900 - EXPIRES_S


def test_news_has_half_of_each_batch_however_many_wait_to_be_told_again() -> None:
    waiting = Waiting()
    for number in range(50):
        waiting.put(Page(alert(f"old-{number}"), again=True), 0.0)
        waiting.put(Page(alert(f"news-{number}")), PATIENT_S)
    assert [page.again for page in waiting.first(8, PATIENT_S - 1)] == [False] * 8
    assert [page.again for page in waiting.first(8, PATIENT_S)] == [False] * 4 + [True] * 4


PUTS = st.lists(
    st.tuples(st.integers(0, 5), st.booleans(), st.booleans(), st.sampled_from([0.0, 1.0, 61.0]))
)


@given(PUTS, st.integers(2, 9))
def test_each_that_waits_is_posted_once_in_its_newest_word(
    puts: list[tuple[int, bool, bool, float]], most: int
) -> None:
    waiting, newest, now = Waiting(), dict[str, tuple[bool, bool]](), 0.0
    for number, ended, again, later in puts:
        now += later
        waiting.put(Page(alert(f"a-{number}"), ended=ended, again=again), now)
        was_news = f"a-{number}" in newest and not newest[f"a-{number}"][1]
        newest[f"a-{number}"] = ended, again and not was_news
    assert waiting.news == sum(not again for _, again in newest.values())
    posted = dict[str, tuple[bool, bool]]()
    while batch := waiting.first(most, now):
        assert len(batch) <= most
        for page in batch:
            assert page.alert.alert_id not in posted
            posted[page.alert.alert_id] = page.ended, page.again
        waiting.posted(batch)
    assert posted == newest
    assert len(waiting) == 0
