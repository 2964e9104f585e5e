"""What customers lived through, counted: touchpoints, response times, surveys, alerts.

A measurement or transition counts when it is first said: counters can't be amended; what late
events correct is in the topics.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from threading import Lock

from prometheus_client.core import Metric

from streams.adapters.faults import Fault
from streams.adapters.instruments import queues, responses, surveys
from streams.adapters.instruments.counted import Counted
from streams.adapters.instruments.queues import Queues
from streams.adapters.instruments.rates import RATED, Rates, Sort
from streams.adapters.instruments.responses import Responses
from streams.adapters.instruments.surveys import Surveys
from streams.adapters.instruments.tally import OTHER, Label, Place, Tally
from streams.domain.alerts import churn, words
from streams.domain.feeds import feeds
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert, Measurement, Output, Transition
from streams.domain.touchpoints import CHANNELS, KINDS, Touchpoint
from streams.engine.job import Decoded

RULES = (churn.RULE, *words.RULES, feeds.RULE, OTHER)
STATUSES = ("raised", "updated", "resolved")
BANDS = ("low", "elevated", "high", "critical")
NO_STAGE = "none"
"""Where a journey begins."""

_kind_and_channel = itemgetter(
    Touchpoint._fields.index("kind"), Touchpoint._fields.index("channel")
)
_sort = itemgetter(*map(Measurement._fields.index, ("metric", "channel", "tier", "kept", "rule")))
_move = itemgetter(*map(Transition._fields.index, ("from_stage", "to_stage")))
_CHANNEL = Label("channel", CHANNELS)


class ExperienceCollector:
    """Counts what is decoded and emitted; a collector for a Prometheus registry.

    `wall_s` is the wall clock, epoch seconds; `rules` gives the names of the policy's rules.

    >>> from prometheus_client import CollectorRegistry
    >>> registry, experience = CollectorRegistry(), ExperienceCollector(lambda: 1_700_000_000.0)
    >>> registry.register(experience)
    >>> answer = Measurement("m", 1, "nps", "ann", None, 9.0, 0, "web", "vip")
    >>> experience.observe(Decoded([], [], [], []), [answer])
    >>> labels = {"survey": "nps", "channel": "web"}
    >>> registry.get_sample_value("cx_survey_top_box_total", labels)
    1.0
    """

    def __init__(
        self, wall_s: Callable[[], float], rules: Callable[[], Iterable[str]] = tuple
    ) -> None:
        self._whole_slices = Lock()  # a scrape sees a slice whole or not at all
        self._wall_s = wall_s
        self._experience = _Experience(rules)

    def observe(self, decoded: Decoded[Touchpoint], outputs: Sequence[Output]) -> None:
        """Count a slice's touchpoints and rejected records, and what came of them."""
        with self._whole_slices:
            alerts = self._experience.count(decoded, outputs)
            if alerts:
                self._experience.alerts.exemplify(alerts, self._wall_s())

    def collect(self) -> Iterator[Metric]:
        """All metrics as of now; counting goes on while they are made."""
        with self._whole_slices:
            self._experience.rates.admit_rules()
            now = self._experience.copy()
        yield from now.families()


class _Experience(Counted):
    """All counts, and which of them an output adds to."""

    def __init__(self, rules: Callable[[], Iterable[str]]) -> None:
        self._touchpoints = Tally(
            "cx_touchpoints", "Touchpoints read.", Label("kind", KINDS), _CHANNEL
        )
        self._dead_letters = Tally(
            "cx_dead_letters", "Records that could not be processed.", Label("reason", Fault)
        )
        self._purchases = Tally("cx_purchases", "Purchases.", _CHANNEL)
        self._amounts = Tally(
            "cx_purchase_amount_minor",
            "Money of purchases, in minor units of their currencies.",
            _CHANNEL,
        )
        self._transitions = Tally(
            "cx_transitions",
            "Moves of customers from one stage of the journey to another.",
            Label("from_stage", (NO_STAGE, *STAGES)),
            Label("to_stage", STAGES),
        )
        self.alerts = Tally(
            "cx_alerts",
            "Alerts raised, updated and resolved.",
            Label("rule", RULES),
            Label("status", STATUSES),
            Label("band", BANDS),
        )
        self._responses = Responses()
        self._queues = Queues()
        self._surveys = Surveys()
        self.rates = Rates(rules)

    def count(self, decoded: Decoded[Touchpoint], outputs: Sequence[Output]) -> dict[Place, str]:
        """Count a slice -> of each kind of alert in it, the id of the last one."""
        self._touchpoints.counts.update(map(_kind_and_channel, decoded.rows))
        for rejected in decoded.rejected:
            self._dead_letters.counts[rejected.reason,] += 1
        measured: defaultdict[Sort, list[float]] = defaultdict(list)
        moved: list[Transition] = []
        alerts: dict[Place, str] = {}
        for output in outputs:
            if type(output) is Measurement:  # by its very type: half the time
                if not (output.amends or output.retracted) and output.value is not None:
                    measured[_sort(output)].append(output.value)
            elif type(output) is Transition:
                if not output.amends:
                    moved.append(output)
            elif isinstance(output, Alert):
                place = output.rule, output.status, output.band
                self.alerts.counts[place] += 1
                alerts[place] = output.alert_id
        for (before, to_stage), count in Counter(map(_move, moved)).items():
            self._transitions.counts[before or NO_STAGE, to_stage] += count
        for sort, values in measured.items():
            if sort[3] or sort[0] in RATED:
                self.rates.count(sort, values)
            self._measure(sort, values)
        return alerts

    def _measure(self, sort: Sort, values: list[float]) -> None:
        metric, channel, tier, kept, _ = sort
        if metric in responses.BUCKETS_S:
            self._responses.add(metric, channel, tier, values)
        elif metric in queues.METRICS:
            self._queues.count(metric, channel, kept, values)
        elif metric in surveys.SURVEYS:
            self._surveys.count(metric, channel, tier, values)
        elif metric == "purchase":
            self._purchases.counts[channel,] += len(values)
            self._amounts.counts[channel,] += round(sum(values))

    def families(self) -> Iterator[Metric]:
        """All metrics, one after the other."""
        yield self._touchpoints.family("kind")
        yield self._touchpoints.cut(
            "cx_channel_touchpoints", "Touchpoints read, by channel.", "channel"
        )
        for tally in (
            self._dead_letters,
            self._purchases,
            self._amounts,
            self._transitions,
            self.alerts,
        ):
            yield tally.family()
        for part in (self._responses, self._queues, self._surveys, self.rates):
            yield from part.families()
