"""One Alertmanager of the cluster: told batch by batch, each answer taken for what it is."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import aiohttp

from streams.adapters.alertmanager.notice import Notice, as_json

log = logging.getLogger(__name__)

Told = Callable[[str, int], None]

_PATH = "/api/v2/alerts"
_MOST_QUEUED = 4
"""Posts that may wait for a slow Alertmanager. Those beyond pass it by: an open alert is posted
again before it expires, and so is told to it later."""
_MOST_BYTES = 64 * 1024
_TOO_LARGE = 413
_REFUSALS = frozenset({400, 422})
"""Of a notice that breaks its rules, and of one that breaks its schema."""


class _NoAnswer(Exception):
    """It isn't there, or what answers isn't an Alertmanager that lets us in."""


class Member:
    """One Alertmanager; posts reach it one behind the other, in the order they were made.

    `told` hears how many notices it accepted ("ok"), "refused", or couldn't be told
    ("unreachable").
    """

    def __init__(self, url: str, batch: int, told: Told) -> None:
        self.url = url
        self._batch = batch
        self._told = told
        self._turn = asyncio.Lock()
        self._queued = 0
        self._silent = False

    async def tell(
        self, session: aiohttp.ClientSession, notices: Sequence[Notice]
    ) -> list[Notice] | None:
        """Tell it everything; those it refused, None where it hasn't answered for each."""
        if self._queued >= _MOST_QUEUED:
            self._told("unreachable", len(notices))
            return None
        self._queued += 1
        try:
            async with self._turn:
                return await self._tell(session, notices)
        finally:
            self._queued -= 1

    async def _tell(
        self, session: aiohttp.ClientSession, notices: Sequence[Notice]
    ) -> list[Notice] | None:
        """Batch by batch; one that is refused is halved until the notices at fault stand alone."""
        pieces = [*_batches(notices, self._batch)][::-1]
        refused: list[Notice] = []
        while pieces:
            try:
                status = await self._post(session, as_json(pieces[-1]))
            except _NoAnswer as why:
                self._told("unreachable", sum(map(len, pieces)))
                self._fell_silent(why)
                return None
            piece = pieces.pop()
            if status is None:
                self._told("ok", len(piece))
            elif len(piece) > 1:
                half = len(piece) // 2
                pieces += [piece[half:], piece[:half]]
            else:
                self._refused(piece[0], status)
                refused += piece
        if self._silent:
            log.info("Alertmanager %s answers again", self.url)
        self._silent = False
        return refused

    def _fell_silent(self, why: _NoAnswer) -> None:
        if not self._silent:
            log.warning("Alertmanager %s %s; it is tried again", self.url, why)
        self._silent = True

    def _refused(self, notice: Notice, status: int) -> None:
        self._told("refused", 1)
        # By its name and id alone: what it says may be a customer's affair.
        name, alert_id = (notice.labels.get(label, "?") for label in ("alertname", "alert_id"))
        log.warning(
            "Alertmanager %s refuses alert %s %s (%d); it is left out",
            *(self.url, name, alert_id, status),
        )

    async def _post(self, session: aiohttp.ClientSession, body: bytes) -> int | None:
        """None: accepted, else the status of a refusal. Raises _NoAnswer."""
        try:
            try:
                return await self._post_once(session, body)
            except aiohttp.ServerDisconnectedError:
                # A connection that stood idle was closed just when we took it. To post twice is
                # to post once: Alertmanager knows an alert by its labels.
                return await self._post_once(session, body)
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            raise _NoAnswer(f"doesn't answer ({type(error).__name__})") from error

    async def _post_once(self, session: aiohttp.ClientSession, body: bytes) -> int | None:
        # A redirect is an answer like any other: our password isn't carried elsewhere.
        async with session.post(self.url + _PATH, data=body, allow_redirects=False) as answer:
            status, said = answer.status, await answer.content.read(_MOST_BYTES)
            accepted = 200 <= status < 300
            if status == _TOO_LARGE:  # a proxy says that, in words of its own
                return status
            if not accepted and status not in _REFUSALS:
                raise _NoAnswer(f"answers {status}{_mend(status)}")
            if said.strip() and "json" not in answer.content_type:
                raise _NoAnswer(f"answers {status} with what no Alertmanager says")
            if not accepted and not said.strip():
                raise _NoAnswer(f"answers {status} without a word")
            return None if accepted else status


def _batches(notices: Sequence[Notice], size: int) -> Iterator[list[Notice]]:
    rest = iter(notices)
    while batch := list(islice(rest, size)):
        yield batch


def _mend(status: int) -> str:
    """What to look at, where the status tells.

    >>> _mend(401), _mend(500)
    ('; check login, token and rights', '')
    """
    if status in {401, 403}:
        return "; check login, token and rights"
    if status in {404, 405} or 300 <= status < 400:
        return "; check the URL in CX_ALERTMANAGER"
    return ""
