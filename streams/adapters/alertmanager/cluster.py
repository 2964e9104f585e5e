"""A cluster of Alertmanagers: each is told everything, one that heard it is enough."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import aiohttp

from streams.adapters.alertmanager.access import Access, checked
from streams.adapters.alertmanager.member import Member, Told
from streams.adapters.alertmanager.notice import Notice
from streams.adapters.tls import Tls
from streams.errors import AlertmanagerUnreachable, ConfigurationError


class Alertmanagers:
    """Posts notices to all Alertmanagers of a cluster.

    They share what was sent to people, but not the alerts: each has to be told.
    `urls` are base URLs, with a path if they have one. `timeout_s` is for one batch of at most
    `batch` notices. `told` hears, for each Alertmanager, of how many notices it was "ok",
    "refused" or "unreachable". Raises ConfigurationError for what is no URL.

    Example::

        async with Alertmanagers(["http://alertmanager:9093"], timeout_s=5.0, told=count) as all_:
            await all_.post([notice])
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        timeout_s: float,
        told: Told,
        batch: int = 64,
        access: Access | None = None,
    ) -> None:
        if not urls:
            raise ConfigurationError("no Alertmanager is named: set CX_ALERTMANAGER to its URL")
        self._members = [Member(checked(url), batch, told) for url in urls]
        self._timeout_s = timeout_s
        self._access = access or Access()
        self._headers = {"Content-Type": "application/json", "User-Agent": "cx-streams"}
        self._headers |= self._access.headers
        self._session: aiohttp.ClientSession | None = None
        self._telling: set[asyncio.Task[list[Notice] | None]] = set()

    async def post(self, notices: Sequence[Notice]) -> list[Notice]:
        """Tell all, until one has answered for each notice -> those that it refused.

        The rest go on alone. A notice that was refused counts as answered: it would be refused
        again. Posting again is harmless, whatever was accepted before.

        Raises:
            AlertmanagerUnreachable: none has; try again later, with all of them.
        """
        assert self._session is not None
        if not notices:
            return []
        pending = {asyncio.create_task(it.tell(self._session, notices)) for it in self._members}
        self._telling |= pending
        for task in pending:
            task.add_done_callback(self._telling.discard)
        while pending:
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for refused in [task.result() for task in done]:
                if refused is not None:
                    return refused
        names = ", ".join(member.url for member in self._members)
        raise AlertmanagerUnreachable(
            f"no Alertmanager takes alerts at {names}; start it, or name another with "
            "CX_ALERTMANAGER"
        )

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=Tls(self._access.ca, setting=_SETTING).context()),
            timeout=aiohttp.ClientTimeout(total=self._timeout_s),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,  # no proxy comes between, and no password out of ~/.netrc
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Who is still being told isn't waited for."""
        assert self._session is not None
        for task in self._telling:
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)
        await self._session.close()


_SETTING = "CX_ALERTMANAGER"
