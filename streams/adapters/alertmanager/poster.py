"""What people are to be told, on its way: the newest word of each alert, the gravest first."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any, Final

from streams.adapters.alertmanager.backoff import Backoff
from streams.adapters.alertmanager.cluster import Alertmanagers
from streams.adapters.alertmanager.notice import Notice
from streams.adapters.alertmanager.rate import TokenBucket
from streams.adapters.alertmanager.wording import Wording, labels
from streams.domain.paging.page import Page
from streams.errors import AlertmanagerUnreachable

log = logging.getLogger(__name__)

EXPIRES_MS: Final = 5 * 60_000
"""An alert that isn't told again for so long is over to Alertmanager; see `domain.paging`."""
BATCH: Final = 256
"""Notices posted in one go."""
_ORDER: Final = ("critical", "warning", "info")

Name = frozenset[tuple[str, str]]


class Poster:
    """Keeps what is to be posted until Alertmanager has it.

    Of an alert only the newest word waits, so however long Alertmanager is away, no more waits than
    alerts there are. `bucket` limits notices a second, `jitter` gives 0 to 1. `delivered` is told
    each page that was accepted, once.
    """

    def __init__(
        self,
        wording: Wording,
        *,
        bucket: TokenBucket,
        backoff: Backoff,
        wall_ms: Callable[[], int],
        clock_s: Callable[[], float],
        jitter: Callable[[], float],
        delivered: Callable[[Sequence[Page]], None],
    ) -> None:
        self._wording = wording
        self._bucket, self._backoff = bucket, backoff
        self._wall_ms, self._clock_s, self._jitter = wall_ms, clock_s, jitter
        self._delivered = delivered
        self._waiting: dict[Name, Page] = {}
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self, pages: Sequence[Page]) -> None:
        """To be told as soon as can be."""
        for page in pages:
            self._waiting[frozenset(labels(page.alert).items())] = page
        self._news.set()

    async def run(self, alertmanagers: Alertmanagers) -> None:
        """Post until cancelled; an Alertmanager that doesn't answer is asked again and again."""
        failures = 0
        while True:
            if not self._waiting:
                self._news.clear()
                await self._news.wait()
            batch = self._next()
            await self._leave(len(batch))
            now_ms = self._wall_ms()
            try:
                await alertmanagers.post([self._notice(page, now_ms) for _, page in batch])
            except AlertmanagerUnreachable:
                failures += 1
                await asyncio.sleep(self._backoff.pause(failures, self._jitter()))
                continue
            failures = 0
            self._done(batch)

    async def _leave(self, count: int) -> None:
        """Wait until so many may be posted."""
        # A bucket fills with time alone: there is no event to await.
        while pause := self._bucket.take(count, self._clock_s()):  # noqa: ASYNC110
            await asyncio.sleep(pause)

    def _next(self) -> list[tuple[Name, Page]]:
        """The gravest that wait; what ended goes first, since it makes room for people."""
        waiting = sorted(self._waiting.items(), key=lambda it: _urgency(it[1]))
        return waiting[:BATCH]

    def _done(self, batch: Sequence[tuple[Name, Page]]) -> None:
        for name, page in batch:
            if self._waiting.get(name) is page:  # else there is a newer word by now
                del self._waiting[name]
        self._delivered([page for _, page in batch])

    def _notice(self, page: Page, now_ms: int) -> Notice:
        notice = self._wording.notice(
            page.alert, starts_at_ms=now_ms, ends_at_ms=now_ms + EXPIRES_MS
        )
        return notice.ended(now_ms) if page.ended else notice


def _urgency(page: Page) -> tuple[Any, ...]:
    """Common causes before all, then by severity, then what is longest known."""
    alert = page.alert
    severity = labels(alert)["severity"]
    return (alert.affected is None, not page.ended, _ORDER.index(severity), alert.updated_at)
