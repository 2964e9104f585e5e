"""Metrics as text: what doesn't change is remembered, and the rest is made in short stretches.

A scrape is served on a thread of its own, but Python runs one thread at a time. One that computes
gives way only when another has waited for the switch interval, and makes it wait as long again
whenever it comes back from the network. So this one computes little, and gives way by itself, long
before; the stream needn't, see `streams.adapters.http.HttpServer`.
"""

import time
from collections.abc import Callable, Iterator
from copy import copy
from typing import Final, TypeAlias

from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample
from prometheus_client.utils import floatToGoString

STRETCH_S = 0.002
"""CPU time of a scrape without a break: well below the 5 ms for which the stream may be held up."""
A_FEW = 10
"""Samples between two looks at the clock, each of which is a call of the system."""
BREAK_S = 0.0001
"""Long enough for another thread to wake up and go on; a sleep of zero is over before that."""
PROMETHEUS: Final = tuple(
    f"application/openmetrics-text;version=1.0.0{escaping}"
    for escaping in ("", ";escaping=allow-utf-8")
)
"""What Prometheus 2 and Prometheus 3 like to read best."""
KINDS_CAP, STARTS_CAP = 8, 8_192
"""Formats and series remembered; with more, all are forgotten and learnt anew."""

_Encode: TypeAlias = Callable[[Collector], bytes]


class Exposition:
    """Writes the metrics of a registry as the client library does, byte for byte.

    `give_way` makes what is called again and again during one scrape.

    >>> from prometheus_client import Gauge
    >>> registry = CollectorRegistry()
    >>> Gauge("cx_calls", "Calls.", registry=registry).set(2)
    >>> Exposition(registry).text("application/openmetrics-text")[1].splitlines()[-2:]
    [b'cx_calls 2.0', b'# EOF']
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        give_way: Callable[[], Callable[[], object]] = lambda: Breaks().give_way,
    ) -> None:
        self._registry, self._give_way = registry, give_way
        self._writers: dict[str, _Writer] = {}

    def learn(self) -> None:
        """Write once, for nobody, what Prometheus will ask for: its first scrape is then quick."""
        for accept in PROMETHEUS:
            self.text(accept)

    def text(self, accept: str) -> tuple[str, bytes]:
        """Content type and text, in the format that the header `Accept` asks for."""
        encode, kind = choose_encoder(accept)
        writer = self._writers.get(kind)
        if writer is None:
            if len(self._writers) >= KINDS_CAP:
                self._writers.clear()
            writer = self._writers[kind] = _Writer(encode)
        return kind, "".join(writer.lines(self._registry, self._give_way())).encode()


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


class _Writer:
    """Writes one format.

    The library writes each line once. Then a few samples in a row that are as they were are not
    written again, and of others only the value is, or what is behind a value too (an exemplar).
    """

    def __init__(self, encode: _Encode) -> None:
        self._encode = encode
        self._end = encode(_Families()).decode()
        self._starts: dict[tuple[object, ...], str] = {}
        self._latest: dict[tuple[str, int], tuple[list[Sample], str]] = {}

    def lines(self, registry: CollectorRegistry, give_way: Callable[[], object]) -> Iterator[str]:
        """The whole text, in pieces."""
        if max(len(self._starts), A_FEW * len(self._latest)) > STARTS_CAP:
            self._starts.clear()
            self._latest.clear()
        for metric in registry.collect():
            give_way()
            if any(sample.name.endswith(_APART) for sample in metric.samples):
                yield self._written(metric, metric.samples)
                continue
            head = self._written(metric, [])
            yield head
            for first in range(0, len(metric.samples), A_FEW):
                give_way()
                few = metric.samples[first : first + A_FEW]
                known, text = self._latest.get((metric.name, first), ([], ""))
                if few != known:
                    text = self._anew(few) or self._learnt(metric, head, few)
                    self._latest[metric.name, first] = few, text
                yield text
        yield self._end

    def _anew(self, samples: list[Sample]) -> str:
        """The lines of samples, with their values of now; none if that takes the library."""
        lines: list[str] = []
        for sample in samples:
            start = None if _is_rich(sample) else self._starts.get(_key(sample))
            if start is None:
                return ""
            lines.append(f"{start}{floatToGoString(sample.value)}\n")  # type: ignore[no-untyped-call]
        return "".join(lines)

    def _learnt(self, metric: Metric, head: str, samples: list[Sample]) -> str:
        """The lines of samples as the library writes them: all at once, for it writes heads too."""
        text = self._written(metric, samples).removeprefix(head)
        for sample, line in zip(samples, text.removesuffix("\n").split("\n"), strict=True):
            if not _is_rich(sample):
                self._starts[_key(sample)] = line[: line.rindex(" ") + 1]
        return text

    def _written(self, metric: Metric, samples: list[Sample]) -> str:
        """What the library writes of a metric with these samples."""
        one = copy(metric)
        one.samples = samples
        return self._encode(_Families(one)).decode().removesuffix(self._end)


def _is_rich(sample: Sample) -> bool:
    """Whether its line has more behind its value, or no single value."""
    return bool(sample.exemplar or sample.native_histogram) or sample.timestamp is not None


def _key(sample: Sample) -> tuple[object, ...]:
    return (sample.name, *sample.labels.items())


_APART = ("_created", "_gsum", "_gcount")
"""Samples that one of the formats moves out of their metric, under a head of their own."""


class _Families(Collector):
    """A registry of nothing but these metrics."""

    def __init__(self, *metrics: Metric) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics
