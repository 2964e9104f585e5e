"""Alerts on the product itself: its workers, the pager, and what feeds them."""

from typing import NamedTuple

from streams.monitoring.rules.recording import COMMITTED, LAG, OWNED, TOUCHPOINTS
from streams.monitoring.rules.rule import Group, Links, Said, Severity, alert, group

WORKER, PAGER = 'job="cx-worker"', 'job="cx-pager"'
BOTH = 'job=~"cx-worker|cx-pager"'
"""The jobs of `deploy/prometheus/prometheus.yml`."""


class _Health(NamedTuple):
    """An alert without parameters: symptom first, then what is known of it."""

    name: str
    severity: Severity
    expr: str
    hold: str
    summary: str
    description: str
    keep: str = ""


_WORKERS = (
    _Health(
        "CxWorkerDown",
        "critical",
        f"up{{{WORKER}}} == 0 or absent(up{{{WORKER}}})",
        "1m",
        "A cx-streams worker does not answer.",
        "{{ if $labels.instance }}{{ $labels.instance }} has not answered{{ else }}No worker has "
        "been found{{ end }} for a minute. Its customers are followed by the others, or by nobody "
        "if it was the last.",
    ),
    # A container that is gone takes its target with it, before anybody could miss its answers.
    _Health(
        "CxPartitionsUnowned",
        "critical",
        f"max_over_time({OWNED}[1h]) - {OWNED} > 0",
        "2m",
        "Partitions of the touchpoints are followed by no worker.",
        "{{ $value | humanize }} partitions that a worker had within the last hour have been "
        "nobody's for two minutes: no alert is raised for their customers.",
    ),
    _Health(
        "CxWorkerRestarting",
        "critical",
        f"changes(process_start_time_seconds{{{BOTH}}}[30m]) > 2",
        "",
        "A process is started again and again.",
        "{{ $labels.instance }} was started {{ $value | humanize }} times in half an hour. Each "
        "time its partitions move or are read back, and their alerts wait.",
    ),
    _Health(
        "CxNoProgress",
        "critical",
        "sum by (job, instance) (cx_lag_records) > 0\n"
        "and on (job, instance)\nrate(cx_committed_records_total[2m]) == 0",
        "2m",
        "A worker has touchpoints to read and commits none.",
        "{{ $labels.instance }} is {{ $value | humanize }} records behind and has committed "
        "nothing for two minutes: its customers' alerts are late.",
    ),
    _Health(
        "CxLagGrowing",
        "warning",
        f"{LAG} / ({COMMITTED} > 0) > 60\nand\nderiv({LAG}[15m]) > 0",
        "10m",
        "The workers don't keep up with the touchpoints.",
        "At the speed of the last five minutes it takes {{ $value | humanizeDuration }} to read "
        "what waits, and it gets more: alerts are late by that, and get later.",
    ),
    _Health(
        "CxRecoveryLong",
        "warning",
        "cx_recovering > 0",
        "5m",
        "A worker has been reading its state back for five minutes.",
        "{{ $labels.instance }} is in a rebalance or reads the state of its partitions; their "
        "customers are not followed until it has.",
    ),
    _Health(
        "CxScrapeSlow",
        "warning",
        f"avg_over_time(scrape_duration_seconds{{{BOTH}}}[10m]) > 0.5",
        "",
        "A scrape takes long.",
        "{{ $labels.instance }} took {{ $value | humanizeDuration }} to answer /metrics, on the "
        "average of ten minutes; a tenth of a second is usual. Near the scrape time-out it will "
        "look as if it were down.",
    ),
)

_INPUT = (
    _Health(
        "CxDeadLetters",
        "warning",
        "sum by (job, reason) (increase(cx_dead_letters_total[10m])) > 0",
        "",
        "Records arrive that cannot be processed.",
        "About {{ $value | humanize }} records of the last ten minutes were set aside: "
        "{{ $labels.reason }}. They lie in cx.deadletter.v1 and have no effect on any customer.",
    ),
    _Health(
        "CxNoTouchpoints",
        "warning",
        f"{TOUCHPOINTS} == 0\nand\nmax_over_time({TOUCHPOINTS}[1d]) > 0",
        "30m",
        "No touchpoint arrives any more.",
        "Workers run and have read nothing for half an hour, after a day that had some. Whoever "
        "waits for an answer now is waited for by nobody.",
    ),
    _Health(
        "CxFeedSilent",
        "warning",
        "sum by (job, channel) (cx_feeds_silent) > 0",
        "",
        "The feed of {{ $labels.channel }} has fallen silent against its rhythm.",
        "On {{ $value | humanize }} partitions nothing is heard of {{ $labels.channel }}. What is "
        "promised there is unknown until it is back: neither kept nor missed.",
        keep="2m",
    ),
    _Health(
        "CxTouchpointsFromTheFuture",
        "warning",
        "cx_newest_touchpoint_timestamp_seconds - time() > 300",
        "5m",
        "Touchpoints carry times that have not come yet.",
        "The newest one {{ $labels.instance }} has read is {{ $value | humanizeDuration }} ahead. "
        "A producer's clock is wrong; waits that begin in the future are told too short.",
    ),
    _Health(
        "CxSchemaRegistrySilent",
        "critical",
        "sum by (job, instance) (increase(cx_schema_waiting_seconds_total[5m])) > 30",
        "1m",
        "Records wait for a Schema Registry that doesn't answer.",
        "Partitions of {{ $labels.instance }} have waited {{ $value | humanizeDuration }} in the "
        "last five minutes: a new schema came, and nobody says what it is. Their alerts are late; "
        "where it is the pager that waits, all pages are.",
    ),
)

_TIME = (
    _Health(
        "CxDetectionSlow",
        "warning",
        "1 - (\n"
        "  sum by (job, rule) "
        '(increase(cx_detection_delay_seconds_bucket{le="1.0"}[15m]))\n'
        "  / (sum by (job, rule) (increase(cx_detection_delay_seconds_count[15m])) >= 20)\n"
        ") > 0.05",
        "5m",
        "Warnings and misses are spoken of late.",
        "{{ $value | humanizePercentage }} of the alerts {{ $labels.rule }} of the last 15 minutes "
        "came more than a second after their instant.",
    ),
    _Health(
        "CxClockOff",
        "warning",
        "abs(cx_wall_clock_timestamp_seconds - timestamp(cx_wall_clock_timestamp_seconds)) > 5",
        "5m",
        "A worker's clock differs from Prometheus'.",
        "{{ $labels.instance }} is off by {{ $value | humanizeDuration }}. Live, deadlines fire by "
        "the worker's clock: promises are missed too early, or too late.",
    ),
)

_PAGER = (
    _Health(
        "CxPagerDown",
        "critical",
        f"up{{{PAGER}}} == 0\nor\n"
        f"(absent(up{{{PAGER}}}) and on (job) max_over_time(up{{{PAGER}}}[1d]))",
        "1m",
        "The pager does not answer.",
        "It has not answered for a minute: alerts of single customers and common causes reach "
        "nobody's pager. They wait on their topics.",
    ),
    _Health(
        "CxPagerUnheard",
        "critical",
        "sum by (job, instance) "
        '(increase(cx_pager_posts_total{outcome=~"refused|unreachable"}[10m])) > 0\n'
        "unless\n"
        'sum by (job, instance) (increase(cx_pager_posts_total{outcome="ok"}[10m])) > 0',
        "2m",
        "The pager can't reach Alertmanager.",
        "{{ $labels.instance }} has tried for ten minutes and no post got through: alerts of "
        "single customers and common causes reach nobody. Nothing is lost; it tries again.",
    ),
    _Health(
        "CxPagerStuck",
        "critical",
        "cx_pager_lag_records > 0\n"
        "and on (job, instance)\nrate(cx_committed_records_total[2m]) == 0",
        "2m",
        "The pager has alerts to take in and takes none.",
        "{{ $value | humanize }} alerts have waited for {{ $labels.instance }} for two minutes, "
        "and not one was taken in: they reach nobody's pager.",
    ),
    _Health(
        "CxPagerDeadLetters",
        "critical",
        "sum by (job) (increase(cx_pager_dead_letters_total[10m])) > 0",
        "",
        "The pager can't read what should be alerts.",
        "About {{ $value | humanize }} records of the last ten minutes were set aside: they lie in "
        "cx.deadletter.v1, and nobody is paged for what they say.",
    ),
    _Health(
        "CxPagerBehind",
        "critical",
        "min_over_time(cx_pager_lag_records[5m]) > 100\n"
        "or\n"
        "min_over_time(cx_pager_waiting_alerts[5m]) > 100",
        "",
        "Pages are late.",
        "For five minutes {{ $labels.instance }} has had at least {{ $value | humanize }} alerts "
        "to take in or to post.",
    ),
)


def health(links: Links) -> list[Group]:
    """The alerts in groups, each with the dashboard of the workers."""
    return [
        group(name, [_rule(each, links) for each in alerts])
        for name, alerts in (
            ("cx-worker", _WORKERS),
            ("cx-input", _INPUT),
            ("cx-time", _TIME),
            ("cx-pager", _PAGER),
        )
    ]


def _rule(each: _Health, links: Links) -> dict[str, object]:
    said = Said(each.summary, each.description, "cx-worker")
    labels = {"severity": each.severity}
    return alert(each.name, each.expr, said, links, labels, each.hold, each.keep)
