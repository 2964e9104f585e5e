"""What waits to be posted: the newest word of each alert, what matters most first."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, TypeAlias

from streams.adapters.alertmanager.wording import labels, severity
from streams.domain.paging.page import Page

_ORDER: Final = ("critical", "warning", "info")

Name: TypeAlias = frozenset[tuple[str, str]]
"""What Alertmanager knows an alert by."""


class Waiting:
    """Pages by urgency; of the same urgency the one that has waited longest comes first.

    What was told before comes behind all that is news, and never takes the place of news.

    >>> from streams.domain.outputs import Alert
    >>> alert = Alert("a", 1, "sla.missed", "raised", "", None, 0, 0, "high", 60, (), "chat", "vip")
    >>> waiting = Waiting()
    >>> waiting.put(Page(alert)); waiting.put(Page(alert, ended=True))
    >>> [(page.alert.alert_id, page.ended) for page in waiting.first(10)], len(waiting)
    ([('a', True)], 1)
    >>> waiting.put(Page(alert._replace(alert_id="b"), again=True)); len(waiting), waiting.news
    (2, 1)
    """

    def __init__(self) -> None:
        self._urgency: dict[Name, int] = {}
        self._lines: tuple[dict[Name, Page], ...] = tuple({} for _ in range(2 * _LINES))

    def __len__(self) -> int:
        return len(self._urgency)

    @property
    def news(self) -> int:
        """How many have never been told."""
        return sum(map(len, self._lines[:_LINES]))

    def put(self, page: Page) -> None:
        """To be posted in place of what waits under the same labels."""
        name = frozenset(labels(page.alert).items())
        urgency = _urgency(page)
        before = self._urgency.get(name)
        if before is not None:
            if page.again and before < _LINES:  # what is news stays it until it is posted
                urgency = before
            if urgency != before:
                del self._lines[before][name]
        self._urgency[name] = urgency
        self._lines[urgency][name] = page

    def first(self, most: int) -> list[Page]:
        """The most urgent; they wait on."""
        return list(islice(self._in_order(), most))

    def posted(self, pages: Sequence[Page]) -> None:
        """These are told; one of which there is a newer word by now waits on."""
        for page in pages:
            name = frozenset(labels(page.alert).items())
            urgency = self._urgency.get(name)
            if urgency is not None and self._lines[urgency][name] is page:
                del self._lines[urgency][name]
                del self._urgency[name]

    def clear(self) -> None:
        """Nothing waits any more."""
        self._urgency.clear()
        for line in self._lines:
            line.clear()

    def _in_order(self) -> Iterator[Page]:
        for line in self._lines:
            yield from line.values()


_LINES: Final = 2 * len(_ORDER) * 2
"""Lines of what is news; as many for the rest."""


def _urgency(page: Page) -> int:
    """Common causes before all, then by severity; what ends before what begins, to make room."""
    single = page.alert.affected is None
    place = (single * len(_ORDER) + _ORDER.index(severity(page.alert.band))) * 2 + (not page.ended)
    return page.again * _LINES + place
