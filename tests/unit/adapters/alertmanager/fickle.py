"""A tiny real HTTP server that takes alerts as Alertmanager does, or misbehaves as it is told."""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, NamedTuple, Self

from streams.adapters.alertmanager import Notice


class Post(NamedTuple):
    """What was posted: the first line, headers in small letters, the alerts."""

    line: str
    headers: dict[str, str]
    alerts: list[dict[str, Any]]


Mood = Callable[[Post, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int, body: str = "", kind: str = "application/json", **headers: str) -> Mood:
    """Answer so, whatever is asked."""

    async def mood(_: Post, writer: asyncio.StreamWriter) -> None:
        said = body.encode()
        lines = [f"HTTP/1.1 {status} So", f"Content-Length: {len(said)}"]
        lines += [f"Content-Type: {kind}"] if body else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + said)

    return mood


accept = answer(200)


def refuse(is_bad: Callable[[dict[str, Any]], bool], status: int = 400) -> Mood:
    """Refuse a post with a bad alert in it, as Alertmanager does; accept others."""
    said = json.dumps({"code": 601, "message": "invalid label set: customer ann"})

    async def mood(post: Post, writer: asyncio.StreamWriter) -> None:
        bad = any(is_bad(alert) for alert in post.alerts)
        await (answer(status, said) if bad else accept)(post, writer)

    return mood


async def hang_up(_: Post, writer: asyncio.StreamWriter) -> None:
    """Reset the connection instead of an answer."""
    writer.transport.abort()


async def close_quietly(_: Post, writer: asyncio.StreamWriter) -> None:
    """Close the connection instead of an answer, as one that stood idle too long."""
    writer.close()


async def garble(_: Post, writer: asyncio.StreamWriter) -> None:
    """Say what isn't HTTP."""
    writer.write(b"\x16\x03\x01 SSH-2.0\r\n\r\n")


async def say_nothing(_: Post, __: asyncio.StreamWriter) -> None:
    """Take the post and never answer."""


class Fickle:
    """Up at `url` while the block lasts, with a context in TLS.

    `moods` are for the next posts, `mood` is for all others.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.posts: list[Post] = []
        self.mood: Mood = accept
        self.moods: deque[Mood] = deque()
        self._server: asyncio.Server | None = None
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        return (
            f"http{'s' if self._tls else ''}://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        )

    @property
    def posted_ids(self) -> list[str]:
        """The alert ids that were posted, in order."""
        return [alert["labels"]["alert_id"] for post in self.posts for alert in post.alerts]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            while post := await _read(reader):
                self.posts.append(post)
                await (self.moods.popleft() if self.moods else self.mood)(post, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Post | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    line, *rest = head.strip().split("\r\n")
    headers = {name.lower(): text.strip() for name, _, text in (it.partition(":") for it in rest)}
    return Post(line, headers, json.loads(await reader.readexactly(int(headers["content-length"]))))


def notice(alert_id: str, **labels: str) -> Notice:
    """A small one."""
    return Notice({"alertname": "CxAlert", "alert_id": alert_id, **labels}, {}, 0, 1_000)
