"""All instruments of a worker, on one registry."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from faust.types import TP
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)

from streams.adapters.instruments.assignment import AssignmentCollector
from streams.adapters.instruments.commits import Commits
from streams.adapters.instruments.experience import ExperienceCollector
from streams.adapters.instruments.facts import FactsCollector, register_process
from streams.adapters.instruments.recoveries import Recoveries
from streams.domain.alerts.words import MISSED, WARNED
from streams.domain.outputs import Alert, Output
from streams.domain.touchpoints import Touchpoint
from streams.engine.job import Decoded
from streams.engine.standing import Standing

_RECORDS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)
_DELAYS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0)
_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


class Instruments:
    """Sees what the job and the engine do. `wall_s` is the wall clock, epoch seconds.

    `rules` gives the names of the policy's rules, whose promises are counted apart, `policy` the
    version of the policy in force.

    >>> registry = CollectorRegistry()
    >>> instruments = Instruments(registry, wall_s=lambda: 1_700_000_000.5)
    >>> instruments.committed(2_000, 0.004)
    >>> registry.get_sample_value("cx_last_commit_timestamp_seconds")
    1700000000.5
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        wall_s: Callable[[], float],
        rules: Callable[[], Iterable[str]] = tuple,
        policy: Callable[[], str] = str,
    ) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry
        self._wall_s = wall_s
        self._experience = ExperienceCollector(wall_s, rules)
        registry.register(self._experience)
        self._facts = FactsCollector(wall_s, policy)
        registry.register(self._facts)
        register_process(registry)
        self._assignment: AssignmentCollector | None = None
        self._slices = Histogram(
            "cx_slice_records", "Records folded at a time.", buckets=_RECORDS, registry=registry
        )
        self._folds = Histogram(
            "cx_fold_seconds",
            "Seconds to decode and fold a slice.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._commits = Histogram(
            "cx_commit_seconds",
            "Seconds to make a unit of work durable.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._committed = Commits(registry, wall_s)
        delays = Histogram(
            "cx_detection_delay_seconds",
            "Seconds from when a promise was to be warned of, or was missed, to its alert's topic.",
            ("rule",),
            buckets=_DELAYS,
            registry=registry,
        )
        self._delays = {rule: delays.labels(rule) for rule in (WARNED, MISSED)}
        self._newest = Gauge(
            "cx_newest_touchpoint_timestamp_seconds",
            "Latest time of a touchpoint read: event time, seconds since 1970.",
            registry=registry,
        )
        self._newest_ms = 0
        self._recoveries = Recoveries(registry)
        self._schema_waits = Counter(
            "cx_schema_waiting_seconds",
            "Seconds in which records waited for a schema registry that didn't answer.",
            registry=registry,
        )

    def watch(
        self,
        labels: Callable[[], Sequence[int]],
        standings: Callable[[], Mapping[TP, Standing]],
        recovering: Callable[[], bool] = lambda: False,
        delivery: Callable[[], str] = str,
        silent: Callable[[], Mapping[str, int]] = dict,
    ) -> None:
        """Show the partitions owned too, see AssignmentCollector; the last call counts.

        `delivery` names the guarantee, as soon as it is known.
        """
        if self._assignment is not None:
            self._registry.unregister(self._assignment)
        self._facts.delivery = delivery
        self._assignment = AssignmentCollector(labels, standings, recovering, silent)
        self._registry.register(self._assignment)

    def observe(self, decoded: Decoded[Touchpoint], outputs: Sequence[Output]) -> None:
        """A slice's touchpoints, rejected records and outputs."""
        self._experience.observe(decoded, outputs)
        newest = max(decoded.times, default=0)
        if newest > self._newest_ms:
            self._newest_ms = newest
            self._newest.set(newest / 1000)

    def folded(self, records: int, seconds: float) -> None:
        """A slice was decoded and folded."""
        self._slices.observe(records)
        self._folds.observe(seconds)

    def committed(self, records: int, seconds: float) -> None:
        """A unit of work became durable."""
        self._commits.observe(seconds)
        self._committed.done(records)

    def produced(self, outputs: Sequence[Output]) -> None:
        """Outputs are on their topics: how long after its instant each promise was spoken of.

        The slowest of a rule shows its alert's id.
        """
        now, slowest = self._wall_s(), dict[str, tuple[float, str]]()
        for output in outputs:
            if type(output) is Alert and output.clock is not None and output.status != "resolved":
                told = max(0.0, now - output.updated_at / 1000), output.alert_id
                before = slowest.get(output.rule)
                slowest[output.rule] = told if before is None else max(before, told)
                if before is not None:
                    self._delays[output.rule].observe(min(before, told)[0])
        for rule, (delay, alert_id) in slowest.items():
            self._delays[rule].observe(delay, {"alert_id": alert_id})

    def recovered(self, records: int, states: int, seconds: float) -> None:  # noqa: ARG002  (the engine's contract)
        """The state of the assigned partitions was read back."""
        self._recoveries.done(records, seconds)

    def schema_waited(self, seconds: float) -> None:
        """Records wait for the schema registry, for so long since it was last said."""
        self._schema_waits.inc(seconds)
