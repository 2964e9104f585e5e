"""The promises of a report: kept and broken by rule and clock, and how long the clocks ran."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from streams.domain.outputs import Alert, Measurement
from streams.domain.policy.promises import CLOCKS
from streams.replay.open_promises import Place
from streams.replay.quantile import quantile

SHARES = (0.5, 0.9, 0.99)
NO_RULE = "(no rule any more)"
"""A promise that nobody makes any more, as after a change of the policy."""

_MISSED = "missed_"


def promise_report(
    version: str,
    measurements: Iterable[Measurement],
    alerts: Iterable[Alert],
    still_open: Mapping[Place, int],
) -> dict[str, Any]:
    """What became of the promises; measurements and alerts as they stand.

    A promise is missed from the instant it was due, answered or not, and met when its clock
    stopped in time; attainment is met / (met + missed), None of nothing. `warned` counts promises
    of which a warning was said before they were missed or met. The quantiles are those of the
    clocks that stopped under a promise.
    """
    standing = [measured for measured in measurements if not measured.retracted]
    missed = {_promise(it): _place(it) for it in standing if it.metric.startswith(_MISSED)}
    judged = [it for it in standing if it.kept is not None and it.metric in CLOCKS]
    met = Counter(_place(it) for it in judged if it.kept and _promise(it) not in missed)
    counts = {
        "met": met,
        "missed": Counter(missed.values()),
        "warned": Counter(_warned(alerts)),
        "open": Counter(still_open),
    }
    places = sorted({place for count in counts.values() for place in count}, key=_by_clock)
    rules: dict[str, dict[str, Any]] = {}
    for rule, clock in places:
        figures = {name: count[rule, clock] for name, count in counts.items()}
        rules.setdefault(rule, {})[clock] = _with_attainment(figures)
    return {"policy": version, "rules": rules, "clocks": _clocks(judged)}


def _promise(measured: Measurement) -> tuple[str, str | None, str, str]:
    """Whose promise it is, of which clock and, for a response, of which wait.

    >>> of = Measurement("a/K/missed_next_response/5", 1, "missed_next_response", "a", "K", 1.0, 9,
    ...     "web", "vip")
    >>> _promise(of)
    ('a', 'K', 'next_response', '5')
    """
    clock = measured.metric.removeprefix(_MISSED)
    start = measured.measurement_id.rpartition("/")[2] if clock == "next_response" else ""
    return measured.customer_id, measured.case_id, clock, start


def _place(measured: Measurement) -> Place:
    return measured.rule or NO_RULE, measured.metric.removeprefix(_MISSED)


def _warned(alerts: Iterable[Alert]) -> Iterable[Place]:
    """The promises whose alert began before they were due."""
    for alert in alerts:
        if alert.clock is not None and (alert.due_at is None or alert.raised_at < alert.due_at):
            yield alert.promise_rule or NO_RULE, alert.clock


def _by_clock(place: Place) -> tuple[str, int]:
    rule, clock = place
    return rule, CLOCKS.index(clock)


def _with_attainment(figures: dict[str, int]) -> dict[str, Any]:
    decided = figures["met"] + figures["missed"]
    return {
        "decided": decided,
        "met": figures["met"],
        "missed": figures["missed"],
        "attainment": figures["met"] / decided if decided else None,
        "warned": figures["warned"],
        "open": figures["open"],
    }


def _clocks(judged: Sequence[Measurement]) -> dict[str, Any]:
    clocks = {}
    for clock in CLOCKS:
        of_clock = [it for it in judged if it.metric == clock]
        if of_clock:
            clocks[clock] = {
                "n": len(of_clock),
                "calendar_s": _quantiles([it.value for it in of_clock]),
                "business_s": _quantiles([it.business_s for it in of_clock]),
            }
    return clocks


def _quantiles(seconds: Iterable[float | None]) -> dict[str, float | None]:
    """Linear between neighbours.

    >>> _quantiles([10.0, 20.0, None])
    {'p50': 15.0, 'p90': 19.0, 'p99': 19.9}
    """
    ordered = sorted(value for value in seconds if value is not None)
    return {f"p{share * 100:.0f}": quantile(ordered, share) for share in SHARES}
