"""Every Alertmanager is told; what is absent, slow or mad is taken for what it is."""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from streams.adapters.alertmanager import Access, Alertmanagers, Unreachable
from streams.errors import ConfigurationError
from tests.cluster.certificates import Certificates
from tests.cluster.ports import free_ports
from tests.unit.adapters.alertmanager.fickle import (
    Fickle,
    Mood,
    accept,
    answer,
    close_quietly,
    garble,
    hang_up,
    notice,
    refuse,
    say_nothing,
)

PATIENT_S = 30.0
HASTY_S = 0.2
"""Long enough for loopback, short enough for a test of one that never answers."""


class Counts(Counter[str]):
    """What was told of how many notices."""

    def __init__(self, *known: Any, **more: int) -> None:
        super().__init__(*known, **more)
        self._more = asyncio.Event()

    def told(self, outcome: str, number: int) -> None:
        self[outcome] += number
        self._more.set()

    async def reach(self, total: int) -> None:
        """Wait until as many have been told of."""
        while self.total() < total:
            self._more.clear()
            await self._more.wait()


@pytest.fixture
async def fickle() -> AsyncIterator[Fickle]:
    async with Fickle() as running:
        yield running


@pytest.fixture
async def second() -> AsyncIterator[Fickle]:
    async with Fickle() as running:
        yield running


def cluster(counts: Counts, *servers: Fickle | str, **more: Any) -> Alertmanagers:
    urls = [it if isinstance(it, str) else it.url for it in servers]
    more.setdefault("timeout_s", PATIENT_S)
    return Alertmanagers(urls, told=counts.told, **more)


async def test_everyone_of_the_cluster_is_told_in_batches(fickle: Fickle, second: Fickle) -> None:
    counts = Counts()
    ids = [str(number) for number in range(150)]
    async with cluster(counts, fickle, second, batch=64) as alertmanagers:
        await alertmanagers.post([notice(alert_id) for alert_id in ids])
        await counts.reach(300)
    for server in (fickle, second):
        assert [len(post.alerts) for post in server.posts] == [64, 64, 22]
        assert server.posted_ids == ids
        assert {post.line for post in server.posts} == {"POST /api/v2/alerts HTTP/1.1"}
    assert counts == {"ok": 300}


async def test_nothing_to_tell_asks_nobody(fickle: Fickle) -> None:
    async with cluster(Counts(), fickle) as alertmanagers:
        await alertmanagers.post([])
    assert fickle.posts == []


async def test_a_path_before_the_api_is_kept(fickle: Fickle) -> None:
    async with cluster(Counts(), f"{fickle.url}/watch/") as alertmanagers:
        await alertmanagers.post([notice("a")])
    assert fickle.posts[0].line == "POST /watch/api/v2/alerts HTTP/1.1"


@pytest.mark.parametrize(
    ("access", "said"),
    [
        (Access(user="cx", password="pass:wörd"), "Basic Y3g6cGFzczp3w7ZyZA=="),
        (Access(token="secret"), "Bearer secret"),
        (Access(), None),
    ],
)
async def test_who_we_are_is_said_as_wanted(
    fickle: Fickle, access: Access, said: str | None
) -> None:
    async with cluster(Counts(), fickle, access=access) as alertmanagers:
        await alertmanagers.post([notice("a")])
    assert fickle.posts[0].headers.get("authorization") == said


async def test_only_who_shows_a_certificate_of_our_authority_is_told(
    tmp_path: Path, second: Fickle
) -> None:
    certificates = Certificates(tmp_path / "certificates")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.broker.chain, certificates.broker.key)
    counts = Counts()
    async with Fickle(context) as secure:
        for number, ca in enumerate((certificates.ca, certificates.foreign_ca), 1):
            async with cluster(counts, secure, second, access=Access(ca=ca)) as alertmanagers:
                await alertmanagers.post([notice(ca.stem)])
                await counts.reach(2 * number)
    assert secure.posted_ids == ["ca"]
    assert counts == {"ok": 3, "unreachable": 1}


HTML = "<html>Bad Gateway for customer ann</html>"
MISBEHAVIOURS = {
    "500": answer(500, '{"message":"ann"}'),
    "502 with HTML": answer(502, HTML, "text/html"),
    "200 with HTML, as a login page": answer(200, HTML, "text/html"),
    "400 with HTML, as a proxy says": answer(400, HTML, "text/html"),
    "400 without a word": answer(400),
    "401": answer(401),
    "404": answer(404, HTML, "text/html"),
    "429": answer(429, '"too many"'),
    "redirect": answer(302, Location="http://127.0.0.1:1/elsewhere"),
    "no HTTP": garble,
    "reset": hang_up,
    "never an answer": say_nothing,
    "half an answer": answer(200, Content_Encoding="gzip", Transfer_Encoding="chunked"),
}


@pytest.mark.parametrize("mood", MISBEHAVIOURS.values(), ids=MISBEHAVIOURS.keys())
async def test_one_that_misbehaves_is_no_answer_and_nothing_is_lost(
    fickle: Fickle, mood: Mood, caplog: pytest.LogCaptureFixture
) -> None:
    fickle.mood = mood
    counts = Counts()
    async with cluster(counts, fickle, timeout_s=HASTY_S) as alertmanagers:
        with pytest.raises(Unreachable, match="no Alertmanager takes alerts at http://127"):
            await alertmanagers.post([notice("a"), notice("b")])
        assert counts == {"unreachable": 2}
        fickle.mood = accept
    async with cluster(counts, fickle) as alertmanagers:
        await alertmanagers.post([notice("a"), notice("b")])
    assert counts == {"unreachable": 2, "ok": 2}
    assert "ann" not in caplog.text


async def test_one_that_is_absent_is_no_answer() -> None:
    (port,) = free_ports(1)
    counts = Counts()
    async with cluster(counts, f"http://127.0.0.1:{port}") as alertmanagers:
        with pytest.raises(Unreachable):
            await alertmanagers.post([notice("a")])
    assert counts == {"unreachable": 1}


async def test_one_that_never_answers_holds_up_nobody_when_another_does(
    fickle: Fickle, second: Fickle
) -> None:
    fickle.mood = say_nothing
    counts = Counts()
    async with cluster(counts, fickle, second) as alertmanagers:
        for number in range(20):  # more than may wait for the silent one
            await alertmanagers.post([notice(str(number))])
    assert second.posted_ids == [str(number) for number in range(20)]
    assert fickle.posted_ids == ["0"]
    assert counts == {"ok": 20, "unreachable": 16}


async def test_one_that_is_slow_is_told_in_the_order_of_the_posts(
    fickle: Fickle, second: Fickle
) -> None:
    go_on = asyncio.Event()

    async def waits(post: Any, writer: asyncio.StreamWriter) -> None:
        await go_on.wait()
        await accept(post, writer)

    fickle.mood = waits
    counts = Counts()
    async with cluster(counts, fickle, second) as alertmanagers:
        for number in range(4):
            await alertmanagers.post([notice(str(number))])
        go_on.set()
        await counts.reach(8)
    assert fickle.posted_ids == ["0", "1", "2", "3"]


async def test_a_connection_closed_while_idle_is_made_anew_unnoticed(fickle: Fickle) -> None:
    counts = Counts()
    fickle.moods.extend([accept, close_quietly])
    async with cluster(counts, fickle) as alertmanagers:
        await alertmanagers.post([notice("a")])
        await alertmanagers.post([notice("b")])
    assert fickle.posted_ids == ["a", "b", "b"]
    assert counts == {"ok": 2}


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_bad_notice_is_refused_alone(
    fickle: Fickle, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    fickle.mood = refuse(lambda alert: "bad" in alert["labels"], status)
    counts = Counts()
    notices = [notice(str(n), **({"bad": "ann"} if n in {3, 40} else {})) for n in range(64)]
    async with cluster(counts, fickle) as alertmanagers:
        refused = await alertmanagers.post(notices)
    assert refused == [notices[3], notices[40]]
    assert counts == {"ok": 62, "refused": 2}
    assert "refuses alert CxAlert 3 " in caplog.text
    assert "refuses alert CxAlert 40 " in caplog.text
    assert "ann" not in caplog.text


async def test_a_post_too_large_for_a_proxy_is_halved(fickle: Fickle) -> None:
    fickle.moods.append(answer(413, "<html>", "text/html"))
    counts = Counts()
    async with cluster(counts, fickle) as alertmanagers:
        await alertmanagers.post([notice(str(number)) for number in range(10)])
    assert [len(post.alerts) for post in fickle.posts] == [10, 5, 5]
    assert counts == {"ok": 10}


async def test_what_one_could_not_be_told_counts_once(fickle: Fickle) -> None:
    fickle.moods.extend([accept, answer(500)])
    counts = Counts()
    async with cluster(counts, fickle, batch=4) as alertmanagers:
        with pytest.raises(Unreachable):
            await alertmanagers.post([notice(str(number)) for number in range(10)])
    assert counts == {"ok": 4, "unreachable": 6}


async def test_silence_is_logged_when_it_begins_and_when_it_ends(
    fickle: Fickle, second: Fickle, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fickle.moods.extend([answer(401)] * 3)
    counts = Counts()
    async with cluster(counts, fickle, second) as alertmanagers:
        for number in range(1, 6):
            await alertmanagers.post([notice("a")])
            await counts.reach(2 * number)
    said = [record.getMessage() for record in caplog.records if "Alertmanager" in record.msg]
    assert said == [
        f"Alertmanager {fickle.url} answers 401; check login, token and rights; it is tried again",
        f"Alertmanager {fickle.url} answers again",
    ]


@pytest.mark.parametrize(
    ("urls", "why"),
    [
        ([], "set CX_ALERTMANAGER to its URL"),
        (["alertmanager:9093"], "give an http or https URL"),
        (["http://:9093"], "give an http or https URL"),
        (["http://host:port"], "give an http or https URL"),
        (["http://cx:secret@host"], "CX_ALERTMANAGER_PASSWORD"),
    ],
)
def test_an_address_that_is_none_is_said_before_anything_is_posted(
    urls: list[str], why: str
) -> None:
    with pytest.raises(ConfigurationError, match=why) as raised:
        Alertmanagers(urls, timeout_s=1.0, told=Counts().told)
    assert "secret" not in str(raised.value)


def test_a_login_and_a_token_are_one_too_many() -> None:
    with pytest.raises(ConfigurationError, match="not both"):
        cluster(Counts(), "http://host", access=Access(user="cx", token="secret"))
