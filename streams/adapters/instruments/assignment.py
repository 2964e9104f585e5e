"""What the partitions owned now hold: customers by stage, silent feeds, where the sources stand.

Read when somebody asks, so nothing is left behind of a partition given away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter

from faust.types import TP
from prometheus_client.core import GaugeMetricFamily, Metric

from streams.adapters.instruments.tally import OTHER
from streams.domain.journey.stages import STAGES
from streams.domain.state import read_label
from streams.domain.touchpoints import CHANNELS
from streams.engine.standing import Standing


class AssignmentCollector:
    """A collector for a Prometheus registry.

    `labels` gives the number of states by the job's label (0 to 255), over all partitions owned;
    `standings` where each source partition owned stands; `recovering` whether none of them is
    followed just now, since a rebalance or the reading back of state is under way; `silent` the
    number of feeds that have fallen silent by channel, over all partitions owned.

    >>> from prometheus_client import CollectorRegistry
    >>> registry = CollectorRegistry()
    >>> standing = Standing(position=95, committed=88, end=100, stable_end=100)
    >>> place = TP("touchpoints", 0)
    >>> registry.register(AssignmentCollector(lambda: [3, 1], lambda: {place: standing}))
    >>> registry.get_sample_value("cx_customers", {"stage": "awareness", "waiting": "true"})
    1
    >>> registry.get_sample_value("cx_lag_records", {"topic": "touchpoints", "partition": "0"})
    12
    """

    def __init__(
        self,
        labels: Callable[[], Sequence[int]],
        standings: Callable[[], Mapping[TP, Standing]],
        recovering: Callable[[], bool] = lambda: False,
        silent: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        self._labels = labels
        self._standings = standings
        self._recovering = recovering
        self._silent = silent

    def collect(self) -> Iterator[Metric]:
        """The gauges as of now."""
        customers = GaugeMetricFamily(
            "cx_customers",
            "Customers by stage of the journey, and whether they wait for a reply.",
            labels=["stage", "waiting"],
        )
        numbers = dict(enumerate(self._labels()))
        for label in range(2 * len(STAGES)):
            stage, waiting = read_label(label)
            customers.add_metric([STAGES[stage], str(waiting).lower()], numbers.get(label, 0))
        yield customers
        yield GaugeMetricFamily(
            "cx_recovering",
            "1 while a rebalance or the reading back of state holds up all partitions, else 0.",
            float(self._recovering()),
        )
        yield self._feeds()
        standings = sorted(self._standings().items())
        yield GaugeMetricFamily(
            "cx_partitions",
            "Partitions of the source owned now.",
            len({place.partition for place, _ in standings}),
        )
        yield from self._offsets(standings)

    def _feeds(self) -> Metric:
        family = GaugeMetricFamily(
            "cx_feeds_silent",
            "Feeds that have fallen silent against their rhythm and aren't back.",
            labels=["channel"],
        )
        counts = dict.fromkeys(CHANNELS, 0)
        for channel, count in self._silent().items():
            counts[channel if channel in counts else OTHER] += count
        for channel, count in counts.items():
            family.add_metric([channel], count)
        return family

    @staticmethod
    def _offsets(standings: Sequence[tuple[TP, Standing]]) -> Iterator[Metric]:
        for name, text, read in _OFFSETS:
            family = GaugeMetricFamily(name, text, labels=["topic", "partition"])
            for (topic, partition), standing in standings:
                family.add_metric([topic, str(partition)], read(standing))
            yield family


_OFFSETS = (
    ("cx_lag_records", "Records of the source not yet durable.", attrgetter("lag")),
    ("cx_source_position", "Next offset of the source to be read.", attrgetter("position")),
    (
        "cx_source_committed",
        "Offset of the source up to which all effects are durable.",
        attrgetter("committed"),
    ),
    ("cx_source_end", "Offset at which the source ends.", attrgetter("end")),
)
