"""One alert on its way to people: told when it is raised, told again as long as it stands.

Whoever is told forgets an alert that isn't told again in time, so that none outlives the one who
tells. An alert that is part of a common cause stays quiet: the cause is told instead, once for all.
It speaks up again only where it becomes graver when the cause is over.

An alert that grows graver counts for causes as one that is raised: a promise that is missed was
warned of before, hours ago perhaps, when nothing was wrong.
"""

from collections.abc import Callable
from typing import Any, Final

from streams.domain.outputs import Alert, Reason
from streams.domain.paging.page import Page
from streams.domain.risk.bands import BANDS
from streams.domain.state import NEVER

AGAIN_MS: Final = 60_000
"""How often an alert that stands is told again."""
KEPT_MS: Final = 5 * 60_000
"""How long it is told again that one stands no more, until all have heard it."""

VERSION, SEEN, CAUSE, BAND, TOLD, FIRST, ENDED, OPEN, DUE = range(9)
"""Positions of a state: version last seen and its band (index), id of the cause it is part of ("":
none), band in which it joined, the alert as it was told last (None: nobody was told) and as it was
when it began to stand (None: the same), since when that stands no more (0: it stands), whether the
alert is open, when it is looked at next; instants are epoch ms.
"""


class Paging:
    """How alerts become pages.

    `joins` is told of an alert that is raised or grows graver, and says to which cause it belongs,
    if to one; `cause_of` says the same of an id, and `is_open` whether a cause goes on. A version
    of another `kind` than the one that stands ends that and begins anew; all else that people are
    routed by stays what it was when it began to stand.
    """

    def __init__(
        self,
        joins: Callable[[Alert, Callable[[Any], None]], str | None],
        cause_of: Callable[[str], str | None],
        is_open: Callable[[str], bool],
        kind: Callable[[Alert], Any],
    ) -> None:
        self._joins, self._cause_of, self._is_open = joins, cause_of, is_open
        self._kind = kind

    def advance(
        self, state: list[Any] | None, alert: Alert, now: int, emit: Callable[[Any], None]
    ) -> list[Any]:
        """A version of an alert has come; one that was seen, or overtaken, says nothing."""
        if state is None:
            state = [0, 0, "", 0, None, None, 0, False, NEVER]
        if alert.version <= state[VERSION]:
            return state
        is_open, band = alert.status != "resolved", _band(alert)
        graver = is_open and (not state[OPEN] or band > state[SEEN])
        state[VERSION], state[SEEN], state[OPEN] = alert.version, band, is_open
        if graver:
            cause = self._joins(alert, emit)
            if cause is not None and self._is_open(cause):  # one that is over explains nothing new
                state[CAUSE], state[BAND] = cause, band
        if not is_open:
            state[CAUSE], state[BAND] = "", 0
            self._end(state, now, emit)
        elif self._is_quiet(state, alert):
            self._end(state, now, emit)
        else:
            self._tell(state, alert, now, emit)
        return state

    def expire(
        self, key: str, state: list[Any], now: int, emit: Callable[[Any], None]
    ) -> list[Any] | None:
        """Time to tell it again, or to forget it; once, however long that has been due."""
        if state[TOLD] is not None and not state[ENDED]:
            self._tell_again(key, state, now, emit)
            return state
        if state[TOLD] is not None and state[DUE] < state[ENDED] + KEPT_MS:
            self._end_again(state, now, emit)
            return state
        if not state[OPEN]:
            return None
        state[TOLD], state[FIRST], state[ENDED], state[DUE] = None, None, 0, NEVER
        return state

    def review(
        self, key: str, state: list[Any], now: int, emit: Callable[[Any], None]
    ) -> list[Any]:
        """Whoever tells has been started anew, and may have told nobody of what it knew."""
        if state[TOLD] is not None:
            if state[ENDED]:
                self._end_again(state, now, emit)
            else:
                self._tell_again(key, state, now, emit)
        return state

    def _tell_again(
        self, key: str, state: list[Any], now: int, emit: Callable[[Any], None]
    ) -> None:
        told = alert_of(state[TOLD])
        if not self._is_open(state[CAUSE]):
            self._find_cause(key, state, told)
        if self._is_quiet(state, told):
            self._end(state, now, emit)
        else:
            state[DUE] = now + AGAIN_MS
            emit(_page(state, again=True))

    def _end_again(self, state: list[Any], now: int, emit: Callable[[Any], None]) -> None:
        state[DUE] = now + AGAIN_MS
        emit(_page(state, ended=True, again=True))

    def _find_cause(self, key: str, state: list[Any], told: Alert) -> None:
        """The cause that was found after it was told, if another than the one it has outgrown."""
        cause = self._cause_of(key)
        if cause not in {None, state[CAUSE]}:
            state[CAUSE], state[BAND] = cause, _band(told)

    def _is_quiet(self, state: list[Any], alert: Alert) -> bool:
        """Whether the cause speaks for it."""
        if not state[CAUSE]:
            return False
        return self._is_open(state[CAUSE]) or _band(alert) <= state[BAND]

    def _tell(self, state: list[Any], alert: Alert, now: int, emit: Callable[[Any], None]) -> None:
        first = None
        if state[TOLD] is not None and not state[ENDED]:
            if self._kind(alert_of(state[TOLD])) == self._kind(alert):
                first = state[FIRST] or state[TOLD]
            else:
                emit(_page(state, ended=True))
        state[TOLD], state[FIRST] = row_of(alert), first
        state[ENDED], state[DUE] = 0, now + AGAIN_MS
        emit(_page(state))

    def _end(self, state: list[Any], now: int, emit: Callable[[Any], None]) -> None:
        """It stands no more, if it did."""
        if state[TOLD] is None:
            state[DUE] = NEVER if state[OPEN] else now + KEPT_MS
        elif not state[ENDED]:
            state[ENDED], state[DUE] = now, now + AGAIN_MS
            emit(_page(state, ended=True))


def _page(state: list[Any], *, ended: bool = False, again: bool = False) -> Page:
    """What was told last, as news of whatever kind."""
    first = state[FIRST] and alert_of(state[FIRST])
    return Page(alert_of(state[TOLD]), ended, again, first)


def row_of(alert: Alert) -> list[Any]:
    """An alert as plain values."""
    return list(alert)


def alert_of(row: list[Any]) -> Alert:
    """What `row_of` gave, or its copy in lists.

    >>> alert = Alert("a", 1, "sla.missed", "raised", "ann", None, 0, 0, "high", 60,
    ...     (Reason("first_response", 60, 9.0),), "chat", "vip")
    >>> alert_of(row_of(alert)) == alert
    True
    """
    alert = Alert(*row)
    reasons = tuple(Reason(*reason) for reason in alert.reasons)
    shared = alert.shared and tuple((name, value) for name, value in alert.shared)
    return alert._replace(reasons=reasons, shared=shared, members=tuple(alert.members))


def _band(alert: Alert) -> int:
    return BANDS.index(alert.band) if alert.band in BANDS else len(BANDS)
