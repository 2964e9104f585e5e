"""News is posted first, what is told again is never in its way, and nothing that isn't ours."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from streams.adapters.alertmanager import Backoff, Notice, TokenBucket, Unreachable, Wording
from streams.adapters.alertmanager.poster import BATCH, EXPIRES_S, Poster
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page

NOW_MS = 1_000_000_000


def alert(name: str, band: str = "high", **more: Any) -> Alert:
    plain = Alert(name, 1, "sla.missed", "raised", "ann", None, 0, 0, band, 60, (), "chat", "vip")
    return plain._replace(**more)


class There:
    """An Alertmanager's place: away for the first so many posts, refuses what it is told to."""

    def __init__(self, away: int = 0, refuses: str = "") -> None:
        self.away, self.refuses = away, refuses
        self.posted: list[list[Notice]] = []
        self.enough = asyncio.Event()

    async def post(self, notices: Sequence[Notice]) -> list[Notice]:
        await asyncio.sleep(0)  # as over a wire: others have their turn
        if self.away:
            self.away -= 1
            raise Unreachable("nobody there")
        self.posted.append(list(notices))
        self.enough.set()
        return [it for it in notices if it.labels["alert_id"] == self.refuses]

    @property
    def ids(self) -> list[str]:
        return [notice.labels["alert_id"] for notices in self.posted for notice in notices]


def poster(**more: Any) -> Poster:
    parts: dict[str, Any] = {
        "bucket": TokenBucket(rate=1e6, burst=1e6, now=0.0),
        "backoff": Backoff(first_s=0.001, most_s=0.001),
        "wall_ms": lambda: NOW_MS,
        "clock_s": lambda: 0.0,
        "jitter": lambda: 0.0,
        "delivered": lambda _: None,
    }
    return Poster(Wording(), **parts | more)


async def until(post: Poster, there: There, right: Any, *, ours: bool = True) -> None:
    """Let it run until it is right."""
    running = asyncio.ensure_future(post.run(there, lambda: ours))  # type: ignore[arg-type]
    try:
        async with asyncio.timeout(10):
            while not right():  # noqa: ASYNC110  (a turn of the loop each: no time passes)
                await asyncio.sleep(0)
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def test_news_goes_before_thousands_that_are_told_again_and_the_gravest_first() -> None:
    post, there = poster(), There()
    post.take([Page(alert(f"old-{n}"), again=True) for n in range(5_000)])
    post.take([Page(alert("warning")), Page(alert("critical", "critical"))])
    post.take([Page(alert("cause", "high", affected=9, shared=(("channel", "chat"),)))])
    await until(post, there, lambda: len(post) == 0)
    assert there.ids[:3] == ["cause", "critical", "warning"]
    assert len(there.ids) == len(set(there.ids)) == 5_003


async def test_a_grave_one_does_not_wait_for_those_that_end() -> None:
    post, there = poster(), There()
    post.take([Page(alert(f"over-{n}", "elevated"), ended=True) for n in range(5_000)])
    post.take([Page(alert("critical", "critical"))])
    await until(post, there, lambda: len(post) == 0)
    assert there.ids[0] == "critical"


async def test_however_long_it_is_away_only_the_newest_word_waits() -> None:
    post, there = poster(), There(away=3)
    for version in range(1, 6):
        post.take([Page(alert("a", version=version, score=version))])
    post.take([Page(alert("a", version=5), ended=True)])
    await until(post, there, lambda: len(post) == 0)
    assert there.ids == ["a"]
    assert there.posted[0][0].ends_at_ms == NOW_MS


async def test_what_is_news_stays_news_when_it_is_told_again_before_it_was_posted() -> None:
    post, there = poster(), There()
    post.take([Page(alert("news")), Page(alert("other"), again=True)])
    post.take([Page(alert("news"), again=True)])
    await until(post, there, lambda: len(post) == 0)
    assert there.ids == ["news", "other"]


async def test_what_waited_as_news_is_delivered_as_news() -> None:
    delivered: list[Page] = []
    post, there = poster(delivered=delivered.extend), There(away=3)
    post.take([Page(alert("news"))])
    post.take([Page(alert("news"), again=True)])
    assert post.news == 1
    await until(post, there, lambda: len(post) == 0)
    assert delivered == [Page(alert("news"))]


async def test_news_that_is_told_again_while_it_is_posted_is_delivered_once() -> None:
    delivered: list[Page] = []
    post, there = poster(delivered=delivered.extend), There()
    there_post = there.post

    async def while_posted(notices: Sequence[Notice]) -> list[Notice]:
        post.take([Page(alert("news"), again=True)])
        return await there_post(notices)

    there.post = while_posted  # type: ignore[method-assign]
    post.take([Page(alert("news"))])
    await until(post, there, lambda: len(post) == 0)
    assert delivered == [Page(alert("news"))]


async def test_what_is_refused_is_not_delivered() -> None:
    delivered: list[Page] = []
    post, there = poster(delivered=delivered.extend), There(refuses="bad")
    post.take([Page(alert("good")), Page(alert("bad"))])
    await until(post, there, lambda: len(post) == 0)
    assert delivered == [Page(alert("good"))]


async def test_who_lost_the_alerts_to_another_pager_tells_nothing_more() -> None:
    post, there = poster(), There()
    post.take([Page(alert("a"))])
    await until(post, there, lambda: len(post) == 0, ours=False)
    assert there.posted == []


async def test_where_a_round_takes_long_alerts_expire_later() -> None:
    post, there = poster(bucket=TokenBucket(rate=10.0, burst=1e6, now=0.0)), There()
    post.take([Page(alert(f"a-{n}")) for n in range(3_000)])
    await until(post, there, lambda: len(there.posted) == 1)
    first = there.posted[0][0]
    assert first.ends_at_ms == NOW_MS + (EXPIRES_S + 2 * 3_000 // 10) * 1000
    assert len(there.posted[0]) == BATCH
