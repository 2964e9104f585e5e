"""Watches all alerts for what many of them have in common.

An alert counts when it is raised. When a fact comes up for far more customers than usual, its
alerts become members of a cause, and so do those that follow, until the fact is as rare as before.
Of several facts that stand out the one that explains most comes first; what is left is looked at
again without its members.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Final

from streams.domain.causes.cause import PAGE as CAUSE_PAGE
from streams.domain.causes.cause import Cause
from streams.domain.causes.excess import is_back, is_unusual, most_unusual
from streams.domain.causes.facts import Fact
from streams.domain.causes.seen import Seen, band_of, seen
from streams.domain.causes.usual import Usual
from streams.domain.causes.window import PAGE as STEP_PAGE
from streams.domain.causes.window import STEPS, Window
from streams.domain.causes.words import cause_alert, cause_id
from streams.domain.outputs import Alert, Output
from streams.domain.state import NEVER

SAY_AGAIN_MS: Final = (1_000, 10_000)
"""A cause that grows is spoken of again after a second, then after twice the time, and at most
every ten: what people read first should tell of more than the five who made it certain."""
GROWN: Final = 1.25
"""So many times the customers must be affected to speak of it again."""
KEPT_MS: Final = 5 * 60_000
"""How long the members of a cause that is over are remembered at least, until each alert knows its
cause."""
MOST_OPEN: Final = 20
"""Causes open at once; more of them are no news that anybody could take in."""
NEW_USUAL_MS: Final = 24 * 3_600_000
"""A cause that lasts so long has become the usual."""
USUAL_PAGE: Final = "usual"
CLOCK_PAGE: Final = "clock"
"""The step in which the clock stands: it tells which alerts are too old to count."""


class CauseBoard:
    """The causes in one stream of alerts.

    `note` is told every alert when it is raised, `pass_time` where the clock stands (epoch ms).
    Alerts are counted over `window_ms`, a fifth of it at a time. For `learning_ms` from the
    beginning nothing is called unusual. `pack` and `unpack` turn plain values into bytes and back.
    """

    def __init__(
        self,
        pack: Callable[[Any], bytes],
        unpack: Callable[[bytes], Any],
        window_ms: int = 300_000,
        learning_ms: int = 600_000,
    ) -> None:
        self._step_ms = window_ms // STEPS
        self._kept_ms = max(KEPT_MS, window_ms)
        self._pack, self._unpack = pack, unpack
        self._usual = Usual(self._step_ms, learning_ms / self._step_ms)
        self._usual_changed = False
        self._window = Window()
        self._causes: list[Cause] = []  # the oldest first, those that are over among them
        self._step = self._kept_step = -1
        self._forgotten: list[tuple[str, bytes | None]] = []
        self._read_back: dict[str, list[Any]] = {}

    # --- what comes in

    def note(self, alert: Alert, at: int, emit: Callable[[Output], None]) -> str | None:
        """An alert is raised at an instant -> the id of the open cause that it is part of now.

        The instant is when that was said, but never beyond the clock: one out of the future would
        make the window forget today. One that is older than the window may join what is open, but
        tells nothing of today. Noted again in a later version it stays with its cause.
        """
        self.come_to(at, emit)
        it = seen(alert)
        for cause in self.open_causes():
            cause.around += 1
        mine = _newest_holder(it.alert_id, self.open_causes()) or next(
            (cause for cause in self.open_causes() if cause.fact in it.facts), None
        )
        step = at // self._step_ms
        if step > self._step - STEPS:  # else it is too old to tell of today
            self._window.add(step, it)
        if mine is not None:
            self._join(mine, it)
            self._grow(mine, at, emit)
        elif any(self._stands_out(fact) for fact in it.facts):
            self._look(at, emit)
        holder = _newest_holder(it.alert_id, self.open_causes())
        return None if holder is None else holder.cause_id

    def follow(self, alert: Alert, at: int, emit: Callable[[Output], None]) -> None:
        """There is a new version of an alert: its cause is as grave as its gravest member."""
        for cause in self.open_causes():
            if alert.alert_id in cause:
                cause.worst = max(cause.worst, band_of(alert))
                self._grow(cause, at, emit)

    def come_to(self, now: int, emit: Callable[[Output], None]) -> None:
        """The clock stands at `now`, or later already: steps end, causes are over."""
        step = now // self._step_ms
        if step <= self._step:
            return
        self._step = step
        self._usual_changed |= self._usual.begin(step)
        for ended, alerts in self._window.pass_to(step):
            self._learn(ended, alerts)
        for cause in list(self.open_causes()):
            if cause.raised_at <= now - NEW_USUAL_MS:
                self._accept(cause)
            if not self._is_back(cause.fact):
                cause.busy_at = step
            elif step - cause.busy_at >= STEPS:  # for as long as the window
                cause.over_at = now
                self._say(cause, "resolved", now, emit)
        for cause in [
            it for it in self._causes if it.over_at and it.over_at <= now - self._kept_ms
        ]:
            self._forget(cause)

    def pass_time(self, now: int, emit: Callable[[Output], None]) -> None:
        """As `come_to`, and causes that have grown are spoken of again."""
        self.come_to(now, emit)
        for cause in self.open_causes():
            self._grow(cause, now, emit)

    @property
    def due(self) -> int:
        """When `pass_time` is wanted next: NEVER for never."""
        if self._step < 0:
            return 0
        if not self._causes and not len(self._window):
            return NEVER
        again = [_say_again_at(it) for it in self.open_causes()]
        return min([(self._step + 1) * self._step_ms, *again])

    # --- what is asked

    def open_causes(self) -> Iterator[Cause]:
        """The causes that are not over, the oldest first."""
        return (cause for cause in self._causes if not cause.over_at)

    def cause_of(self, alert_id: str) -> str | None:
        """The cause that an alert is part of, as long as that is open or only just over."""
        holder = _newest_holder(alert_id, self._causes)
        return None if holder is None else holder.cause_id

    # --- how it is found

    def _expected(self, fact: Fact) -> float:
        return self._usual.expected(fact, self._before, STEPS)

    @property
    def _before(self) -> int:
        """The first step of the window: all before it has been learned."""
        return self._step - STEPS + 1

    def _stands_out(self, fact: Fact) -> bool:
        count = self._window.unexplained.customers[fact]
        return is_unusual(count, self._expected(fact)) and self._usual.knows(self._step)

    def _is_back(self, fact: Fact) -> bool:
        return is_back(self._window.everything.customers[fact], self._expected(fact))

    def _look(self, now: int, emit: Callable[[Output], None]) -> None:
        """Open a cause for the fact that explains most, and look again without its members."""
        taken = {cause.fact for cause in self.open_causes()}
        while len(taken) < MOST_OPEN:
            counts = {
                fact: count
                for fact, count in self._window.unexplained.customers.items()
                if fact not in taken
            }
            fact = most_unusual(counts, self._expected)
            if fact is None:
                return
            taken.add(fact)
            self._open(fact, now, emit)

    def _open(self, fact: Fact, now: int, emit: Callable[[Output], None]) -> None:
        since = (self._step - STEPS + 1) * self._step_ms
        cause = Cause(cause_id(fact, since), fact, now)
        cause.around, cause.busy_at = len(self._window), self._step
        for alert in [it for it in self._window.alerts() if fact in it.facts]:
            self._join(cause, alert)
        self._causes.append(cause)
        self._say(cause, "raised", now, emit)

    def _join(self, cause: Cause, alert: Seen) -> None:
        cause.join(alert)
        self._window.explain(alert)

    def _learn(self, step: int, unexplained: list[Seen]) -> None:
        """What no cause explains was usual."""
        self._usual.learn(step, sorted(_customers(unexplained).items()))
        self._usual_changed = True

    def _accept(self, cause: Cause) -> None:
        """What a cause's own alerts have in common is the usual from now on."""
        explained = self._window.alerts(explained=True)
        mine = [it for it in explained if it.alert_id in cause]
        for fact, count in sorted(_customers(mine).items()):
            self._usual.accept(fact, self._before, count / STEPS)
        self._usual_changed = True

    # --- what is said

    def _grow(self, cause: Cause, now: int, emit: Callable[[Output], None]) -> None:
        if now >= _say_again_at(cause):
            self._say(cause, "updated", now, emit)

    def _say(self, cause: Cause, status: Any, now: int, emit: Callable[[Output], None]) -> None:
        cause.version += 1
        cause.said_at, cause.said_affected = now, cause.affected
        cause.said_worst = cause.worst
        emit(cause_alert(cause, status, now))

    # --- what is remembered

    def _forget(self, cause: Cause) -> None:
        self._causes.remove(cause)
        self._forgotten += cause.forgotten()

    def changed(self) -> Iterable[tuple[str, bytes | None]]:
        """The pages (name, packed) that changed since last asked; None for one to forget."""
        forgotten, self._forgotten = self._forgotten, []
        pages = [cause.changed(self._pack) for cause in self._causes]
        yield from chain(forgotten, self._window.changed(self._pack), *pages)
        if self._usual_changed:
            self._usual_changed = False
            yield USUAL_PAGE, self._pack(self._usual.row())
        if self._step != self._kept_step:
            self._kept_step = self._step
            yield CLOCK_PAGE, self._pack([self._step])

    def restore(self, name: str, packed: bytes) -> None:
        """A page is read back."""
        self._read_back[name] = self._unpack(packed)

    def restored(self) -> None:
        """All pages are read back."""
        pages, self._read_back = self._read_back, {}
        causes = {name.split("/")[1] for name in pages if name.startswith(CAUSE_PAGE)}
        steps = {int(name.split("/")[1]) for name in pages if name.startswith(STEP_PAGE)}
        for step in sorted(steps):
            self._window.restore(step, _pages_of(f"{STEP_PAGE}{step}/", pages))
        explained = set[tuple[str, int]]()
        for found in causes:
            members = _pages_of(f"{CAUSE_PAGE}{found}/", pages)
            cause = Cause.restored(found, pages[f"{CAUSE_PAGE}{found}"], members)
            self._causes.append(cause)
            explained |= {(row[0], row[1]) for rows in members.values() for row in rows}
        self._causes.sort(key=lambda cause: (cause.raised_at, cause.cause_id))
        for alert in list(self._window.alerts()):
            if (alert.alert_id, alert.version) in explained:
                self._window.explain(alert)
        if USUAL_PAGE in pages:
            self._usual.restore(pages[USUAL_PAGE])
        if CLOCK_PAGE in pages:
            (self._step,) = (self._kept_step,) = pages[CLOCK_PAGE]


def _customers(alerts: Iterable[Seen]) -> Counter[Fact]:
    """Customers by fact; one with many alerts counts once."""
    each = {(fact, it.customer) for it in alerts for fact in it.facts}
    return Counter(fact for fact, _ in each)


def _pages_of(start: str, pages: dict[str, list[Any]]) -> dict[int, list[Any]]:
    """The pages of a roll, by number."""
    return {
        int(name.removeprefix(start)): rows
        for name, rows in pages.items()
        if name.startswith(start)
    }


def _newest_holder(alert_id: str, causes: Iterable[Cause]) -> Cause | None:
    """The cause that the newest version of an alert joined."""
    holders = [cause for cause in causes if alert_id in cause]
    return max(holders, key=lambda cause: cause.newest(alert_id), default=None)


def _say_again_at(cause: Cause) -> int:
    """When a cause is to be spoken of again: NEVER where there is no news of it."""
    if cause.worst > cause.said_worst:
        return 0  # it may have to wake somebody now
    if cause.affected < GROWN * cause.said_affected:
        return NEVER
    soonest, latest = SAY_AGAIN_MS
    return cause.said_at + max(soonest, min(cause.said_at - cause.raised_at, latest))
