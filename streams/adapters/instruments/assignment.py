"""What the partitions owned now hold: customers by stage, and records not yet read.

Read when somebody asks, so nothing is left behind of a partition given away.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import GaugeMetricFamily, Metric

from streams.domain.journey.stages import STAGES
from streams.domain.state import read_label


class AssignmentCollector:
    """A collector for a Prometheus registry.

    `labels` gives the number of states by the job's label (0 to 255), over all partitions owned;
    `lag` the records not yet read, by partition.

    >>> from prometheus_client import CollectorRegistry
    >>> registry = CollectorRegistry()
    >>> registry.register(AssignmentCollector(lambda: [3, 1], lambda: {0: 12}))
    >>> registry.get_sample_value("cx_customers", {"stage": "awareness", "waiting": "true"})
    1
    >>> registry.get_sample_value("cx_lag_records", {"partition": "0"})
    12
    """

    def __init__(
        self, labels: Callable[[], Sequence[int]], lag: Callable[[], Mapping[int, int]]
    ) -> None:
        self._labels = labels
        self._lag = lag

    def collect(self) -> Iterator[Metric]:
        """Both gauges as of now."""
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
        lag = GaugeMetricFamily(
            "cx_lag_records", "Records of the source not yet read.", labels=["partition"]
        )
        for partition, records in sorted(self._lag().items()):
            lag.add_metric([str(partition)], records)
        yield lag
