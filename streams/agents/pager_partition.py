"""All alerts, in their one partition: what they share, and which of them people are told."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from streams.adapters import pages
from streams.adapters.alertmanager.wording import kind, labels
from streams.domain.alerts.heard import Heard
from streams.domain.causes.board import CauseBoard
from streams.domain.feeds.feeds import RULE as FEED_STALLED
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.domain.paging.paging import AGAIN_MS, KEPT_MS, VERSION, Paging, alert_of, row_of
from streams.engine.job import NEVER, Decoded

IDLE_MS: Final = 5_000
"""Once no alert has come in for so long, the wall clock tells the board the time."""
TOLD_PAGE: Final = "told/"
"""What the names of pages begin with that hold a cause as it was told last."""


class PagerPartition:
    """Alerts one by one, and the causes of many.

    Emits pages for people, and alerts about common causes for subscribers. For causes an alert
    counts when it is said: what is said at once has one cause, whenever it fell due.
    """

    def __init__(self, window_ms: int, learning_ms: int) -> None:
        self._board = CauseBoard(pages.pack, pages.unpack, window_ms, learning_ms)
        self._paging = Paging(self._joins, self._board.cause_of, self._is_open, kind)
        self._causes: dict[str, Alert] = {}  # open ones, as they were told last
        self._over: dict[str, tuple[Alert, int]] = {}  # and those just over, and until when
        self._changed: set[str] = set()
        self._again_at = 0
        self._now = 0
        self._at = 0  # when what is being advanced was said
        self._ceiling = NEVER
        self._heard_at = 0

    # --- each alert

    def advance(
        self, key: str, state: list[Any] | None, row: Heard, emit: Callable[[Any], None]
    ) -> list[Any] | None:
        """A version of an alert."""
        del key
        alert, at = row.alert, min(row.at, self._ceiling)
        self._now, self._at = max(self._now, at), at
        self._board.come_to(at, self._telling(emit))
        is_news = state is None or alert.version > state[VERSION]
        state = self._paging.advance(state, alert, self._now, emit)
        if is_news:
            self._board.follow(alert, at, self._telling(emit))
        return state

    def expire(
        self, key: str, state: list[Any], now_ms: int, emit: Callable[[Any], None]
    ) -> list[Any] | None:
        """Time to tell it again, or to forget it: as of now, whatever was missed meanwhile."""
        return self._paging.expire(key, state, max(now_ms, self._now), emit)

    def review(
        self, key: str, state: list[Any], now_ms: int, emit: Callable[[Any], None]
    ) -> list[Any]:
        """We have been started anew."""
        return self._paging.review(key, state, now_ms, emit)

    def _joins(self, alert: Alert, emit: Callable[[Any], None]) -> str | None:
        """The cause of an alert; that a feed is silent is news of its own."""
        if alert.rule == FEED_STALLED:
            return None
        return self._board.note(alert, self._at, self._telling(emit))

    def _is_open(self, cause: str) -> bool:
        return cause in self._causes

    # --- all of them

    def foresee(self, rows: Decoded[Heard], now_ms: int, ceiling_ms: int) -> None:
        """A slice is about to be folded."""
        self._now, self._ceiling = max(self._now, now_ms), ceiling_ms
        if rows.rows:
            self._heard_at = max(self._heard_at, now_ms)

    def note(
        self, rows: Decoded[Heard], outputs: Sequence[Any], emit: Callable[[Any], None]
    ) -> None:
        """Nothing that isn't seen alert by alert."""

    @property
    def open_causes(self) -> int:
        """How many causes go on."""
        return len(self._causes)

    @property
    def due(self) -> int:
        """When a step ends for the causes, or they are to be told again; else in a minute.

        So it knows the time before what was due is told, even where days have passed.
        """
        waits = self._causes or self._over
        again_at = self._again_at if waits else NEVER
        return min(self._board_due(), again_at, self._now + AGAIN_MS)

    def _board_due(self) -> int:
        """While alerts come in they tell the board the time: a backlog isn't all of today."""
        due = self._board.due
        return due if due == NEVER else max(due, self._heard_at + IDLE_MS)

    def pass_time(self, now_ms: int, emit: Callable[[Any], None]) -> None:
        """Causes grow, end, and are told again as long as they don't."""
        self._now = max(self._now, now_ms)
        if not self._heard_at:  # the first slice is yet to come, and may be old
            self._heard_at = now_ms
        if self._board_due() < now_ms:
            self._board.pass_time(now_ms, self._telling(emit))
        if (self._causes or self._over) and self._again_at < now_ms:
            self._again_at = now_ms + AGAIN_MS
            self._tell_again(now_ms, emit)

    def _tell_again(self, now_ms: int, emit: Callable[[Any], None]) -> None:
        for cause in self._causes.values():
            emit(Page(cause, again=True))
        for cause_id, (cause, until) in list(self._over.items()):
            emit(Page(cause, ended=True, again=True))
            if until < now_ms:
                del self._over[cause_id]
                self._changed.add(cause_id)

    def _telling(self, emit: Callable[[Any], None]) -> Callable[[Any], None]:
        """Says causes to subscribers, and tells people."""

        def tell(cause: Alert) -> None:
            emit(cause)
            told = self._causes.get(cause.alert_id)
            if told is not None and (cause.status == "resolved" or labels(told) != labels(cause)):
                emit(Page(told, ended=True))
            if cause.status == "resolved":
                over = self._causes.pop(cause.alert_id, cause)
                self._over[cause.alert_id] = over, self._now + KEPT_MS
            else:
                self._causes[cause.alert_id] = cause
                emit(Page(cause))
            self._changed.add(cause.alert_id)

        return tell

    # --- what is remembered

    def changed(self) -> Iterable[tuple[str, bytes | None]]:
        """The pages of the board, and the causes as they were told."""
        yield from self._board.changed()
        for cause_id in sorted(self._changed):
            cause, until = self._causes.get(cause_id), 0
            if cause is None and cause_id in self._over:
                cause, until = self._over[cause_id]
            packed = None if cause is None else pages.pack([row_of(cause), until])
            yield TOLD_PAGE + cause_id, packed
        self._changed.clear()

    def restore(self, name: str, packed: bytes) -> None:
        """A page is read back."""
        if name.startswith(TOLD_PAGE):
            row, until = pages.unpack(packed)
            cause = alert_of(row)
            if until:
                self._over[cause.alert_id] = cause, until
            else:
                self._causes[cause.alert_id] = cause
        else:
            self._board.restore(name, packed)

    def restored(self) -> None:
        """All pages are read back."""
        self._board.restored()
