"""What customers lived through, counted: touchpoints, response times, surveys, alerts.

A measurement or transition counts when it is first said: counters can't be amended; what late
events correct is in the topics.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from threading import Lock

from prometheus_client.core import Metric, SummaryMetricFamily

from streams.adapters.faults import Fault
from streams.adapters.instruments.rates import RATED, Place, Rates
from streams.adapters.instruments.tally import OTHER, Durations, Label, Tally, folded
from streams.domain.alerts import churn, words
from streams.domain.feeds import feeds
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert, Measurement, Output, Transition
from streams.domain.touchpoints import CHANNELS, KINDS, SURVEYS, TIERS, Touchpoint
from streams.engine.job import Decoded

RULES = (churn.RULE, *words.RULES, feeds.RULE, OTHER)
STATUSES = ("raised", "updated", "resolved")
BANDS = ("low", "elevated", "high", "critical")
NO_STAGE = "none"
"""Where a journey begins."""

_MINUTES_AND_DAYS_S = (300, 900, 3_600, 14_400, 28_800, 86_400, 259_200)
_HOURS_AND_DAYS_S = (3_600, 28_800, 86_400, 259_200)
BUCKETS_S = {
    "first_response": (5, 15, 30, 60, *_MINUTES_AND_DAYS_S),
    "next_response": (5, 15, 30, 60, *_MINUTES_AND_DAYS_S),
    "resolution_first": _MINUTES_AND_DAYS_S,
    "resolution_full": _MINUTES_AND_DAYS_S,
    "loop_contact": _HOURS_AND_DAYS_S,
    "loop_resolution": _HOURS_AND_DAYS_S,
}
"""On the usual targets: seconds, minutes, a working day, one day, three days."""
CLOCKS = tuple(BUCKETS_S)

QUEUE_BUCKETS_S = {
    "queue_wait": (10, 20, 60, 180, 600),
    "handling_time": (60, 180, 300, 600, 1_800),
}
"""Few, so that calls and chats cost no more than 60 series; 20 s is what most desks promise."""
OUTCOMES = ("answered", "in_target", "abandoned")

_BOXES = {
    "ces2": ((5, 7), (1, 3)),
    "csat": ((4, 5), (1, 2)),
    "nps": ((9, 10), (0, 6)),
}
"""Top and bottom box of each survey, on its own scale; CES 1.0 has none, only a mean."""

_kind_and_channel = itemgetter(
    Touchpoint._fields.index("kind"), Touchpoint._fields.index("channel")
)
_place = itemgetter(*map(Measurement._fields.index, ("metric", "channel", "tier", "kept", "rule")))
_move = itemgetter(*map(Transition._fields.index, ("from_stage", "to_stage")))
_CHANNEL = Label("channel", CHANNELS)
_QUEUE_CHANNEL = Label("channel", ("phone", "chat", OTHER))
_SURVEY = Label("survey", SURVEYS)
_BOXED = Label("survey", _BOXES)


class ExperienceCollector:
    """Counts what is decoded and emitted, 0.3 µs an event; a collector for a Prometheus registry.

    >>> from prometheus_client import CollectorRegistry
    >>> registry, experience = CollectorRegistry(), ExperienceCollector()
    >>> registry.register(experience)
    >>> answer = Measurement("m", 1, "nps", "ann", None, 9.0, 0, "web", "vip")
    >>> experience.observe(Decoded([], [], [], []), [answer])
    >>> labels = {"survey": "nps", "channel": "web"}
    >>> registry.get_sample_value("cx_survey_top_box_total", labels)
    1.0
    """

    def __init__(self, rules: Callable[[], Iterable[str]] = tuple) -> None:
        self._whole_slices = Lock()  # a scrape sees a slice whole or not at all
        self._touchpoints = Tally(
            "cx_touchpoints", "Touchpoints read.", Label("kind", KINDS), _CHANNEL
        )
        self._dead_letters = Tally(
            "cx_dead_letters", "Records that could not be processed.", Label("reason", Fault)
        )
        self._responses = Durations(
            "cx_response_seconds",
            "How long customers waited, by clock.",
            BUCKETS_S,
            Label("clock", CLOCKS),
            _CHANNEL,
            Label("tier", TIERS),
        )
        self._queue_times = Durations(
            "cx_queue_seconds",
            "Calls and chats: how long answered ones waited in the queue, how long talks took.",
            QUEUE_BUCKETS_S,
            Label("clock", QUEUE_BUCKETS_S),
            _QUEUE_CHANNEL,
        )
        self._queues = Tally(
            "cx_queues",
            "Calls and chats answered, of these in the promised time, and abandoned.",
            _QUEUE_CHANNEL,
            Label("outcome", OUTCOMES),
        )
        self._rates = Rates(rules)
        self._answers = Tally("cx_survey_responses", "Survey answers.", _SURVEY, _CHANNEL)
        self._scores = Tally("cx_survey_score", "Scores of survey answers.", _SURVEY, _CHANNEL)
        self._top = Tally(
            "cx_survey_top_box",
            "Survey answers in the top box: CES 2.0 5-7, CSAT 4-5, NPS 9-10.",
            _BOXED,
            _CHANNEL,
        )
        self._bottom = Tally(
            "cx_survey_bottom_box",
            "Survey answers in the bottom box: CES 2.0 1-3, CSAT 1-2, NPS 0-6.",
            _BOXED,
            _CHANNEL,
        )
        self._purchases = Tally("cx_purchases", "Purchases.", _CHANNEL)
        self._amounts = Tally(
            "cx_purchase_amount_minor", "Money of purchases, minor units.", _CHANNEL
        )
        self._alerts = Tally(
            "cx_alerts",
            "Alerts raised, updated and resolved.",
            Label("rule", RULES),
            Label("status", STATUSES),
            Label("band", BANDS),
        )
        self._transitions = Tally(
            "cx_transitions",
            "Moves of customers from one stage of the journey to another.",
            Label("from_stage", (NO_STAGE, *STAGES)),
            Label("to_stage", STAGES),
        )

    def observe(self, decoded: Decoded[Touchpoint], outputs: Sequence[Output]) -> None:
        """Count a chunk's touchpoints and rejected records, and what came of them."""
        with self._whole_slices:
            self._observe(decoded, outputs)

    def _observe(self, decoded: Decoded[Touchpoint], outputs: Sequence[Output]) -> None:
        self._touchpoints.counts.update(map(_kind_and_channel, decoded.rows))
        for rejected in decoded.rejected:
            self._dead_letters.counts[rejected.reason,] += 1
        measured: defaultdict[Place, list[float]] = defaultdict(list)
        moved: list[Transition] = []
        for output in outputs:
            if type(output) is Measurement:  # by its very type: half the time
                if not (output.amends or output.retracted) and output.value is not None:
                    measured[_place(output)].append(output.value)
            elif type(output) is Transition:
                if not output.amends:
                    moved.append(output)
            elif isinstance(output, Alert):
                self._alerts.counts[output.rule, output.status, output.band] += 1
        for (before, to_stage), count in Counter(map(_move, moved)).items():
            self._transitions.counts[before or NO_STAGE, to_stage] += count
        for place, values in measured.items():
            if place[3] or place[0] in RATED:
                self._rates.count(place, values)
            self._measure(place, values)

    def _measure(self, place: Place, values: list[float]) -> None:
        metric, channel, tier, kept, _ = place
        if metric in CLOCKS:
            self._responses.add((metric, channel, tier), values)
        elif metric in QUEUE_BUCKETS_S:
            self._queue_times.add((metric, channel), values)
            if metric == "queue_wait":
                self._queues.counts[channel, "answered"] += len(values)
                if kept:
                    self._queues.counts[channel, "in_target"] += len(values)
        elif metric == "abandoned":
            self._queues.counts[channel, "abandoned"] += len(values)
        elif metric in SURVEYS:
            survey = (metric, channel)
            self._answers.counts[survey] += len(values)
            self._scores.counts[survey] += sum(values)  # type: ignore[assignment]  # a sum
            if metric in _BOXES:
                top, bottom = _BOXES[metric]
                self._top.counts[survey] += _within(top, values)
                self._bottom.counts[survey] += _within(bottom, values)
        elif metric == "purchase":
            self._purchases.counts[channel,] += len(values)
            self._amounts.counts[channel,] += round(sum(values))

    def collect(self) -> Iterator[Metric]:
        """All metrics as of now."""
        with self._whole_slices:
            tallies = (
                self._queues,
                self._dead_letters,
                self._answers,
                self._top,
                self._bottom,
                self._purchases,
                self._amounts,
                self._alerts,
                self._transitions,
            )
            families: list[Metric] = [tally.family() for tally in tallies]
            families += [
                self._touchpoints.cut("cx_touchpoints", "Touchpoints read.", "kind"),
                self._touchpoints.cut(
                    "cx_channel_touchpoints", "Touchpoints read, by channel.", "channel"
                ),
                self._responses.family("clock", "channel"),
                self._responses.summary(
                    "cx_tier_response_seconds",
                    "How long customers waited, by clock and tier.",
                    "clock",
                    "tier",
                ),
                self._queue_times.family(),
                self._score_family(),
                *self._rates.collect(),
            ]
        yield from families

    def _score_family(self) -> Metric:
        """Scores as a summary, whose sum and count a mean is made of."""
        family = SummaryMetricFamily(
            "cx_survey_score", "Scores of survey answers.", labels=[_SURVEY.name, _CHANNEL.name]
        )
        counts = folded(self._answers.counts.copy(), (_SURVEY, _CHANNEL))
        for place, total in folded(self._scores.counts.copy(), (_SURVEY, _CHANNEL)).items():
            family.add_metric(place, counts[place], total)
        return family


def _within(box: tuple[float, float], values: Iterable[float]) -> int:
    lowest, highest = box
    return sum(lowest <= value <= highest for value in values)
