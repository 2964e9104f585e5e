"""The feeds of a partition: a feed that falls silent makes the promises on its channel *unknown*.

Nobody can tell an answer that wasn't given from one that wasn't heard. So while a channel's feed is
silent against its own rhythm no miss is claimed there; one alert `feed.stalled` is raised instead,
and when the feed is back, what really was missed is settled with the true times.

Told of a slice before it is folded, a feed gives every question in it the answer of a feed that was
told event by event: how a stream is cut into slices changes nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from streams.domain.alerts.identity import alert_id
from streams.domain.feeds.feed import Feed, Said
from streams.domain.feeds.rhythm import MINUTE_MS
from streams.domain.feeds.voices import BEATING
from streams.domain.outputs import Alert, Output, Reason
from streams.domain.policy.promises import Promises
from streams.domain.risk.bands import BANDS, HIGH, LOW
from streams.domain.state import NEVER
from streams.domain.touchpoints import CHANNELS, TIERS

RULE: Final = "feed.stalled"
PAGE: Final = "feed/"
"""What the names of pages begin with; the channel follows."""

SCORES: Final = {False: 60, True: 0}
"""What the alert weighs while the feed is silent, and once it is back."""


class Feeds:
    """Watches the feeds of one partition.

    `see` is told each slice before it is folded, `pass_time` where the clock stands after it;
    `unheard` answers the promises. The clock is the watermark less `lateness_ms`, or what
    `pass_time` says if that is later. After the last `restore`, `pass_time` comes before `see`.

    >>> feeds, said = Feeds(3, silent_after={"chat": 600_000}), []
    >>> feeds.see([0], ["chat"]); feeds.pass_time(660_001, said.append)
    >>> said[0].rule, said[0].status, said[0].channel, said[0].raised_at
    ('feed.stalled', 'raised', 'chat', 660000)
    >>> bool(feeds.unheard(CHANNELS.index("chat"), 660_001, 660_002))
    True
    """

    def __init__(
        self,
        partition: int,
        lateness_ms: int = 0,
        silent_after: Mapping[str, int] | None = None,
        policy: str | None = None,
    ) -> None:
        self._partition = partition
        self._lateness_ms = lateness_ms
        self._silent_after = silent_after or {}
        self._policy = policy
        self._feeds: dict[str, Feed] = {}
        self._by_index: list[Feed | None] = [None] * len(CHANNELS)
        self._horizon = 0
        self._clock = -NEVER
        self._waits_for_clock = False

    def follow(self, promises: Promises) -> None:
        """Go by these promises from now on."""
        self._silent_after, self._policy = promises.silent_after, promises.version
        for channel, feed in self._feeds.items():
            feed.silent_after(self._silent_after.get(channel))

    # --- what comes in

    def see(self, times: Sequence[int], voices: Sequence[str], ceiling: int = NEVER) -> None:
        """A slice has come: event times (epoch ms) and whose feeds they tell of.

        No event moves the watermark beyond `ceiling`.
        """
        if not times:
            return
        low, high = min(times), max(times)
        if not self._knows(low, high, voices):
            self._tell(times, voices, ceiling)
        self._horizon = max(self._horizon, min(high, ceiling))
        self._clock = max(self._clock, self._horizon - self._lateness_ms)
        if self._lateness_ms:
            for feed in self._feeds.values():
                feed.come_to(self._clock)

    def _knows(self, low: int, high: int, voices: Sequence[str]) -> bool:
        """Whether all of a slice lies in a minute in which every feed in it was heard already."""
        if low // MINUTE_MS != high // MINUTE_MS:
            return False
        feeds = self._feeds
        for voice in set(voices):
            feed = feeds.get(voice)
            if feed is None or low < feed.knows_from or high >= feed.knows_until:
                return False
        return True

    def _tell(self, times: Sequence[int], voices: Sequence[str], ceiling: int) -> None:
        feeds, horizon, clock, lateness_ms = (
            self._feeds,
            self._horizon,
            self._clock,
            self._lateness_ms,
        )
        for at, voice in zip(times, voices, strict=True):
            if horizon < at and horizon < ceiling:
                horizon = at if at < ceiling else ceiling  # noqa: FURB136  (a call an event)
            feed = feeds.get(voice)
            if feed is not None and feed.knows_from <= at < feed.knows_until:
                continue
            if feed is None:
                feed = self._feed(voice.removeprefix(BEATING))
            passed = horizon - lateness_ms
            beat = voice[0] == "h" and voice.startswith(BEATING)
            feed.note(at, clock if clock > passed else passed, beat)  # noqa: FURB136  (as above)

    def _feed(self, channel: str) -> Feed:
        feed = self._feeds.get(channel)
        if feed is None:
            feed = self._feeds[channel] = Feed(self._silent_after.get(channel))
            if channel in CHANNELS:
                self._by_index[CHANNELS.index(channel)] = feed
        return feed

    # --- what follows from it

    @property
    def due(self) -> int:
        """When `pass_time` is wanted next (epoch ms); NEVER for never."""
        if self._waits_for_clock:
            return 0
        return min((feed.wakes_at() for feed in self._feeds.values()), default=NEVER)

    def pass_time(self, now_ms: int, emit: Callable[[Output], None]) -> None:
        """The partition's clock stands at `now_ms`: raise and resolve alerts."""
        self._waits_for_clock = False
        self._clock = max(self._clock, now_ms)
        self._horizon = max(self._horizon, now_ms + self._lateness_ms)
        for feed in self._feeds.values():
            feed.come_to(self._clock)
        self._speak(emit)

    def _speak(self, emit: Callable[[Output], None]) -> None:
        heard = [
            (said.at, channel, said) for channel, feed in self._feeds.items() for said in feed.said
        ]
        if heard:
            for _, channel, said in sorted(heard):
                emit(self._alert(channel, said))
            for feed in self._feeds.values():
                feed.said.clear()

    def _alert(self, channel: str, said: Said) -> Alert:
        score = SCORES[said.back]
        return Alert(
            alert_id=alert_id(RULE, f"{self._partition}/{channel}", str(said.since)),
            version=2 if said.back else 1,
            rule=RULE,
            status="resolved" if said.back else "raised",
            customer_id="",
            case_id=None,
            raised_at=said.exceeded_at,
            updated_at=said.at,
            band=BANDS[LOW if said.back else HIGH],
            score=score,
            reasons=(Reason("silent_feed", score, (said.at - said.since) / 1000),),
            channel=channel,
            tier=TIERS[0],
            policy=self._policy,
        )

    def unheard(self, channel: int, at: int, now: int) -> int:
        """Whether, as known at `now`, a channel's feed was silent too long at an instant before it.

        Returns 0 if it was heard, else the earliest instant at which the answer may be another.
        """
        feed = self._by_index[channel]
        return 0 if feed is None else feed.unheard(at, now, self._clock)

    @property
    def silent(self) -> Sequence[str]:
        """The channels whose alert stands; may be asked by another thread."""
        return [channel for channel, feed in list(self._feeds.items()) if feed.is_silent]

    # --- what is remembered

    def changed(self) -> Iterable[tuple[str, bytes]]:
        """The pages (name, packed) that changed since last asked: at most one a minute a feed."""
        for channel, feed in self._feeds.items():
            if feed.changed:
                feed.changed = False
                yield PAGE + channel, feed.pack()

    def restore(self, name: str, packed: bytes) -> None:
        """A page is read back; one of somebody else's is let be."""
        if name.startswith(PAGE):
            self._feed(name.removeprefix(PAGE)).unpack(packed)
            self._waits_for_clock = True
