"""Alerts for tests, and a board whose pages are kept as a partition keeps them."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from streams.adapters import pages
from streams.domain.causes.board import CauseBoard
from streams.domain.causes.facts import Fact
from streams.domain.outputs import Alert, Output

MINUTE_MS = 60_000

_numbers = count()


def raised(
    at: int,
    channel: str = "web",
    tier: str = "normal",
    customer: str = "",
    clock: str | None = "first_response",
    **more: Any,
) -> Alert:
    """An alert raised at an instant, of a customer of its own unless one is named."""
    number = next(_numbers)
    fields = {
        "alert_id": f"a-{number}",
        "version": 1,
        "rule": "sla.missed",
        "status": "raised",
        "customer_id": customer or f"c-{number}",
        "case_id": None,
        "raised_at": at,
        "updated_at": at,
        "band": "high",
        "score": 60,
        "reasons": (),
        "channel": channel,
        "tier": tier,
        "clock": clock,
    }
    return Alert(**{**fields, **more})


def minutes(first: int, last: int, each: int, **fields: Any) -> list[Alert]:
    """So many alerts in each minute from the first to the last, spread over it."""
    return [
        raised(minute * MINUTE_MS + place * MINUTE_MS // each, **fields)
        for minute in range(first, last + 1)
        for place in range(each)
    ]


class Told:
    """A board that is told alerts in order; what it said, and what of it is durable."""

    def __init__(self, learning_min: float = 10.0) -> None:
        self._learning_min = learning_min
        self.board = self._new()
        self.pages: dict[str, bytes] = {}
        self.said: list[Alert] = []
        self.cause_of: dict[str, str | None] = {}

    def unexplained(self) -> dict[Fact, int]:
        """Customers by fact, of the alerts that count and that no cause explains."""
        return dict(self.board._window.unexplained.customers)

    def _new(self) -> CauseBoard:
        return CauseBoard(
            pages.pack, pages.unpack, learning_ms=round(self._learning_min * MINUTE_MS)
        )

    def tell(self, alerts: Iterable[Alert]) -> None:
        """In order of time."""
        self.tell_as_they_come(sorted(alerts, key=lambda it: it.updated_at))

    def tell_as_they_come(self, alerts: Iterable[Alert]) -> None:
        for alert in alerts:
            self.pass_to(alert.updated_at)
            self.cause_of[alert.alert_id] = self.board.note(alert, alert.updated_at, self._emit)

    def follow(self, alert: Alert) -> None:
        self.board.follow(alert, alert.updated_at, self._emit)

    def pass_to(self, now: int) -> None:
        """As a partition does it: whatever is due is done at its time."""
        while self.board.due < now:
            at = min(now, self.board.due + 1) if self.board.due else now
            self.board.pass_time(at, self._emit)
            assert self.board.due >= at

    def seal(self) -> int:
        """Make what changed durable -> how many bytes that took."""
        size = 0
        for name, packed in self.board.changed():
            if packed is None:
                self.pages.pop(name, None)
            else:
                self.pages[name] = packed
                size += len(packed)
        return size

    def crash(self) -> None:
        """Forget all that isn't durable."""
        self.board = self._new()
        for name, packed in sorted(self.pages.items(), reverse=True):
            self.board.restore(name, packed)
        self.board.restored()

    def _emit(self, output: Output) -> None:
        assert isinstance(output, Alert)
        self.said.append(output)
