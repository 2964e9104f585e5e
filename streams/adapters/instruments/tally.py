"""Plain counting by labels, dressed as Prometheus metrics only when somebody asks."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from copy import copy
from functools import cache
from itertools import product
from typing import NamedTuple, Self, TypeAlias

from prometheus_client.core import CounterMetricFamily, Exemplar

OTHER = "other"
"""Where label values fold that aren't in their set."""

Place: TypeAlias = tuple[str, ...]
"""Values of a metric's labels, in their order."""


class Label:
    """A label with its bounded set of values.

    >>> Label("channel", ("web", "app")).fold("fax")
    'other'
    """

    def __init__(self, name: str, values: Iterable[str]) -> None:
        self.name = name
        self.values = tuple(values)
        self._known = frozenset(self.values)

    def __contains__(self, value: object) -> bool:
        return value in self._known

    def fold(self, value: str) -> str:
        """The value, if it is one of the set; else `other`."""
        return value if value in self._known else OTHER

    def admit(self, values: Iterable[str], most: int) -> bool:
        """Let more values into the set, in order, until it holds so many -> whether any came in.

        >>> label = Label("rule", ("vip", "other"))
        >>> label.admit(["vip", "chat", "mail"], most=3), label.values
        (True, ('vip', 'other', 'chat'))
        """
        new = [value for value in dict.fromkeys(values) if value not in self._known]
        admitted = new[: max(0, most - len(self.values))]
        self.values = (*self.values, *admitted)
        self._known = frozenset(self.values)
        return bool(admitted)


class Tally:
    """A counter by labels; `counts` is its users' to add to, by tuples of label values.

    Adding to a plain dict costs a tenth of `labels(…).inc()`. All of its series are there from
    the start, at zero, so that a rate sees the first event; those that can't be are left out by
    `possible`.

    >>> tally = Tally("cx_calls", "Calls.", Label("channel", ("phone",)))
    >>> tally.counts["phone",] += 2
    >>> tally.counts["fax",] += 1
    >>> [(sample.labels, sample.value) for sample in tally.family().samples]
    [({'channel': 'phone'}, 2.0), ({'channel': 'other'}, 1.0)]
    """

    def __init__(
        self,
        name: str,
        documentation: str,
        *labels: Label,
        possible: Callable[[Place], bool] = lambda _: True,
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._labels = labels
        self._narrowings = Narrowings(labels)
        self._possible = possible
        self.counts: Counter[Place] = Counter()
        self.exemplars: dict[Place, Exemplar] = {}
        self.begin()

    def begin(self) -> None:
        """Let all series be there; to be called again when a label has admitted values."""
        self._narrowings.forget()
        places = product(*(label.values for label in self._labels))
        self.counts.update(dict.fromkeys(filter(self._possible, places), 0))

    def exemplify(self, alerts: Mapping[Place, str], at_s: float) -> None:
        """Let each place show the id of one alert counted there, at an instant (epoch seconds)."""
        for place, alert_id in alerts.items():
            self.exemplars[place] = Exemplar({"alert_id": alert_id}, 1.0, at_s)

    def copy(self) -> Self:
        """The counts as of now: the original may be added to meanwhile."""
        twin = copy(self)
        twin.counts = self.counts.copy()
        twin.exemplars = self.exemplars.copy()
        return twin

    def family(self, *labels: str) -> CounterMetricFamily:
        """The metric as of now, by these labels, else by all."""
        labels = labels or tuple(label.name for label in self._labels)
        return self.cut(self._name, self._documentation, *labels)

    def cut(self, name: str, documentation: str, *labels: str) -> CounterMetricFamily:
        """The metric by some of its labels only, under a name of its own."""
        narrow = self._narrowings.to(labels)
        shown = {narrow(place): example for place, example in self.exemplars.items()}
        family = CounterMetricFamily(name, documentation, labels=labels)
        for place, count in self.sums(*labels).items():
            family.add_metric(place, float(count), exemplar=shown.get(place))
        return family

    def sums(self, *labels: str) -> Counter[Place]:
        """The counts by some of the labels only."""
        groups = self._narrowings.groups(labels, self.counts)
        sums = [0] * len(groups.places)
        for group, count in zip(groups.members, self.counts.values(), strict=True):
            sums[group] += count
        return Counter(dict(zip(groups.places, sums, strict=True)))


class Groups(NamedTuple):
    """Places that some labels tell apart, and in which of them each place by all labels is."""

    places: tuple[Place, ...]
    members: tuple[int, ...]


class Narrowings:
    """What keeps of a metric's places some labels only, with unknown values folded into `other`.

    >>> channel, tier = Label("channel", ("web", "app")), Label("tier", ("vip",))
    >>> Narrowings([channel, tier]).to(["channel"])(("fax", "vip"))
    ('other',)
    """

    def __init__(self, labels: Sequence[Label]) -> None:
        self._labels = {label.name: (place, label) for place, label in enumerate(labels)}
        self._known: dict[Place, Callable[[Place], Place]] = {}
        self._groups: dict[Place, tuple[list[int], Groups]] = {}

    def to(self, names: Iterable[str]) -> Callable[[Place], Place]:
        """The function that keeps the labels named; it remembers, as each scrape asks the same."""
        names = tuple(names)
        narrow = self._known.get(names)
        if narrow is None:
            kept = [self._labels[name] for name in names]
            narrow = cache(lambda values: tuple(label.fold(values[place]) for place, label in kept))
            self._known[names] = narrow
        return narrow

    def groups(self, names: Iterable[str], places: Collection[Place]) -> Groups:
        """The places, grouped by the labels named.

        That is remembered too, until there are more places or a label has admitted values: each
        scrape groups thousands. So places may be added at the end, but never removed or reordered.

        >>> calls = Narrowings([Label("channel", ("web", "app")), Label("tier", ("vip",))])
        >>> calls.groups(["channel"], [("web", "vip"), ("app", "vip"), ("web", "other")])
        Groups(places=(('web',), ('app',)), members=(0, 1, 0))
        """
        names = tuple(names)
        sizes = [len(places), *(len(label.values) for _, label in self._labels.values())]
        of, groups = self._groups.get(names, (None, Groups((), ())))
        if of != sizes:
            narrowed = list(map(self.to(names), places))
            numbers = {place: number for number, place in enumerate(dict.fromkeys(narrowed))}
            groups = Groups(tuple(numbers), tuple(numbers[place] for place in narrowed))
            self._groups[names] = sizes, groups
        return groups

    def forget(self) -> None:
        """A label has admitted values."""
        self._known.clear()
