"""Plain counting by labels, dressed as Prometheus metrics only when somebody asks."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, product

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, SummaryMetricFamily
from prometheus_client.utils import floatToGoString

OTHER = "other"
"""Where label values fold that aren't in their set."""


class Label:
    """A label with its bounded set of values.

    >>> Label("channel", ("web", "app")).fold("fax")
    'other'
    """

    def __init__(self, name: str, values: Iterable[str]) -> None:
        self.name = name
        self.values = tuple(values)
        self._known = frozenset(self.values)

    def fold(self, value: str) -> str:
        """The value, if it is one of the set; else `other`."""
        return value if value in self._known else OTHER

    def admit(self, values: Iterable[str], most: int) -> None:
        """Let more values into the set, in order, until it holds so many.

        >>> label = Label("rule", ("vip", "other"))
        >>> label.admit(["vip", "chat", "mail"], most=3); label.values
        ('vip', 'other', 'chat')
        """
        new = [value for value in dict.fromkeys(values) if value not in self._known]
        self.values = (*self.values, *new[: max(0, most - len(self.values))])
        self._known = frozenset(self.values)


class Tally:
    """A counter by labels; `counts` is its users' to add to, by tuples of label values.

    Adding to a plain dict costs a tenth of `labels(…).inc()`. All of its series are there from
    the start, at zero, so that a rate sees the first event.

    >>> tally = Tally("cx_calls", "Calls.", Label("channel", ("phone",)))
    >>> tally.counts["phone",] += 2
    >>> tally.counts["fax",] += 1
    >>> [(sample.labels, sample.value) for sample in tally.family().samples]
    [({'channel': 'phone'}, 2.0), ({'channel': 'other'}, 1.0)]
    """

    def __init__(self, name: str, documentation: str, *labels: Label) -> None:
        self._name = name
        self._documentation = documentation
        self._labels = labels
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.begin()

    def begin(self) -> None:
        """Let all series be there; to be called again when a label has admitted values."""
        for place in product(*(label.values for label in self._labels)):
            self.counts[place] += 0

    def family(self) -> CounterMetricFamily:
        """The metric as of now. The copy is atomic: counting goes on in another thread."""
        return self.cut(self._name, self._documentation, *(label.name for label in self._labels))

    def cut(self, name: str, documentation: str, *labels: str) -> CounterMetricFamily:
        """The metric by some of its labels only, under a name of its own."""
        kept = _places(self._labels, labels)
        family = CounterMetricFamily(name, documentation, labels=labels)
        sums: Counter[tuple[str, ...]] = Counter()
        for values, count in folded(self.counts.copy(), self._labels).items():
            sums[tuple(values[place] for place in kept)] += count
        for values, count in sums.items():
            family.add_metric(values, float(count))
        return family


class Durations:
    """A histogram by labels, of seconds; a series begins with its first observation.

    `bounds` are its buckets by the value of the first label: each clock has its own range, and
    clocks are never added up.

    >>> phone, bounds = Label("channel", ("phone",)), {"phone": (1.0, 60.0)}
    >>> waits = Durations("cx_wait_seconds", "Waits.", bounds, phone)
    >>> waits.add(("phone",), [0.5, 1.0, 61.0])
    >>> [(sample.labels.get("le"), sample.value) for sample in waits.family().samples]
    [('1.0', 2), ('60.0', 2), ('+Inf', 3), (None, 3), (None, 62.5)]
    """

    def __init__(
        self,
        name: str,
        documentation: str,
        bounds: Mapping[str, Sequence[float]],
        *labels: Label,
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._labels = labels
        self._bounds = bounds
        self._counts: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = {}

    def add(self, values: tuple[str, ...], seconds: Iterable[float]) -> None:
        """Observe durations of one set of label values."""
        values = tuple(label.fold(value) for label, value in zip(self._labels, values, strict=True))
        bounds = self._bounds[values[0]]
        counts = self._counts.get(values)
        if counts is None:
            counts = [0] * (len(bounds) + 1)
            self._sums[values] = 0.0
            self._counts[values] = counts
        total = 0.0
        for duration in seconds:
            counts[bisect_left(bounds, duration)] += 1
            total += duration
        self._sums[values] += total

    def family(self, *labels: str) -> HistogramMetricFamily:
        """The metric as of now, by these labels (the first one among them), else by all."""
        labels = labels or tuple(label.name for label in self._labels)
        family = HistogramMetricFamily(self._name, self._documentation, labels=labels)
        for values, (counts, total) in self._cut(labels).items():
            bounds = [*map(floatToGoString, self._bounds[values[0]]), "+Inf"]
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            family.add_metric(values, buckets, sum_value=total)
        return family

    def summary(self, name: str, documentation: str, *labels: str) -> SummaryMetricFamily:
        """Counts and sums by some of the labels, under a name of their own."""
        family = SummaryMetricFamily(name, documentation, labels=labels)
        for values, (counts, total) in self._cut(labels).items():
            family.add_metric(values, sum(counts), total)
        return family

    def _cut(self, labels: Sequence[str]) -> dict[tuple[str, ...], tuple[list[int], float]]:
        kept = _places(self._labels, labels)
        sums: dict[tuple[str, ...], tuple[list[int], float]] = {}
        for values, counts in self._counts.copy().items():
            place = tuple(values[index] for index in kept)
            known, total = sums.get(place, ([0] * len(counts), 0.0))
            added = [mine + theirs for mine, theirs in zip(known, counts, strict=True)]
            sums[place] = added, total + self._sums[values]
        return sums


def _places(labels: Sequence[Label], names: Iterable[str]) -> list[int]:
    known = [label.name for label in labels]
    return [known.index(name) for name in names]


def folded(counts: Counter[tuple[str, ...]], labels: Sequence[Label]) -> Counter[tuple[str, ...]]:
    """The counts with every unknown label value folded into `other`."""
    bounded: Counter[tuple[str, ...]] = Counter()
    for values, count in counts.items():
        known = tuple(label.fold(value) for label, value in zip(labels, values, strict=True))
        bounded[known] += count
    return bounded
