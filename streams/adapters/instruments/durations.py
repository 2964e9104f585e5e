"""Histograms of seconds, counted in plain lists."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from itertools import accumulate, product
from operator import add
from typing import Self

from prometheus_client.core import HistogramMetricFamily, SummaryMetricFamily
from prometheus_client.utils import floatToGoString

from streams.adapters.instruments.tally import Label, Narrowings, Place


class Durations:
    """A histogram by labels, of seconds; all of its series are there from the start, at zero.

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
        self.counts: dict[Place, list[int]] = {}
        self.sums: dict[Place, float] = {}
        self._narrowings = Narrowings(labels)
        self._fold = self._narrowings.to(label.name for label in labels)
        for place in product(*(label.values for label in labels)):
            self._begin(place)

    def _begin(self, place: Place) -> list[int]:
        counts = self.counts[place] = [0] * (len(self._bounds[place[0]]) + 1)
        self.sums[place] = 0.0
        return counts

    def add(self, place: Place, seconds: Iterable[float]) -> None:
        """Observe durations of one set of label values."""
        place = self._fold(place)
        bounds = self._bounds[place[0]]
        counts = self.counts.get(place) or self._begin(place)
        total = 0.0
        for duration in seconds:
            counts[bisect_left(bounds, duration)] += 1
            total += duration
        self.sums[place] += total

    def copy(self) -> Self:
        """The counts as of now: the original may be added to meanwhile."""
        twin = copy(self)
        twin.counts = {place: counts.copy() for place, counts in self.counts.items()}
        twin.sums = self.sums.copy()
        return twin

    def family(self, *labels: str) -> HistogramMetricFamily:
        """The metric as of now, by these labels (the first one among them), else by all."""
        labels = labels or tuple(label.name for label in self._labels)
        family = HistogramMetricFamily(self._name, self._documentation, labels=labels)
        for place, (counts, total) in self._cut(labels).items():
            bounds = [*map(floatToGoString, self._bounds[place[0]]), "+Inf"]
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            family.add_metric(place, buckets, sum_value=total)
        return family

    def summary(self, name: str, documentation: str, *labels: str) -> SummaryMetricFamily:
        """Counts and sums by some of the labels, under a name of their own."""
        family = SummaryMetricFamily(name, documentation, labels=labels)
        for place, (counts, total) in self._cut(labels).items():
            family.add_metric(place, sum(counts), total)
        return family

    def _cut(self, labels: Sequence[str]) -> dict[Place, tuple[list[int], float]]:
        narrow = self._narrowings.to(labels)
        sums: dict[Place, tuple[list[int], float]] = {}
        for values, counts in self.counts.items():
            place = narrow(values)
            known, total = sums.get(place, ([0] * len(counts), 0.0))
            sums[place] = list(map(add, known, counts)), total + self.sums[values]
        return sums
