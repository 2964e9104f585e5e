"""What people are to be told, on its way to Alertmanager."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from streams.adapters.alertmanager.backoff import Backoff
from streams.adapters.alertmanager.cluster import Alertmanagers
from streams.adapters.alertmanager.notice import Notice
from streams.adapters.alertmanager.rate import TokenBucket
from streams.adapters.alertmanager.waiting import Waiting
from streams.adapters.alertmanager.wording import Wording
from streams.domain.paging.page import Page
from streams.errors import AlertmanagerUnreachable

log = logging.getLogger(__name__)

EXPIRES_S: Final = 5 * 60
"""An alert that isn't told again for so long is over to Alertmanager; see `domain.paging`. Where so
many stand that a round takes longer, twice a round more."""
BATCH: Final = 64
"""Notices posted in one go: what comes meanwhile, and is graver, waits for one."""


class Poster:
    """Keeps what is to be posted until Alertmanager has it.

    Of an alert only the newest word waits, so however long Alertmanager is away, no more waits than
    alerts there are. `bucket` limits notices a second, `jitter` gives 0 to 1. `delivered` is told
    each page that was accepted.
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
        self._waiting = Waiting()
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def news(self) -> int:
        """How many wait that have never been told."""
        return self._waiting.news

    def take(self, pages: Sequence[Page]) -> None:
        """To be told as soon as can be."""
        for page in pages:
            self._waiting.put(page, self._clock_s())
        self._news.set()

    async def run(self, alertmanagers: Alertmanagers, ours: Callable[[], bool]) -> None:
        """Post until cancelled; an Alertmanager that doesn't answer is asked again and again.

        `ours` says whether it is still for us to tell: whoever took the alerts over tells all of it
        anew, and knows better.
        """
        failures = 0
        while True:
            if not self._waiting:
                self._news.clear()
                await self._news.wait()
            await self._leave(min(len(self._waiting), BATCH))
            if not ours():
                self._waiting.clear()
                continue
            batch, now_ms = self._waiting.first(BATCH, self._clock_s()), self._wall_ms()
            try:
                notices = [self._notice(page, now_ms) for page in batch]
                refused = {id(notice) for notice in await alertmanagers.post(notices)}
            except AlertmanagerUnreachable:
                failures += 1
                await asyncio.sleep(self._backoff.pause(failures, self._jitter()))
                continue
            failures = 0
            self._waiting.posted(batch)
            told = zip(batch, notices, strict=True)
            self._delivered([page for page, notice in told if id(notice) not in refused])

    async def _leave(self, count: int) -> None:
        """Wait until so many may be posted."""
        # A bucket fills with time alone: there is no event to await.
        while pause := self._bucket.take(count, self._clock_s()):  # noqa: ASYNC110
            await asyncio.sleep(pause)

    def _notice(self, page: Page, now_ms: int) -> Notice:
        round_s = len(self._waiting) / self._bucket.rate
        ends_at_ms = now_ms + round(1000 * (EXPIRES_S + 2 * round_s))
        notice = self._wording.notice(
            page.alert, page.first, starts_at_ms=now_ms, ends_at_ms=ends_at_ms
        )
        return notice.ended(now_ms) if page.ended else notice
