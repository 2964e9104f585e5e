"""A feed's own rhythm: in which minutes of the week it usually speaks.

Of every hour of the week (UTC) is known in how many of its minutes the feed spoke. That makes a
silence a matter of odds: a silent minute in an hour in which the feed speaks in half of the
minutes has odds of one half, and the odds of a silence are the product over its minutes. So a stall
at noon is seen in minutes, a night in which nobody writes says nothing, and what began on a Friday
evening is seen on Monday morning. A source of the method: the likelihood ratio of a Bernoulli
process (Wald, Sequential Analysis, 1947), with the hour of the week as its season.
"""

from math import log
from typing import Final

MINUTE_MS: Final = 60_000
HOURS: Final = 168

LEAST_MINUTES: Final = 5
"""No shorter silence is one, whatever the odds."""

ENOUGH: Final = 14_000
"""Evidence, in thousandths of -ln(odds), of which one is enough: odds of one to a million."""

_MOST = 57
"""No feed is trusted to speak in more of sixty minutes than this."""

_FEWEST = 30
"""A feed that speaks in fewer of sixty minutes is too sparse to be judged by minutes: its customers
come in bursts, and a lull between two of them is nobody's fault."""

EVIDENCE: Final = tuple(
    round(-1000 * log(1 - min(spoken, _MOST) / 60)) if spoken >= _FEWEST else 0
    for spoken in range(61)
)
"""What a silent minute weighs in an hour in which the feed speaks in so many of sixty."""

_FORGOTTEN_HOURS = 4 * HOURS
"""After so long a silence a feed is a new one."""


class Rhythm:
    """In how many minutes of each hour of the week a feed speaks; minutes count from the epoch.

    An hour climbs half way to what was heard in it and falls all the way: what was silent last week
    is not missed this week, and a new feed is judged from its second week on.

    >>> rhythm = Rhythm()
    >>> for minute in range(2 * 7 * 24 * 60): rhythm.hear(minute)
    >>> rhythm.exceeded_after(2 * 7 * 24 * 60 - 1) - 2 * 7 * 24 * 60
    11
    """

    __slots__ = ("hour", "minutes", "usual")

    def __init__(self, hour: int = 0, minutes: int = 0, usual: bytes = bytes(HOURS)) -> None:
        self.hour = hour
        self.minutes = minutes  # heard in this hour so far
        self.usual = bytearray(usual)

    def hear(self, minute: int) -> None:
        """The feed spoke in this minute, which is later than all before."""
        hour = minute // 60
        if hour != self.hour:
            self._learn(hour)
        self.minutes += 1

    def _learn(self, hour: int) -> None:
        """The hours up to this one are over."""
        if hour - self.hour > _FORGOTTEN_HOURS:
            self.usual = bytearray(HOURS)
        else:
            usual, heard = self.usual, self.minutes
            for over in range(self.hour, hour):
                known = usual[over % HOURS]
                usual[over % HOURS] = min(heard, known + (heard - known + 1) // 2)
                heard = 0
        self.hour, self.minutes = hour, 0

    def misses(self, last: int, now: int) -> bool:
        """Whether a silence from `last` to this minute may be too long."""
        minute, missed = last + 1, 0
        if now - last > _FORGOTTEN_HOURS * 60:
            return True
        while minute <= now:
            ends = min((minute // 60 + 1) * 60, now + 1)
            missed += EVIDENCE[self.usual[minute // 60 % HOURS]] * (ends - minute)
            minute = ends
        return missed >= ENOUGH

    def exceeded_after(self, last: int) -> int | None:
        """The minute at whose beginning a silence since `last` is too long for this feed.

        None for a feed that isn't expected to say anything within a week.
        """
        minute, left = last + 1, ENOUGH
        for _ in range(HOURS + 1):
            ends = (minute // 60 + 1) * 60
            evidence = EVIDENCE[self.usual[minute // 60 % HOURS]]
            if evidence * (ends - minute) >= left:
                return max(minute - (-left // evidence), last + 1 + LEAST_MINUTES)
            left -= evidence * (ends - minute)
            minute = ends
        return None
