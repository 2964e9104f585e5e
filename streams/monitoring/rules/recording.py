"""What is recorded: promises and efforts by window, and what the other alerts look back on."""

from collections.abc import Sequence

from streams.domain.policy.objectives import Objectives
from streams.domain.policy.promises import CLOCKS
from streams.monitoring.rules.answers import CUTS, Answers
from streams.monitoring.rules.burn_rates import WINDOWS
from streams.monitoring.rules.promql import one_of, series
from streams.monitoring.rules.rule import Group, Rule, group, record
from streams.monitoring.rules.windows import BASE, READ, Counted, summed

PROMISES = Counted("job_clock_channel_tier", "cx_promises")
MISSED = "cx_promises_missed"
_BY_OUTCOME = Counted("job_clock_channel_tier_outcome", "cx_promises")

NOT_EASY = "cx_survey_not_top_box"

LAG = "job:cx_lag_records:sum"
COMMITTED = "job:cx_committed_records:rate5m"
TOUCHPOINTS = "job:cx_touchpoints:rate5m"
OWNED = "job:cx_partitions:owned"

CAUSES = {label: f"{label}:cx_common_cause:max1h" for label in ("channel", "tier", "clock")}
"""Of which values of a label of promises there was a common cause within the hour. The clock is the
reason of a miss."""
_DIMENSIONS = {"clock": "reason"}

SOON, LATE = "30s", "2m"
"""How often windows are put together: the long ones more seldom, they move slowly."""
_DAYS = ("3d",)


def recording(objectives: Objectives) -> list[Group]:
    """All recorded groups, in the order in which they build on each other."""
    soon = [window for window in (BASE, *WINDOWS) if window not in _DAYS]
    groups = [group("cx-worker-records", _worker())]
    clocks = tuple(clock for clock in CLOCKS if clock in objectives.clocks)
    if clocks:
        groups.append(group("cx-causes", [_cause(label) for label in CAUSES]))
        promises = [_promises(clocks), *_missed(clocks, soon)]
        groups.append(group("cx-promises-hours", promises, SOON))
        groups.append(group("cx-promises-days", _missed(clocks, _DAYS), LATE))
    answers = [_counted(each, cut.label) for cut in CUTS for each in cut.counted]
    days = []
    if "ces2" in objectives.surveys:
        answers += [rule for cut in CUTS for rule in _not_easy(cut, soon)]
        days = [group("cx-effort-days", [r for c in CUTS for r in _not_easy(c, _DAYS)], LATE)]
    return [*groups, group("cx-survey-answers", answers, SOON), *days]


def _worker() -> list[Rule]:
    return [
        record(LAG, "sum by (job) (cx_lag_records)"),
        record(COMMITTED, "sum by (job) (rate(cx_committed_records_total[5m]))"),
        record(TOUCHPOINTS, "sum by (job) (rate(cx_channel_touchpoints_total[5m]))"),
        # Each partition once: in a rebalance the old worker and the new one may both show it.
        record(OWNED, "count by (job) (count by (job, topic, partition) (cx_lag_records))"),
    ]


def _cause(label: str) -> Rule:
    """The causes of the last hour that are of a label of promises, under its name."""
    causes = series("cx_common_cause", dimension=_DIMENSIONS.get(label, label))
    lately = f"max_over_time({causes}[1h])"
    return record(
        CAUSES[label],
        f'max by ({label}) (label_replace({lately}, "{label}", "$1", "value", "(.+)"))',
    )


def _promises(clocks: tuple[str, ...]) -> Rule:
    kept = one_of("cx_promises_total", "clock", clocks)
    return record(
        _BY_OUTCOME.increase(BASE),
        f"sum by (job, clock, channel, tier, outcome) (increase({kept}[{BASE}]))",
    )


def _missed(clocks: tuple[str, ...], windows: Sequence[str]) -> list[Rule]:
    """How many promises were decided in each window, and which share of them was missed.

    A place where there were none has no series, so nothing is divided by zero.
    """
    rules = []
    for window in windows:
        count = PROMISES.increase(window)
        every, missed = _decided(clocks, window), _decided(clocks, window, outcome="missed")
        rules += [
            record(count, f"{every} > 0"),
            record(PROMISES.ratio(MISSED, window), f"{missed}\n/\n{count}"),
        ]
    return rules


def _decided(clocks: tuple[str, ...], window: str, **more: str) -> str:
    """Promises decided in a window, by place."""
    if window in READ:
        counter = one_of("cx_promises_total", "clock", clocks, **more)
        return f"sum by (job, clock, channel, tier) (increase({counter}[{window}]))"
    recorded = summed(series(_BY_OUTCOME.increase(BASE), **more), window)
    return f"sum without (outcome) ({recorded})"


def _counted(answers: Counted, label: str) -> Rule:
    return record(
        answers.increase(BASE),
        f"sum by (job, survey, {label}) (increase({answers.metric}_total[{BASE}]))",
    )


def _not_easy(cut: Answers, windows: Sequence[str]) -> list[Rule]:
    """The share of CES 2.0 answers that didn't find it easy, 1 to 4 of 7."""
    rules = []
    for window in windows:
        # Of five minutes it is the base itself, which has places without an answer.
        answers, easy = (_answered(each, cut.label, window) for each in (cut.responses, cut.top))
        rules.append(
            record(cut.responses.ratio(NOT_EASY, window), f"1 - {easy}\n/\n({answers} > 0)")
        )
        if window != BASE:
            rules.append(record(cut.responses.increase(window), answers))
    return rules


def _answered(each: Counted, label: str, window: str) -> str:
    """Answers to CES 2.0 in a window."""
    if window in READ:
        counter = series(f"{each.metric}_total", survey="ces2")
        return f"sum by (job, survey, {label}) (increase({counter}[{window}]))"
    return summed(series(each.increase(BASE), survey="ces2"), window)
