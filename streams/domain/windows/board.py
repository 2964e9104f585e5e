"""All windows of a partition: what is measured goes in, what a window says comes out.

A measurement is counted into the smallest window only. When that closes, it is added to the next
larger one, which thus costs nothing per measurement. A measurement that comes later, or changes,
goes into every window that has closed by then, and each of those is said again.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from heapq import heappop, heappush
from typing import Any

from streams.domain.outputs import Output, Window
from streams.domain.windows.figures import CLOSED, CORRECTED, OPEN, Figures, Series
from streams.domain.windows.grouping import changes
from streams.domain.windows.pages import Pages, Place
from streams.domain.windows.sizes import SIZES, Size
from streams.domain.windows.sketch import DURATIONS

_NEVER = 1 << 62
_CORRECTIONS_MS = 1000
"""Corrections of a window wait for each other so long."""

_APART_MS = 3_600_000
"""From here on each metric has a page of its own: a page must fit a message."""

_HORIZON = "horizon"
"""The page that says how far the board has come."""


class WindowBoard:
    """The windows of one partition, smallest size first.

    A window is said when the partition's clock has passed its end, and again, with the next
    version, when it has been corrected; nothing is said of what is empty and was never said.
    `too_late` counts by size (seconds) the measurements that came after a window's retention.

    >>> import json
    >>> from streams.domain.outputs import Measurement
    >>> board = WindowBoard(0, pack=lambda rows: json.dumps(rows).encode(), unpack=json.loads)
    >>> board.note([Measurement("m", 1, "csat", "ann", None, 4.0, 61_000, "web", "vip")])
    >>> said: list[Output] = []
    >>> board.due
    120000
    >>> board.pass_time(130_000, said.append)
    >>> [(window.window_id, window.version, window.sum) for window in said]
    [('0/csat/web/vip/60/60000', 1, 4.0)]
    """

    def __init__(
        self,
        partition: int,
        sizes: Sequence[Size] = SIZES,
        *,
        pack: Callable[[Any], bytes],
        unpack: Callable[[bytes], Any],
        sketched: Container[str] = DURATIONS,
    ) -> None:
        self.too_late = {size.seconds: 0 for size in sizes}
        self._partition = partition
        self._sizes = [(size.seconds * 1000, size.retention_s * 1000) for size in sizes]
        self._retention = dict(self._sizes)
        self._sketched = sketched
        self._pack = pack
        self._unpack = unpack
        self._pages = Pages(pack, unpack)
        self._ends: list[tuple[int, Place]] = []  # of pages with something open, a heap
        self._waiting: set[Place] = set()  # those on it
        self._limits: list[tuple[int, Place]] = []  # when pages are to be forgotten, a heap
        self._corrected: set[Place] = set()
        self._corrected_at = -_NEVER
        self._horizon = -_NEVER
        self._horizon_kept = True

    def note(self, outputs: Sequence[Output]) -> None:
        """Count the measurements among what a slice has said."""
        size = self._sizes[0][0]
        for change in changes(outputs, size, self._sketched):
            self._add(0, change.series, change.start, change.figures, change.sign)

    @property
    def due(self) -> int:
        """When time is to be passed next, epoch ms."""
        due = self._ends[0][0] if self._ends else _NEVER
        if self._corrected:
            due = min(due, self._corrected_at + _CORRECTIONS_MS)
        return min(due, self._limits[0][0]) if self._limits else due

    def pass_time(self, now_ms: int, emit: Callable[[Output], None]) -> None:
        """Say what has ended by now and what has been corrected, forget what is too old."""
        if now_ms < self.due:
            return
        self._horizon, self._horizon_kept = max(now_ms, self._horizon), False
        while self._ends and self._ends[0][0] <= now_ms:
            _, place = heappop(self._ends)
            self._waiting.discard(place)
            self._close(place, emit)
        old = bool(self._limits) and self._limits[0][0] <= now_ms
        if self._corrected and (old or now_ms >= self._corrected_at + _CORRECTIONS_MS):
            self._correct(emit)
            self._corrected_at = now_ms
        while self._limits and self._limits[0][0] <= now_ms:
            self._pages.drop(heappop(self._limits)[1])

    def changed(self) -> Iterator[tuple[str, bytes | None]]:
        """The pages (name, packed) that changed since last asked; None for one to forget."""
        for (size, start, part), packed in self._pages.changed():
            yield f"{size // 1000}/{start}/{part}", packed
        if not self._horizon_kept:
            self._horizon_kept = True
            yield _HORIZON, self._pack(self._horizon)

    def restore(self, name: str, packed: bytes) -> None:
        """Take a page back. One of a size that is no longer kept is forgotten."""
        if name == _HORIZON:
            self._horizon = self._unpack(packed)
            return
        seconds, start, part = name.split("/", 2)
        place = (int(seconds) * 1000, int(start), part)
        if place[0] not in self._retention:
            self._pages.drop(place)
            return
        standings = {figures.standing for figures in self._pages.restore(place, packed).values()}
        self._remember(place)
        if OPEN in standings:
            self._wait(place)
        if CORRECTED in standings:
            self._corrected.add(place)

    def _add(self, level: int, series: Series, at: int, figures: Figures, sign: int) -> None:
        """Count into the windows around an instant, up to the first that is still open."""
        for size, retention in self._sizes[level:]:
            start = at - at % size
            if start + size + retention <= self._horizon:
                self.too_late[size // 1000] += figures.count
                continue
            place = (size, start, "" if size < _APART_MS else series[0])
            if place not in self._pages:
                self._remember(place)
            page = self._pages.take(place)
            known = page.get(series)
            if known is None:
                page[series] = figures.copy(sign)
                self._wait(place)
                return
            known.add(figures, sign)
            if known.standing == OPEN:
                return
            known.standing = CORRECTED
            self._corrected.add(place)

    def _remember(self, place: Place) -> None:
        size, start, _ = place
        heappush(self._limits, (start + size + self._retention[size], place))

    def _wait(self, place: Place) -> None:
        if place not in self._waiting:
            self._waiting.add(place)
            heappush(self._ends, (place[1] + place[0], place))

    def _close(self, place: Place, emit: Callable[[Output], None]) -> None:
        """Say what has ended, and add it to the next larger window."""
        size, start, _ = place
        level = 1 + next(n for n, (known, _) in enumerate(self._sizes) if known == size)
        page = self._pages.take(place)
        for series, figures in sorted(page.items()):
            if figures.standing != OPEN:
                continue
            if figures.is_empty():
                del page[series]
                continue
            figures.standing = CLOSED
            self._say(place, series, figures, emit)
            self._add(level, series, start, figures, 1)

    def _correct(self, emit: Callable[[Output], None]) -> None:
        for place in sorted(self._corrected):
            for series, figures in sorted(self._pages.take(place).items()):
                if figures.standing == CORRECTED:
                    figures.standing = CLOSED
                    self._say(place, series, figures, emit)
        self._corrected.clear()

    def _say(
        self, place: Place, series: Series, figures: Figures, emit: Callable[[Output], None]
    ) -> None:
        """Emit the window; less than nothing, of measurements never counted here, is nothing."""
        if figures.version == 0 and figures.count <= 0:
            return
        figures.version += 1
        size, start, _ = place
        seconds = size // 1000
        metric, channel, tier = series
        bins = figures.bins
        if bins is not None:
            bins = {place: number for place, number in sorted(bins.items()) if number > 0}
        emit(
            Window(
                f"{self._partition}/{metric}/{channel}/{tier}/{seconds}/{start}",
                figures.version,
                metric,
                channel,
                tier,
                self._partition,
                start,
                seconds,
                max(figures.count, 0),
                max(figures.known, 0),
                figures.thousandths / 1000 if figures.known > 0 else None,
                max(figures.kept, 0),
                max(figures.missed, 0),
                bins,
            )
        )
