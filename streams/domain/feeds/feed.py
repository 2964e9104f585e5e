"""One channel's feed: when it last spoke, its silences, and the alert about the one that lasts."""

from base64 import b85decode, b85encode
from collections.abc import Iterable
from json import dumps, loads
from typing import NamedTuple

from streams.domain.feeds.rhythm import LEAST_MINUTES, MINUTE_MS, Rhythm
from streams.domain.state import NEVER

SILENCES_KEPT = 32
"""Silences remembered after their end, for promises that are asked about late."""


class Said(NamedTuple):
    """An alert's next word: where the silence began, was too long, and when this is so.

    Instants are epoch ms. `back` says that the feed has returned.
    """

    at: int
    since: int
    exceeded_at: int
    back: bool


class Feed:
    """What one feed said and when it wasn't heard; fed with its touchpoints, told the clock.

    What lies ahead of the clock waits until the clock has passed it, so the order of arrival
    within the lateness changes nothing. What comes later than that counts when it comes.

    `silent_after_ms` takes the place of the feed's own rhythm; then, once there was a heartbeat,
    heartbeats alone count. `knows_from` and `knows_until` bound the instants (epoch ms) of which
    another touchpoint tells nothing new.
    """

    __slots__ = (
        "_ahead",
        "_alert",
        "_beats",
        "_exceeded_at",
        "_heard_until",
        "_known_at",
        "_last",
        "_least_ms",
        "_rhythm",
        "_silences",
        "_silent_after_ms",
        "changed",
        "knows_from",
        "knows_until",
        "said",
    )

    def __init__(self, silent_after_ms: int | None = None) -> None:
        self.changed = False
        self.knows_from = 0
        self.knows_until = -NEVER
        self.said: list[Said] = []
        self._silent_after_ms = silent_after_ms
        self._last = -1  # minute in which it last spoke
        self._least_ms = LEAST_MINUTES * MINUTE_MS if silent_after_ms is None else silent_after_ms
        self._heard_until = NEVER  # no silence before this is too long
        self._beats = False
        self._ahead: dict[int, int] = {}  # minute * 2 + heartbeat -> its earliest instant
        self._known_at = 0  # where the clock stood when this was known
        self._silences: list[tuple[int, int, int]] = []  # known at, too long from, until
        self._alert: tuple[int, int] | None = None  # since, too long from
        self._exceeded_at = 0  # 0: not worked out yet
        self._rhythm = Rhythm()

    def silent_after(self, ms: int | None) -> None:
        """Judge from now on by this, or by the own rhythm."""
        self._silent_after_ms, self._exceeded_at = ms, 0
        self._least_ms = LEAST_MINUTES * MINUTE_MS if ms is None else ms
        if self._last >= 0:
            self._heard_until = (self._last + 1) * MINUTE_MS + self._least_ms

    def note(self, at: int, clock: int, beat: bool = False) -> None:
        """Something of this instant has come while the clock stood there."""
        minute = at // MINUTE_MS
        if at <= clock <= self._heard_until and not (
            beat or self._beats or self._ahead or self._alert
        ):
            if minute > self._last:  # nearly all that is ever heard
                self._follow(minute, clock)
            return
        if at <= clock:
            if self._ahead:
                self.come_to(clock)
            self._hear(minute, clock, beat=beat)
            return
        key = minute * 2 + beat
        known = self._ahead.get(key)
        if known is None or at < known:
            self._ahead[key] = at
            self.changed = True
            if not beat and (minute + 1) * MINUTE_MS >= self.knows_until:
                self.knows_from, self.knows_until = at, (minute + 1) * MINUTE_MS

    def come_to(self, clock: int) -> None:
        """The clock has passed everything up to there."""
        if self._ahead:
            passed = sorted((at, key) for key, at in self._ahead.items() if at <= clock)
            for at, key in passed:
                del self._ahead[key]
                self._hear(key >> 1, at, beat=bool(key & 1))
        if clock > self._heard_until and self._alert is None and clock > self._exceeded():
            self._raise_if_silent(clock)

    def _hear(self, minute: int, clock: int, *, beat: bool) -> None:
        """The feed spoke, as was known when the clock stood there."""
        if beat:
            self.changed |= not self._beats
            self._beats = True
        elif self._beats and self._silent_after_ms is not None:
            return
        if minute <= self._last:
            return
        if clock > self._heard_until and self._is_silent(clock):
            self._raise_if_silent(clock)
            over = self._known_at, self._exceeded(), clock + 1
            self._silences = [*self._silences[1 - SILENCES_KEPT :], over]
        self._follow(minute, clock)
        if self._alert is not None:
            self._resolve_if_heard(clock)
        elif clock > self._heard_until:
            self._raise_if_silent(clock)

    def _follow(self, minute: int, clock: int) -> None:
        """The feed spoke in a minute later than the last."""
        self.changed = True
        self._last, self._exceeded_at, self._known_at = minute, 0, clock + 1
        ends = (minute + 1) * MINUTE_MS
        self._heard_until = ends + self._least_ms
        if ends >= self.knows_until:
            self.knows_from, self.knows_until = 0, ends
        rhythm = self._rhythm
        if minute // 60 == rhythm.hour:
            rhythm.minutes += 1
        else:
            rhythm.hear(minute)

    def _raise_if_silent(self, clock: int) -> None:
        if self._alert is None and self._is_silent(clock):
            exceeded_at = self._exceeded()
            self._alert = (self._last + 1) * MINUTE_MS, exceeded_at
            self.said.append(Said(exceeded_at, *self._alert, back=False))
            self.changed = True

    def _resolve_if_heard(self, clock: int) -> None:
        if self._alert is not None and not self._is_silent(clock):
            self.said.append(Said(clock, *self._alert, back=True))
            self._alert = None

    def _is_silent(self, clock: int) -> bool:
        """Whether the silence that lasts is too long by now; cheap while it isn't."""
        if clock <= self._heard_until:
            return False
        if self._exceeded_at:
            return clock > self._exceeded_at
        if self._silent_after_ms is None and not self._rhythm.misses(
            self._last, clock // MINUTE_MS
        ):
            return False
        return clock > self._exceeded()

    def _exceeded(self) -> int:
        """After which instant the silence that lasts is too long."""
        if not self._exceeded_at:
            if self._last < 0:
                self._exceeded_at = NEVER
            elif self._silent_after_ms is not None:
                self._exceeded_at = self._heard_until
            else:
                exceeded = self._rhythm.exceeded_after(self._last)
                self._exceeded_at = NEVER if exceeded is None else exceeded * MINUTE_MS
        return self._exceeded_at

    def wakes_at(self) -> int:
        """When the clock should be told, at the latest (epoch ms)."""
        if self.said:
            return 0
        wakes_at = NEVER
        if self._alert is None:
            wakes_at = self._exceeded_at or self._heard_until
        if self._ahead:
            wakes_at = min(wakes_at, *(at - 1 for at in self._ahead.values()))
        return wakes_at

    @property
    def is_silent(self) -> bool:
        """Whether its alert stands: it fell silent for too long, and isn't back."""
        return self._alert is not None

    def unheard(self, at: int, now: int, clock: int) -> int:
        """Whether the feed, as known at `now`, was silent too long at an instant `at` before it.

        Returns 0 if it was heard, else the earliest instant at which the answer may be another.
        """
        for known_at, exceeded_at, until in reversed(self._silences):
            if exceeded_at < at and known_at <= now < until:
                return until
        if now < self._known_at or at <= self._heard_until or at <= self._exceeded():
            return 0
        counted = self._counted_ahead()
        back_at = min(counted, default=max(now, clock) + 1)
        return back_at if now < back_at else 0

    def _counted_ahead(self) -> Iterable[int]:
        """Instants ahead at which the feed is known to speak."""
        beats_only = self._beats and self._silent_after_ms is not None
        return [at for key, at in self._ahead.items() if key & 1 or not beats_only]

    def pack(self) -> bytes:
        """All that is remembered, to bytes."""
        rhythm = self._rhythm
        usual = b85encode(bytes(rhythm.usual)).decode()
        row = [
            self._last,
            self._known_at,
            self._beats,
            [*self._ahead.items()],
            self._silences,
            self._alert,
            [rhythm.hour, rhythm.minutes, usual],
        ]
        return dumps(row, separators=(",", ":")).encode()

    def unpack(self, packed: bytes) -> None:
        """Become what was packed."""
        row = loads(packed)
        self._last, self._known_at, self._beats, ahead, silences, alert, rhythm = row
        hour, minutes, usual = rhythm
        self._ahead = dict(ahead)
        self._silences = [(known, exceeded, until) for known, exceeded, until in silences]
        self._alert = None if alert is None else (alert[0], alert[1])
        self._rhythm = Rhythm(hour, minutes, b85decode(usual))
        self.silent_after(self._silent_after_ms)
        self.knows_from = 0
        self.knows_until = -NEVER if self._last < 0 else (self._last + 1) * MINUTE_MS
