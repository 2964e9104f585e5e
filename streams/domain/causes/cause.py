"""One common cause while it lasts: its fact, its members, and what was said of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final, Self

from streams.domain.causes.facts import Fact
from streams.domain.causes.roll import Roll
from streams.domain.causes.seen import Seen, from_row, to_row

PAGE: Final = "cause/"
FIRST: Final = 200
"""Members named on the alert; each of the others is linked on its own way to the pager."""
MOST: Final = 100_000
"""Customers told apart; beyond, each alert counts as one."""


class Cause:
    """A cause and its members, an alert each.

    `around` counts all alerts of its time, members or not, `uncounted` members that aren't held.
    Instants are epoch ms; `over_at` is when it was over, 0 for not yet. `busy_at` is the last step
    in which the fact was more than usual. `worst` is the gravest band (index) that a member has
    had, which never sinks: who was woken for it isn't woken again when the next one grows as grave.

    >>> cause = Cause("c-1", ("channel", "chat"), raised_at=0)
    >>> cause.join(Seen("a-1", 1, 7, 2, (("channel", "chat"), ("tier", "vip"))))
    >>> cause.around += 2
    >>> cause.affected, cause.share, cause.worst, "a-1" in cause
    (1, 0.5, 2, True)
    """

    def __init__(self, cause_id: str, fact: Fact, raised_at: int) -> None:
        self.cause_id = cause_id
        self.fact = fact
        self.raised_at = raised_at
        self.version = 0
        self.around = 0
        self.said_at = 0
        self.said_affected = 0
        self.over_at = 0
        self.busy_at = 0
        self.uncounted = 0
        self.worst = 0
        self.said_worst = 0
        self.facts: Counter[Fact] = Counter()
        self.count = 0
        self.members: list[str] = []
        self._customers: set[int] = set()
        self._newest: dict[str, int] = {}  # version by member
        self._roll = Roll(f"{PAGE}{cause_id}")
        self._row: list[Any] | None = None

    def join(self, alert: Seen) -> None:
        """An alert is a member; one that is already has grown graver."""
        self.worst = max(self.worst, alert.band)
        if len(self._customers) >= MOST:
            self.uncounted += 1
            self._know(alert)
        else:
            self._take(alert)
            self._roll.add(to_row(alert))

    def _take(self, alert: Seen) -> None:
        self.count += 1
        if len(self.members) < FIRST and alert.alert_id not in self._newest:
            self.members.append(alert.alert_id)
        self._know(alert)
        self.facts.update(alert.facts)
        self._customers.add(alert.customer)

    def _know(self, alert: Seen) -> None:
        known = self._newest.get(alert.alert_id, 0)
        self._newest[alert.alert_id] = max(known, alert.version)

    def __contains__(self, alert_id: object) -> bool:
        return alert_id in self._newest

    def newest(self, alert_id: str) -> int:
        """The newest version of a member that joined."""
        return self._newest[alert_id]

    @property
    def affected(self) -> int:
        """Customers whom its members are about."""
        return len(self._customers) + self.uncounted

    @property
    def share(self) -> float:
        """Which share of the alerts of its time it explains."""
        count = self.count + self.uncounted
        return count / max(self.around, count, 1)

    # --- what is remembered

    def changed(self, pack: Callable[[Any], bytes]) -> Iterator[tuple[str, bytes | None]]:
        """Its pages that changed since last asked."""
        row = [
            list(self.fact),
            self.raised_at,
            self.version,
            self.around,
            self.said_at,
            self.said_affected,
            self.over_at,
            self.busy_at,
            self.uncounted,
            self.worst,
            self.said_worst,
        ]
        if row != self._row:
            self._row = row
            yield f"{PAGE}{self.cause_id}", pack(row)
        yield from self._roll.changed(pack)

    def forgotten(self) -> Iterator[tuple[str, bytes | None]]:
        """Its pages, to be forgotten."""
        yield f"{PAGE}{self.cause_id}", None
        yield from self._roll.forgotten()

    @classmethod
    def restored(cls, cause_id: str, row: list[Any], pages: dict[int, list[list[Any]]]) -> Self:
        """The cause of a page and the pages of its members."""
        (name, value), raised_at, *rest = row
        cause = cls(cause_id, (name, value), raised_at)
        cause.version, cause.around, cause.said_at, cause.said_affected, *rest = rest
        cause.over_at, cause.busy_at, cause.uncounted, cause.worst, cause.said_worst = rest
        cause._roll.restore(pages)
        for _, rows in sorted(pages.items()):
            for member in rows:
                cause._take(from_row(member))
        cause._row = row
        return cause
