"""All windows of a partition: what is measured goes in, what a window says comes out.

A measurement is counted into the smallest window only. When that closes, it is added to the next
larger one, which thus costs nothing per measurement. A measurement that comes later, or changes,
goes into every window that has closed by then, and each of those is said again.
"""

from collections.abc import Callable, Container, Iterator, Sequence
from typing import Any

from streams.domain.outputs import Output
from streams.domain.windows.figures import CLOSED, CORRECTED, OPEN, Figures, Series
from streams.domain.windows.grouping import Change, changes
from streams.domain.windows.journal import NAME as JOURNAL
from streams.domain.windows.journal import Journal
from streams.domain.windows.pages import Pages, Place
from streams.domain.windows.saying import window_of
from streams.domain.windows.schedule import NEVER, Schedule
from streams.domain.windows.sizes import SIZES, Size
from streams.domain.windows.sketch import DURATIONS

_APART_MS = 3_600_000
"""From here on each metric has a page of its own: a page must fit a message."""

_HORIZON = "horizon"
"""The page that says how far time had passed."""


class WindowBoard:
    """The windows of one partition, smallest size first; each size is a multiple of the last.

    A window is said when the partition's clock has passed its end, and again, with the next
    version, when it has been corrected. What is empty and was never said isn't said. `too_late`
    counts by size (seconds) the measurements that came after a window's retention. `pack` and
    `unpack` turn lists of plain values into bytes and back.

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
        self._larger = {size: level + 1 for level, (size, _) in enumerate(self._sizes)}
        self._sketched = sketched
        self._pack = pack
        self._unpack = unpack
        self._schedule = Schedule(dict(self._sizes))
        self._pages = Pages(pack, unpack, self._schedule.remember)
        self._journal = Journal(pack)
        self._horizon = -NEVER
        self._has_passed = False  # since the pages were last written
        self._entries: dict[int, bytes] = {}  # of the journal, read back

    def come_to(self, now_ms: int) -> None:
        """The partition's clock stands there: what is too late by now is too late."""
        self._horizon = max(self._horizon, now_ms)

    def note(self, outputs: Sequence[Output]) -> None:
        """Count the measurements among what a slice has said."""
        found = changes(outputs, self._sizes[0][0])
        if found:
            self._count(found)
            self._journal.add(found)

    @property
    def due(self) -> int:
        """When time is to be passed next, epoch ms."""
        return self._schedule.due

    def pass_time(self, now_ms: int, emit: Callable[[Output], None]) -> None:
        """Say what has ended by now and what has been corrected, forget what is too old."""
        schedule = self._schedule
        if now_ms < schedule.due:
            return
        self._horizon = max(now_ms, self._horizon)
        self._has_passed = True
        for place in schedule.ended(now_ms):
            self._close(place, emit)
        for place in schedule.to_correct(now_ms):
            self._correct(place, emit)
        for place in schedule.outlived(now_ms):
            self._pages.drop(place)

    def changed(self) -> Iterator[tuple[str, bytes | None]]:
        """The pages (name, packed) that changed since last asked; None for one to forget.

        While windows only take in, an entry in the journal is enough.
        """
        if not self._has_passed and not self._journal.is_full():
            yield from self._journal.write()
            return
        for (size, start, part), packed in self._pages.changed():
            yield f"{size // 1000}/{start}/{part}", packed
        yield from self._journal.tear_up()
        yield _HORIZON, self._pack(self._horizon)
        self._has_passed = False

    def restore(self, name: str, packed: bytes) -> None:
        """Take a page back. One of a size that is no longer kept will be forgotten."""
        if name == _HORIZON:
            self._horizon = self._unpack(packed)
            return
        if name.startswith(JOURNAL):
            self._entries[int(name.removeprefix(JOURNAL))] = packed
            return
        seconds, start, part = name.split("/", 2)
        place = (int(seconds) * 1000, int(start), part)
        if place[0] not in self._larger:
            self._pages.drop(place)
            return
        standings = {figures.standing for figures in self._pages.restore(place, packed).values()}
        if OPEN in standings:
            self._schedule.wait(place)
        if CORRECTED in standings:
            self._schedule.corrected.add(place)

    def restored(self) -> None:
        """All pages are back: what the journal says is counted on top of them."""
        for _, packed in sorted(self._entries.items()):
            self._count([((m, c, t), *rest) for (m, c, t), *rest in self._unpack(packed)])
        self._journal.resume(len(self._entries))
        self._entries.clear()

    def _count(self, found: list[Change]) -> None:
        for series, start, values, kept, missed, sign in found:
            for figures in self._around(0, series, start, len(values)):
                figures.take(values, kept, missed, sign)

    def _around(self, level: int, series: Series, at: int, count: int) -> list[Figures]:
        """The windows around an instant that something is counted into, the first open one last."""
        found: list[Figures] = []
        for size, retention in self._sizes[level:]:
            start = at - at % size
            if start + size + retention <= self._horizon:
                self.too_late[size // 1000] += count
                continue
            place = (size, start, "" if size < _APART_MS else series[0])
            page = self._pages.take(place)
            figures = page.get(series)
            if figures is None:
                figures = page[series] = Figures(sketched=series[0] in self._sketched)
                self._schedule.wait(place)
            found.append(figures)
            if figures.standing == OPEN:
                break
            figures.standing = CORRECTED
            self._schedule.corrected.add(place)
        return found

    def _close(self, place: Place, emit: Callable[[Output], None]) -> None:
        """Say what has ended, and add it to the next larger window."""
        page = self._pages.take(place)
        level, start = self._larger[place[0]], place[1]
        for series, figures in sorted(page.items(), key=_series):
            if figures.standing != OPEN:
                continue
            if figures.is_empty():
                del page[series]
                continue
            figures.standing = CLOSED
            self._say(place, series, figures, emit)
            for larger in self._around(level, series, start, figures.count):
                larger.merge(figures)

    def _correct(self, place: Place, emit: Callable[[Output], None]) -> None:
        """Say what has changed since it was said."""
        for series, figures in sorted(self._pages.take(place).items(), key=_series):
            if figures.standing == CORRECTED:
                figures.standing = CLOSED
                self._say(place, series, figures, emit)

    def _say(
        self, place: Place, series: Series, figures: Figures, emit: Callable[[Output], None]
    ) -> None:
        if figures.version or figures.count > 0:
            figures.version += 1
            emit(window_of(self._partition, place, series, figures))


def _series(entry: tuple[Series, Figures]) -> Series:
    return entry[0]
