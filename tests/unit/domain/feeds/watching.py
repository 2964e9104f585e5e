"""Feeds in tests: a partition's worth of them, told events, with a log of what they say."""

from collections.abc import Iterable

from streams.domain.feeds.feeds import Feeds
from streams.domain.outputs import Alert, Output
from streams.domain.touchpoints import CHANNELS

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
MONDAY = 4 * DAY + 2_800 * WEEK
"""Midnight before a Monday, UTC."""

Event = tuple[int, str]


class Watch:
    """Feeds as a partition in replay has them: the clock is the watermark less the lateness."""

    def __init__(self, lateness: int = 0, **silent_after: int) -> None:
        self.lateness, self.silent_after = lateness, silent_after
        self.feeds = Feeds(0, lateness, silent_after)
        self.horizon = 0
        self.said: list[Alert] = []

    def emit(self, said: Output) -> None:
        """Every output of feeds is an alert."""
        assert isinstance(said, Alert)
        self.said.append(said)

    @property
    def clock(self) -> int:
        """Where the partition's clock stands."""
        return self.horizon - self.lateness

    def tell(self, events: Iterable[Event]) -> "Watch":
        """One slice."""
        events = list(events)
        self.feeds.see([at for at, _ in events], [voice for _, voice in events])
        self.horizon = max([self.horizon, *(at for at, _ in events)])
        return self.wait_until(self.clock)

    def wait_until(self, now: int) -> "Watch":
        """The partition's clock passes an instant."""
        self.horizon = max(self.horizon, now + self.lateness)
        if self.feeds.due < now:
            self.feeds.pass_time(now, self.emit)
            assert self.feeds.due >= now
        return self

    def crash(self, pages: dict[str, bytes]) -> None:
        """Begin anew from the pages that were kept."""
        self.feeds = Feeds(0, self.lateness, self.silent_after)
        for name, packed in pages.items():
            self.feeds.restore(name, packed)
        self.feeds.pass_time(self.clock, self.emit)

    def told(self, since: int = 0) -> list[tuple[str, str, int]]:
        """Channel, status and minutes behind an instant, of everything said."""
        return [(it.channel, it.status, (it.updated_at - since) // MINUTE) for it in self.said]

    def unheard(self, channel: str, at: int, now: int | None = None) -> bool:
        """What a promise on the channel, due at an instant, is told."""
        asked_at = self.clock + 1 if now is None else now
        again = self.feeds.unheard(CHANNELS.index(channel), at, asked_at)
        assert again == 0 or again > asked_at
        return bool(again)


def every(step: int, start: int, end: int, channel: str = "chat") -> list[Event]:
    """A channel that speaks at a steady pace."""
    return [(at, channel) for at in range(start, end, step)]


def office_weeks(weeks: int, step: int = MINUTE, start: int = MONDAY) -> list[Event]:
    """A chat from Monday to Friday, 9 to 17."""
    return [
        event
        for week in range(weeks)
        for day in range(5)
        for event in every(
            step,
            start + week * WEEK + day * DAY + 9 * HOUR,
            start + week * WEEK + day * DAY + 17 * HOUR,
        )
    ]
