"""Calls and chats: how long they waited, how long talks took, what became of them."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import Metric

from streams.adapters.instruments.counted import Counted
from streams.adapters.instruments.durations import Durations
from streams.adapters.instruments.tally import OTHER, Label, Tally

BUCKETS_S = {
    "queue_wait": (10, 20, 60, 180, 600),
    "handling_time": (60, 180, 300, 600, 1_800),
}
"""Few, so that calls and chats cost no more than 60 series; 20 s is what most desks promise."""
CHANNELS = ("phone", "chat", OTHER)
OUTCOMES = ("answered", "in_target", "abandoned")
METRICS = frozenset({*BUCKETS_S, "abandoned"})


class Queues(Counted):
    """Counts the measurements of `METRICS`.

    >>> queues = Queues()
    >>> queues.count("abandoned", "phone", None, [12.0, 40.0])
    >>> times, calls = queues.families()
    >>> [sample.labels for sample in calls.samples if sample.value == 2]
    [{'channel': 'phone', 'outcome': 'abandoned'}]
    """

    def __init__(self) -> None:
        channel = Label("channel", CHANNELS)
        self._times = Durations(
            "cx_queue_seconds",
            "Calls and chats: seconds that answered ones waited in the queue, and talks took.",
            BUCKETS_S,
            Label("clock", BUCKETS_S),
            channel,
        )
        self._calls = Tally(
            "cx_queues",
            "Calls and chats answered, of these in the promised time, and abandoned.",
            channel,
            Label("outcome", OUTCOMES),
        )

    def count(self, metric: str, channel: str, kept: bool | None, values: Sequence[float]) -> None:
        """Measurements of one metric and channel; `kept` says that the wait was as promised."""
        if metric == "abandoned":
            self._calls.counts[channel, "abandoned"] += len(values)
            return
        self._times.add((metric, channel), values)
        if metric == "queue_wait":
            self._calls.counts[channel, "answered"] += len(values)
            if kept:
                self._calls.counts[channel, "in_target"] += len(values)

    def families(self) -> Iterator[Metric]:
        """A histogram and a counter."""
        yield self._times.family()
        yield self._calls.family()
