"""Common causes that are told to people, by what they are of."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily, Metric

from streams.adapters.alertmanager.wording import labels
from streams.domain.causes.words import RULE as COMMON_CAUSE
from streams.domain.paging.page import Page
from streams.domain.paging.paging import AGAIN_MS

KEPT_S: Final = 5 * AGAIN_MS / 1000
"""Seconds after which a cause that wasn't told again is somebody else's, or over."""
_WAKE: Final = frozenset({"critical", "warning"})
"""Severities at which a cause pages somebody."""


class CommonCauses:
    """A collector of the causes that page somebody, by dimension and value.

    `wall_s` is the wall clock, epoch seconds. A cause is told again every minute for as long as it
    goes on, by whoever owns the partition: so what isn't told any more is left out after a while,
    and a pager that gave the partition away shows none of it. As many as may be open at once.

    >>> from prometheus_client import CollectorRegistry
    >>> from streams.domain.outputs import Alert
    >>> registry, causes = CollectorRegistry(), CommonCauses(lambda: 0.0)
    >>> registry.register(causes)
    >>> alert = Alert("a-1", 1, COMMON_CAUSE, "raised", "", None, 0, 9, "high", 80, (), "chat",
    ...               "other", shared=(("channel", "chat"),))
    >>> causes.observe([Page(alert)])
    >>> registry.get_sample_value("cx_common_cause", {"dimension": "channel", "value": "chat"})
    1.0
    """

    def __init__(self, wall_s: Callable[[], float]) -> None:
        self._wall_s = wall_s
        self._told: dict[str, tuple[str, str, float]] = {}  # dimension, value, when

    def observe(self, outputs: Sequence[Any]) -> None:
        """See what is to be told, and what no longer stands."""
        for output in outputs:
            if type(output) is Page and output.alert.rule == COMMON_CAUSE:
                self._see(output)

    def _see(self, page: Page) -> None:
        said = labels(page.alert)
        now = self._wall_s()
        self._told = {known: it for known, it in self._told.items() if it[2] >= now - KEPT_S}
        if page.ended or said["severity"] not in _WAKE or "value" not in said:
            self._told.pop(page.alert.alert_id, None)
        else:
            self._told[page.alert.alert_id] = said["dimension"], said["value"], now

    def collect(self) -> Iterator[Metric]:
        """The gauge as of now; a value that stands no more has no series."""
        family = GaugeMetricFamily(
            "cx_common_cause",
            "1 for a common cause that goes on and pages somebody, by what it is of.",
            labels=["dimension", "value"],
        )
        since = self._wall_s() - KEPT_S
        told = list(self._told.values())
        for place in sorted({(dimension, value) for dimension, value, at in told if at >= since}):
            family.add_metric(place, 1.0)
        yield family
