"""What Prometheus sees of the pager."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from faust.types import TP
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily, Metric

from streams.adapters.alertmanager.wording import SEVERITIES
from streams.adapters.instruments.commits import Commits
from streams.adapters.instruments.common_causes import CommonCauses
from streams.adapters.instruments.facts import FactsCollector, register_process
from streams.domain.alerts.heard import Heard
from streams.domain.paging.page import Page
from streams.domain.risk.bands import BANDS
from streams.engine.job import Decoded
from streams.engine.standing import Standing

OUTCOMES: Final = ("ok", "refused", "unreachable")
_DELAYS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0)


class PagerInstruments:
    """Sees what the pager does.

    `wall_s` is the wall clock, epoch seconds; `waiting` how many pages wait to be told first.

    >>> registry = CollectorRegistry()
    >>> PagerInstruments(registry, lambda: 0.0, lambda: 7).told("ok", 2)
    >>> registry.get_sample_value("cx_pager_posts_total", {"outcome": "ok"})
    2.0
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        wall_s: Callable[[], float],
        waiting: Callable[[], int],
    ) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry, self._wall_s = registry, wall_s
        self._facts = FactsCollector(wall_s)
        registry.register(self._facts)
        register_process(registry)
        posts = Counter(
            "cx_pager_posts",
            "Alerts posted to an Alertmanager, by what came of it.",
            ("outcome",),
            registry=registry,
        )
        self._posts = {outcome: posts.labels(outcome) for outcome in OUTCOMES}
        self._last_post = Gauge(
            "cx_pager_last_post_timestamp_seconds",
            "When an Alertmanager last took alerts, wall clock.",
            registry=registry,
        )
        self._delay = Histogram(
            "cx_pager_delay_seconds",
            "From an alert's time to when an Alertmanager first took it.",
            buckets=_DELAYS,
            registry=registry,
        )
        self._dead = Counter(
            "cx_pager_dead_letters", "Records that are no alerts.", registry=registry
        )
        self._schema_waits = Counter(
            "cx_schema_waiting_seconds",
            "Seconds in which records waited for a schema registry that didn't answer.",
            registry=registry,
        )
        self._committed = Commits(registry, wall_s)
        self._standing_causes = CommonCauses(wall_s)
        registry.register(self._standing_causes)
        waits = Gauge(
            "cx_pager_waiting_alerts",
            "Alerts with news that wait to be posted; what is only told again isn't counted.",
            registry=registry,
        )
        waits.set_function(waiting)

    def watch(
        self,
        labels: Callable[[], Sequence[int]],
        standings: Callable[[], Mapping[TP, Standing]],
        causes: Callable[[], int],
        delivery: Callable[[], str],
    ) -> None:
        """Show the partition owned too, and how many `causes` are open in it.

        `delivery` names the guarantee, once it is known.
        """
        self._facts.delivery = delivery
        self._registry.register(_Owned(labels, standings, causes))

    def observe(self, decoded: Decoded[Heard], outputs: Sequence[Any]) -> None:
        """A slice's rejected records, and the causes told; alerts count when people are told."""
        self._dead.inc(len(decoded.rejected))
        self._standing_causes.observe(outputs)

    def told(self, outcome: str, count: int) -> None:
        """An Alertmanager was told of so many."""
        self._posts[outcome].inc(count)
        if outcome == "ok":
            self._last_post.set(self._wall_s())

    def delivered(self, pages: Sequence[Page]) -> None:
        """An Alertmanager has these: how long it took where it is news."""
        now = self._wall_s()
        for page in pages:
            if not (page.ended or page.again):
                self._delay.observe(max(0.0, now - page.alert.updated_at / 1000))

    def schema_waited(self, seconds: float) -> None:
        """Alerts wait for the schema registry, for so long since it was last said."""
        self._schema_waits.inc(seconds)

    def folded(self, records: int, seconds: float) -> None:
        """A slice was folded; few come, nobody asks how fast."""

    def committed(self, records: int, seconds: float) -> None:  # noqa: ARG002  (as above)
        """A unit of work became durable."""
        self._committed.done(records)

    def recovered(self, records: int, states: int, seconds: float) -> None:
        """The state was read back."""


class _Owned:
    """What the partition owned holds: where that is another's, nothing.

    Alerts of which people are told, causes that go on, and how many alerts wait to be taken in.
    """

    def __init__(
        self,
        labels: Callable[[], Sequence[int]],
        standings: Callable[[], Mapping[TP, Standing]],
        causes: Callable[[], int],
    ) -> None:
        self._labels, self._standings, self._causes = labels, standings, causes

    def collect(self) -> Iterator[Metric]:
        """The gauges as of now."""
        family = GaugeMetricFamily(
            "cx_pager_open_alerts",
            "Alerts that stand at Alertmanager by severity, common causes apart.",
            labels=["severity"],
        )
        counts = dict.fromkeys(SEVERITIES.values(), 0)
        for band, count in zip(BANDS, self._labels(), strict=False):
            counts[SEVERITIES[band]] += count
        for severity, count in counts.items():
            family.add_metric([severity], count)
        yield family
        yield GaugeMetricFamily(
            "cx_common_causes_open", "Common causes that go on.", self._causes()
        )
        yield GaugeMetricFamily(
            "cx_pager_lag_records",
            "Alerts that were written and not yet taken in.",
            sum(standing.lag for standing in self._standings().values()),
        )
