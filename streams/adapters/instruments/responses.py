"""How long customers waited: the response clocks, by channel and by tier."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import Metric

from streams.adapters.instruments.counted import Counted
from streams.adapters.instruments.durations import Durations
from streams.adapters.instruments.tally import Label
from streams.domain.touchpoints import CHANNELS, TIERS

_MINUTES_AND_DAYS_S = (300, 900, 3_600, 14_400, 28_800, 86_400, 259_200)
_HOURS_AND_DAYS_S = (3_600, 28_800, 86_400, 259_200)
BUCKETS_S = {
    "first_response": (5, 15, 30, 60, *_MINUTES_AND_DAYS_S),
    "next_response": (5, 15, 30, 60, *_MINUTES_AND_DAYS_S),
    "resolution_first": _MINUTES_AND_DAYS_S,
    "resolution_full": _MINUTES_AND_DAYS_S,
    "loop_contact": _HOURS_AND_DAYS_S,
    "loop_resolution": _HOURS_AND_DAYS_S,
}
"""On the usual targets: seconds, minutes, a working day, one day, three days."""
CLOCKS = tuple(BUCKETS_S)


class Responses(Counted):
    """Durations of the clocks above.

    >>> responses = Responses()
    >>> responses.add("loop_contact", "phone", "vip", [60.0])
    >>> sum(sample.value for family in responses.families() for sample in family.samples)
    127.0
    """

    def __init__(self) -> None:
        self._waits = Durations(
            "cx_response_seconds",
            "How long customers waited, seconds by clock.",
            BUCKETS_S,
            Label("clock", CLOCKS),
            Label("channel", CHANNELS),
            Label("tier", TIERS),
        )

    def add(self, clock: str, channel: str, tier: str, seconds: Iterable[float]) -> None:
        """Clocks that have stopped."""
        self._waits.add((clock, channel, tier), seconds)

    def families(self) -> Iterator[Metric]:
        """A histogram by channel, sums and counts by tier."""
        yield self._waits.family("clock", "channel")
        yield self._waits.summary(
            "cx_tier_response_seconds",
            "How long customers waited, seconds by clock and tier.",
            "clock",
            "tier",
        )
