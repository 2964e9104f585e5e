"""Windows by place, one page each: touched ones at hand, resting ones packed."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from streams.domain.windows.figures import CLOSED, Figures, Series

Place: TypeAlias = tuple[int, int, str]
"""Size and start of a window in ms, and the metric on its page; "": all of them."""

Page: TypeAlias = dict[Series, Figures]


class Pages:
    """The pages of a board.

    A window that is closed is seldom touched again, and a dictionary of bins takes ten times the
    room of packed ones: once it has been handed over as changed, it stays packed until it is
    wanted. `pack` and `unpack` turn lists of plain values into bytes and back; `created` is told
    of every page that there is from now on.
    """

    def __init__(
        self,
        pack: Callable[[Any], bytes],
        unpack: Callable[[bytes], Any],
        created: Callable[[Place], None],
    ) -> None:
        self._pack = pack
        self._unpack = unpack
        self._created = created
        self._at_hand: dict[Place, Page] = {}
        self._packed: dict[Place, bytes] = {}
        self._changed: set[Place] = set()
        self._forgotten: set[Place] = set()

    def take(self, place: Place) -> Page:
        """The page, to be changed; an empty one where there is none."""
        self._changed.add(place)
        page = self._at_hand.get(place)
        if page is None:
            packed = self._packed.pop(place, None)
            if packed is None:
                self._created(place)
            page = self._at_hand[place] = {} if packed is None else self._read(packed)
        return page

    def drop(self, place: Place) -> None:
        """The page is no longer wanted."""
        self._at_hand.pop(place, None)
        self._packed.pop(place, None)
        self._changed.discard(place)
        self._forgotten.add(place)

    def changed(self) -> Iterator[tuple[Place, bytes | None]]:
        """The pages changed since last asked, packed, and None for those to forget."""
        for place in sorted(self._forgotten - self._changed):
            yield place, None
        for place in sorted(self._changed):
            page = self._at_hand[place]
            if not page:  # all of it has been taken out again
                del self._at_hand[place]
                yield place, None
                continue
            packed = self._pack([[*series, *figures.row()] for series, figures in page.items()])
            if all(figures.standing == CLOSED for figures in page.values()):
                del self._at_hand[place]
                self._packed[place] = packed
            yield place, packed
        self._changed.clear()
        self._forgotten.clear()

    def restore(self, place: Place, packed: bytes) -> Page:
        """Take a page back as `changed` gave it; at hand if anything on it is yet to be said."""
        page = self._read(packed)
        self._created(place)
        if all(figures.standing == CLOSED for figures in page.values()):
            self._packed[place] = packed
        else:
            self._at_hand[place] = page
        return page

    def _read(self, packed: bytes) -> Page:
        return {
            (metric, channel, tier): Figures.from_row(row)
            for metric, channel, tier, *row in self._unpack(packed)
        }
