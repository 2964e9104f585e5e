"""The report of a replay: what was read, what came of it, and what it says about the customers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from streams.domain.outputs import Alert, Measurement
from streams.domain.policy.default_promises import DEFAULT_VERSION
from streams.replay.dead_letters import DeadLetter
from streams.replay.open_promises import Place
from streams.replay.promises import promise_report
from streams.replay.quantile import quantile
from streams.replay.surveys import survey_report

CLOCKS = ("first_response", "next_response", "resolution_first")
WITHIN_S = (86_400, 259_200)
"""A day and three days: what customers are promised by default."""


class Totals(Protocol):
    """What the report needs of a customer's state."""

    events: int
    duplicates: int


@dataclass(frozen=True)
class Sent:
    """What went in: rows of the log after grouping, those left out by reason, and time taken."""

    read: int
    skipped: Mapping[str, int]
    unmapped: Mapping[tuple[str, str], int] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Promised:
    """The version of the policy in force, and the promises open when the log ends."""

    policy: str = DEFAULT_VERSION
    still_open: Mapping[Place, int] = field(default_factory=dict)


NOTHING_OPEN = Promised()

Versioned = TypeVar("Versioned", Measurement, Alert)


def newest(outputs: Iterable[Versioned]) -> list[Versioned]:
    """The compacted view: of each id the highest version, sorted by id; the first of equals.

    >>> a, b = (Measurement("m", v, "csat", "ann", None, v, 0, "web", "vip") for v in (1, 2))
    >>> newest([b, a]) == [b]
    True
    """
    kept: dict[str, Versioned] = {}
    for output in outputs:
        known = kept.get(output[0])
        if known is None or output.version > known.version:
            kept[output[0]] = output
    return [kept[name] for name in sorted(kept)]


def build_report(
    sent: Sent,
    customers: Iterable[Totals],
    measurements: Iterable[Measurement],
    alerts: Iterable[Alert],
    dead_letters: Iterable[DeadLetter],
    promised: Promised = NOTHING_OPEN,
) -> dict[str, Any]:
    """The report as plain values, ready for JSON.

    Measurements and alerts may come in all their versions, dead letters more than once: each
    counts once. A value of nothing is None, never 0. Quantiles are linear between neighbours.
    """
    count, events, duplicates = 0, 0, 0
    for customer in customers:
        count += 1
        events += customer.events
        duplicates += customer.duplicates
    standing, alerts = newest(measurements), newest(alerts)
    counts, values = _values(standing)
    spent = [round(value) for value in values.get("purchase", ())]
    dead = Counter(letter.reason for letter in set(dead_letters))
    read = sent.read
    return {
        "events": {
            "read": read,
            "applied": events,
            "duplicates": duplicates,
            "skipped": sum(sent.skipped.values()),
            "dead_lettered": sum(dead.values()),
        },
        "skipped_reasons": dict(sorted(sent.skipped.items())),
        "unmapped_values": _unmapped(sent.unmapped),
        "dead_letter_reasons": dict(sorted(dead.items())),
        "customers": count,
        "cases": counts["case"],
        "clocks": {clock: clock_report(values.get(clock, ())) for clock in CLOCKS},
        "promises": promise_report(promised.policy, standing, alerts, promised.still_open),
        "surveys": survey_report(values),
        "commerce": {
            "purchases": counts["purchase"],
            "amount_minor": sum(spent) if spent else None,
        },
        "alerts": dict(sorted(Counter(alert.rule for alert in alerts).items())),
        "seconds": round(sent.seconds, 3),
        "events_per_second": round(read / sent.seconds, 1) if sent.seconds else None,
    }


def clock_report(seconds: Sequence[float]) -> dict[str, Any]:
    """How many readings, the median and the 90 % quantile in seconds, and how many within targets.

    >>> clock_report([10.0, 90_000.0])
    {'n': 2, 'p50_s': 45005.0, 'p90_s': 81001.0, 'within': {'86400': 1, '259200': 2}}
    >>> clock_report([])
    {'n': 0, 'p50_s': None, 'p90_s': None, 'within': {'86400': None, '259200': None}}
    """
    ordered = sorted(seconds)
    within = {
        str(target): sum(reading <= target for reading in ordered) if ordered else None
        for target in WITHIN_S
    }
    return {
        "n": len(ordered),
        "p50_s": quantile(ordered, 0.5),
        "p90_s": quantile(ordered, 0.9),
        "within": within,
    }


def _values(
    measurements: Iterable[Measurement],
) -> tuple[Counter[str], dict[str, list[float]]]:
    """How many measurements there are of each metric, and the values of those that have one."""
    counts: Counter[str] = Counter()
    values: dict[str, list[float]] = {}
    for measurement in measurements:
        if not measurement.retracted:
            counts[measurement.metric] += 1
            if measurement.value is not None:
                values.setdefault(measurement.metric, []).append(measurement.value)
    return counts, values


def _unmapped(unmapped: Mapping[tuple[str, str], int], most: int = 20) -> dict[str, Any]:
    """By field: how many words the mapping doesn't know, and the most frequent of them."""
    fields: dict[str, Counter[str]] = {}
    for (name, word), count in unmapped.items():
        fields.setdefault(name, Counter())[word] += count
    return {
        name: {"distinct": len(words), "most_frequent": dict(words.most_common(most))}
        for name, words in sorted(fields.items())
    }
