"""What this process is: release, policy in force, clock; its memory, CPU and garbage."""

import platform
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric


def register_process(registry: CollectorRegistry) -> None:
    """Show `process_*` (Linux) and `python_gc_*`, as the client library names them.

    >>> registry = CollectorRegistry()
    >>> register_process(registry)
    >>> registry.get_sample_value("python_gc_collections_total", {"generation": "0"}) is None
    False
    """
    ProcessCollector(registry=registry)
    GCCollector(registry=registry)


class FactsCollector:
    """A collector of facts that change rarely, and of the wall clock (epoch seconds).

    `policy` gives the version of the promises in force; None for a process that goes by none.
    `delivery`, to be set by whoever knows, gives the guarantee under which outputs are written,
    empty until the broker was asked.

    >>> facts = FactsCollector(lambda: 1_700_000_000.0, lambda: "v1")
    >>> facts.delivery = lambda: "exactly_once"
    >>> build, policy, clock = (family.samples[0] for family in facts.collect())
    >>> build.labels["delivery"], policy.labels, clock.value
    ('exactly_once', {'version': 'v1'}, 1700000000.0)
    """

    def __init__(
        self,
        wall_s: Callable[[], float],
        policy: Callable[[], str] | None = None,
    ) -> None:
        self._wall_s, self._policy = wall_s, policy
        self.delivery: Callable[[], str] = str
        self._build = {"version": release(), "python": platform.python_version()}

    def collect(self) -> Iterator[Metric]:
        """The facts as of now."""
        yield InfoMetricFamily(
            "cx_build",
            "Release, Python and delivery guarantee of this process; always 1.",
            self._build | {"delivery": self.delivery()},
        )
        if self._policy is not None:
            yield InfoMetricFamily(
                "cx_policy",
                "Version of the promises in force in this process; always 1.",
                {"version": self._policy()},
            )
        yield GaugeMetricFamily(
            "cx_wall_clock_timestamp_seconds",
            "The process's wall clock when it was scraped, seconds since 1970.",
            self._wall_s(),
        )


def release() -> str:
    """The version that is installed, `source` for a tree that isn't."""
    try:
        return version("cx-streams")
    except PackageNotFoundError:
        return "source"
