"""What a fold may say, to be counted: one of a kind, and all there is."""

from itertools import product
from typing import Any, cast

from streams.adapters.faults import Fault
from streams.adapters.instruments import queues, responses
from streams.adapters.instruments.experience import BANDS, STATUSES
from streams.adapters.instruments.rates import RATES
from streams.domain.alerts import churn, words
from streams.domain.feeds import feeds
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert, Measurement, Output, Transition
from streams.domain.policy.promises import CLOCKS as PROMISED
from streams.domain.touchpoints import CHANNELS, KINDS, SURVEYS, TIERS, Touchpoint
from streams.engine.job import Decoded, Rejected
from tests.unit.adapters.examples import NOW, point

WALL_S = 1_700_000_000.0
NOTHING: Decoded[Touchpoint] = Decoded([], [], [], [])
HOSTILE = ('a"b', "a\nb", "a\\b", "渠道", "", "x" * 300)
"""Label values that would break a text format, or nobody knows."""


def measured(metric: str, value: float | None, **changes: Any) -> Measurement:
    plain = Measurement("m", 1, metric, "ann", None, value, NOW, "chat", "vip")
    return plain._replace(**changes)


def alerted(rule: str, **changes: Any) -> Alert:
    plain = Alert("a-1", 1, rule, "raised", "ann", None, NOW, NOW, "high", 70, (), "chat", "vip")
    return plain._replace(**changes)


def decoded(*rows: Touchpoint, rejected: tuple[Rejected, ...] = ()) -> Decoded[Touchpoint]:
    times = [row.occurred_at for row in rows]
    return Decoded(range(len(rows)), [row.customer_id for row in rows], times, rows, rejected)


def everything_read() -> Decoded[Touchpoint]:
    """A touchpoint of every kind and channel, a record refused for every reason, hostile ones."""
    rows = [
        point(1, kind=kind, channel=channel)
        for kind, channel in product((*KINDS, *HOSTILE), (*CHANNELS, *HOSTILE))
    ]
    rejected = tuple(Rejected(0, "decode", reason, "") for reason in (*Fault, *HOSTILE))
    return decoded(*rows, rejected=rejected)


def everything_said() -> list[Output]:
    """An output of every combination of labels, from hostile channels, tiers and rules too."""
    metrics = (*responses.CLOCKS, *queues.METRICS, *SURVEYS, *RATES, "followed", "purchase", "odd")
    places = list(product((*CHANNELS, *HOSTILE), (*TIERS, *HOSTILE)))
    outputs: list[Output] = [
        measured(metric, 1.0, channel=channel, tier=tier)
        for metric, (channel, tier) in product(metrics, places)
    ]
    rules = (*(f"rule-{number}" for number in range(20)), *HOSTILE)
    outputs += [
        measured(metric, 1.0, channel=channel, tier=tier, kept=kept, rule=rule)
        for clock in PROMISED
        for metric, kept in ((clock, True), (f"missed_{clock}", None))
        for (channel, tier), rule in product(places, rules)
    ]
    outputs += [
        alerted(rule, status=cast(Any, status), band=band)
        for rule, status, band in product(
            (churn.RULE, *words.RULES, feeds.RULE, *HOSTILE), STATUSES, BANDS
        )
    ]
    outputs += [
        Transition("t", 1, "ann", before, after, 0, None, "web", "vip")
        for before, after in product((None, *STAGES), STAGES)
    ]
    return outputs
