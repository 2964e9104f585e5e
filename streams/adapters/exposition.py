"""Metrics as text, made in short stretches.

A scrape is served on a thread of its own, but Python runs one thread at a time. One that computes
gives way only when another has waited 5 ms, and makes it wait as long again whenever it comes back
from the network. So this one gives way by itself, long before.
"""

import time
from collections.abc import Callable, Iterator
from copy import copy

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.samples import Sample

STRETCH_S = 0.001
"""CPU time of a scrape without a break: well below the 5 ms for which the stream may be held up."""
A_FEW = 10
"""Samples between two looks at the clock, each of which is a call of the system."""
BREAK_S = 0.0001
"""Long enough for another thread to wake up and go on; a sleep of zero is over before that."""


def exposition(
    registry: CollectorRegistry, accept: str, give_way: Callable[[], object] | None = None
) -> tuple[str, bytes]:
    """Content type and text of all metrics, in the format that the header `Accept` asks for.

    `give_way` is called before every metric and every few samples.

    >>> from prometheus_client import Gauge
    >>> registry = CollectorRegistry()
    >>> Gauge("cx_calls", "Calls.", registry=registry).set(2)
    >>> exposition(registry, "application/openmetrics-text")[1].splitlines()[-2:]
    [b'cx_calls 2.0', b'# EOF']
    """
    encode, kind = choose_encoder(accept)
    return kind, encode(_Unhurried(registry, give_way or Breaks().give_way))


class Breaks:
    """Takes a break when this thread has computed long enough since the last one.

    `now_s` is the thread's CPU time, which stands still while others run; `rest` sleeps for so many
    seconds.

    >>> clock = iter([0.0, 0.0005, 0.002, 0.002, 0.0025])
    >>> breaks = Breaks(lambda: next(clock), lambda seconds: print("break"))
    >>> breaks.give_way(); breaks.give_way(); breaks.give_way()
    break
    """

    def __init__(
        self,
        now_s: Callable[[], float] = time.thread_time,
        rest: Callable[[float], object] = time.sleep,
    ) -> None:
        self._now_s, self._rest = now_s, rest
        self._since = now_s()

    def give_way(self) -> None:
        """Take a break if it is time."""
        if self._now_s() - self._since >= STRETCH_S:
            self._rest(BREAK_S)
            self._since = self._now_s()


class _Unhurried:
    """A registry whose metrics, and the samples of each, are passed on with breaks between."""

    def __init__(self, registry: CollectorRegistry, give_way: Callable[[], object]) -> None:
        self._registry, self._give_way = registry, give_way

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            self._give_way()
            unhurried = copy(metric)
            unhurried.samples = _Samples(metric.samples, self._give_way)
            yield unhurried


class _Samples(list[Sample]):
    """Samples; whoever walks through them gives way."""

    def __init__(self, samples: list[Sample], give_way: Callable[[], object]) -> None:
        super().__init__(samples)
        self._give_way = give_way

    def __iter__(self) -> Iterator[Sample]:
        for number, sample in enumerate(super().__iter__()):
            if not number % A_FEW:
                self._give_way()
            yield sample
