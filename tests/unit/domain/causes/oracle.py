"""Causes as a patient clerk finds them: every alert kept, everything counted anew each time."""

from math import log
from typing import NamedTuple

from streams.domain.causes.facts import Fact, facts
from streams.domain.outputs import Alert

HALF_LIFE, WINDOW, LEAST, TIMES, CLEAR, BACK = 24 * 60, 5, 5, 3.0, 10.0, 1.5


class Found(NamedTuple):
    fact: Fact
    opened_with: str  # the alert that made it certain
    members: frozenset[str]


class Clerk:
    """Told alerts, the late ones late; `found` are the causes, the oldest first."""

    def __init__(self, learning_min: float) -> None:
        self.learning_min = learning_min
        self.alerts: list[tuple[int, Alert, set[Fact]]] = []
        self.cause_of: dict[str, int] = {}
        self.open: dict[int, Fact] = {}
        self.back_since: dict[int, int] = {}  # the last step in which it wasn't back
        self.facts_of: list[tuple[Fact, str]] = []
        self.since: int | None = None
        self.minute = 0

    def tell(self, alert: Alert) -> None:
        minute, mine = alert.updated_at // 60_000, set(facts(alert))
        self.pass_to(minute)
        if minute > self.minute - WINDOW:  # else it tells nothing of today
            self.alerts.append((minute, alert, mine))
        for number, fact in sorted(self.open.items()):
            if fact in mine:
                self.cause_of[alert.alert_id] = number
                return
        if self.minute - (self.since or 0) < self.learning_min:
            return
        if any(self.unusual(fact) for fact in mine):
            while (best := self.best()) is not None:
                number = len(self.facts_of)
                self.facts_of.append((best, alert.alert_id))
                self.open[number] = best
                self.back_since[number] = self.minute
                for minute, member, theirs in self.alerts:
                    free = member.alert_id not in self.cause_of
                    if free and best in theirs and minute > self.minute - WINDOW:
                        self.cause_of[member.alert_id] = number

    def pass_to(self, minute: int) -> None:
        if self.since is None:
            self.since = minute
        for now in range(self.minute + 1, minute + 1) if self.minute else [minute]:
            self.minute = now
            for number, fact in list(self.open.items()):
                count, usual = self.customers(fact, free=False), self.expected(fact)
                if count > 2 and count > BACK * usual:
                    self.back_since[number] = now
                elif now - self.back_since[number] >= WINDOW:
                    del self.open[number]

    def customers(self, fact: Fact, *, free: bool) -> int:
        return len(
            {
                alert.customer_id
                for minute, alert, theirs in self.alerts
                if minute > self.minute - WINDOW and fact in theirs
                if not free or alert.alert_id not in self.cause_of
            }
        )

    def unexplained(self) -> dict[Fact, int]:
        known = {fact for _, _, theirs in self.alerts for fact in theirs}
        counts = {fact: self.customers(fact, free=True) for fact in known}
        return {fact: count for fact, count in counts.items() if count}

    def expected(self, fact: Fact) -> float:
        fade = log(2) / HALF_LIFE
        assert self.since is not None
        first = self.minute - WINDOW + 1  # of the window; all before it is over
        seen = (1 - 2 ** (-max(0, first - self.since) / HALF_LIFE)) / fade
        by_minute: dict[int, set[str]] = {}
        for minute, alert, theirs in self.alerts:
            gone = minute <= self.minute - WINDOW
            if gone and fact in theirs and alert.alert_id not in self.cause_of:
                by_minute.setdefault(minute, set()).add(alert.customer_id)
        weight = sum(
            len(them) * 2 ** (-(first - minute) / HALF_LIFE) for minute, them in by_minute.items()
        )
        return WINDOW * (0.2 + weight) / (2.0 + seen)

    def unusual(self, fact: Fact) -> bool:
        return self.ratio(fact) >= CLEAR

    def ratio(self, fact: Fact) -> float:
        count, usual = self.customers(fact, free=True), self.expected(fact)
        if count < LEAST or count < TIMES * usual:
            return 0.0
        return count * log(count / usual) - (count - usual)

    def best(self) -> Fact | None:
        known = {fact for _, _, theirs in self.alerts for fact in theirs}
        free = [fact for fact in known if fact not in self.open.values()]
        ratios = {fact: self.ratio(fact) for fact in free}
        top = max(ratios.values(), default=0.0)
        if top < CLEAR:
            return None
        for dimension in ("channel", "product", "reason", "stage", "tier"):
            near = {f: ratios[f] for f in free if f[0] == dimension and ratios[f] >= CLEAR}
            near = {fact: ratio for fact, ratio in near.items() if ratio >= 0.75 * top}
            if near:
                return min(near, key=lambda fact: (-near[fact], fact))
        return None

    @property
    def found(self) -> list[Found]:
        return [
            Found(fact, first, frozenset(a for a, n in self.cause_of.items() if n == number))
            for number, (fact, first) in enumerate(self.facts_of)
        ]
