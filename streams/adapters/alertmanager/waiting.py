"""What waits to be posted: the newest word of each alert, what matters most first."""

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile
from typing import Final, TypeAlias

from streams.adapters.alertmanager.wording import labels, severity
from streams.domain.paging.page import Page

PATIENT_S: Final = 60.0
"""What is told again waits so long behind all that is news. After that half of each batch is for
those that have waited longest, or alerts that stand would end at Alertmanager while news keeps
coming."""

_ORDER: Final = ("critical", "warning", "info")

Name: TypeAlias = frozenset[tuple[str, str]]
"""What Alertmanager knows an alert by."""


class Waiting:
    """Pages by urgency; of the same urgency the one that has waited longest comes first.

    What was told before comes behind all that is news, until it has waited `PATIENT_S`, and never
    takes the place of news. Instants are seconds of any one clock.

    >>> from streams.domain.outputs import Alert
    >>> alert = Alert("a", 1, "sla.missed", "raised", "", None, 0, 0, "high", 60, (), "chat", "vip")
    >>> waiting = Waiting()
    >>> waiting.put(Page(alert), 0.0); waiting.put(Page(alert, ended=True), 0.0)
    >>> [(page.alert.alert_id, page.ended) for page in waiting.first(10, 0.0)], len(waiting)
    ([('a', True)], 1)
    >>> waiting.put(Page(alert._replace(alert_id="b"), again=True), 0.0)
    >>> len(waiting), waiting.news
    (2, 1)
    """

    def __init__(self) -> None:
        self._urgency: dict[Name, int] = {}
        self._lines: tuple[dict[Name, Page], ...] = tuple({} for _ in range(2 * _LINES))
        self._since: dict[Name, float] = {}  # of what is told again, the longest first

    def __len__(self) -> int:
        return len(self._urgency)

    @property
    def news(self) -> int:
        """How many have never been told."""
        return sum(map(len, self._lines[:_LINES]))

    def put(self, page: Page, now_s: float) -> None:
        """To be posted in place of what waits under the same labels."""
        name = _name(page)
        before = self._urgency.get(name)
        if page.again and before is not None and before < _LINES:
            page = page._replace(again=False)  # what is news stays it until it is posted
        urgency = _urgency(page)
        if before is not None and urgency != before:
            del self._lines[before][name]
        self._urgency[name] = urgency
        self._lines[urgency][name] = page
        if page.again:
            self._since.setdefault(name, now_s)
        else:
            self._since.pop(name, None)

    def first(self, most: int, now_s: float) -> list[Page]:
        """The most urgent, and what has waited too long; they wait on."""
        tired = takewhile(lambda name: self._since[name] <= now_s - PATIENT_S, self._since)
        kept = dict.fromkeys(islice(tired, most // 2))
        others = (page for name, page in self._in_order() if name not in kept)
        urgent = list(islice(others, most - len(kept)))
        return urgent + [self._lines[self._urgency[name]][name] for name in kept]

    def posted(self, pages: Sequence[Page]) -> None:
        """These are told; one of which there is a newer word by now waits on."""
        for page in pages:
            name = _name(page)
            urgency = self._urgency.get(name)
            if urgency is not None and self._lines[urgency][name] == page:
                del self._lines[urgency][name]
                del self._urgency[name]
                self._since.pop(name, None)

    def clear(self) -> None:
        """Nothing waits any more."""
        self._urgency.clear()
        self._since.clear()
        for line in self._lines:
            line.clear()

    def _in_order(self) -> Iterator[tuple[Name, Page]]:
        for line in self._lines:
            yield from line.items()


_LINES: Final = 2 * len(_ORDER) * 2
"""Lines of what is news; as many for the rest."""


def _name(page: Page) -> Name:
    return frozenset(labels(page.routed_as).items())


def _urgency(page: Page) -> int:
    """Common causes before all, then by severity; what ends before what begins, to make room."""
    single = page.alert.affected is None
    place = (single * len(_ORDER) + _ORDER.index(severity(page.alert.band))) * 2 + (not page.ended)
    return page.again * _LINES + place
