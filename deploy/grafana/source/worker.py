"""Worker health, for engineers: whether it reads, keeps up and commits; what it sets aside."""

from deploy.grafana.source import measures as m
from deploy.grafana.source.frame import Page, Row
from deploy.grafana.source.pager import common_causes, delays, open_at_pager, posts
from deploy.grafana.source.panels import CHART_H, AnyPanel, bars, heat, lines, tile
from deploy.grafana.source.promql import (
    STEP,
    count,
    mean,
    quantile,
    rate,
    series,
    summed,
)
from deploy.grafana.source.queries import Query, by_the_minute
from deploy.grafana.source.tables import Labels, listing
from deploy.grafana.source.words import GREEN, QUANTILES, REASONS, RED

RUNNING = m.COUNT.but(((None, RED), (1, GREEN)), "No worker found")
LAG = m.COUNT.but(m.at_most(1_000, 10_000), "No partition owned")


def page() -> Page:
    """The dashboard."""
    return Page(
        "cx-worker",
        "Worker health",
        "Whether the workers read, keep up and commit, and what they set aside.",
        [
            Row("Are they well?", _tiles()),
            Row("Do they keep up?", _pace()),
            Row("What does it cost them?", _steps()),
            Row("What is set aside, and what came back?", _aside()),
            Row("Who is there?", _who()),
            Row("The pager", [common_causes(CHART_H), open_at_pager(6), posts(7), delays(7)]),
        ],
        hours=3,
    )


def _tiles() -> list[AnyPanel]:
    committed = f"time() - min({series('cx_last_commit_timestamp_seconds')} > 0)"
    return [
        tile(
            "Workers that answer",
            "Processes whose /metrics answered the last scrape. Good: as many as were started.",
            RUNNING,
            Query(summed(series("up"))),
            trend=True,
        ),
        tile(
            "Behind, records",
            "Touchpoints on the topic whose effects aren't durable yet. Good: below 1,000, and "
            "falling after a start.",
            LAG,
            Query(summed(series("cx_lag_records"))),
            trend=True,
        ),
        tile(
            "Read",
            "Touchpoints read a second. Good: what your producers send; no more than you measured "
            "a worker to bear.",
            m.PER_SECOND.but(empty="Nothing read yet"),
            Query(rate("cx_touchpoints_total")),
            trend=True,
        ),
        tile(
            "Set aside",
            "Dead letters in the time shown. Good: none. Below, by reason.",
            m.COUNT.but(m.at_most(1, 100)),
            Query(count("cx_dead_letters_total")),
        ),
        tile(
            "Oldest last commit",
            "Time since the worker longest without a commit had one. Good: seconds while "
            "touchpoints arrive; without any it grows, and that is no fault.",
            m.SECONDS.but(m.at_most(60, 300), "No commit yet"),
            Query(committed),
        ),
        tile(
            "Newest touchpoint, age",
            "Time since the newest touchpoint happened. Good: seconds. Minutes: producers are "
            "late, or we are (see what is behind). In a replay it means nothing.",
            m.Measure("s", m.at_most(60, 600), 1, lowest=None, empty="No touchpoint yet"),
            Query(f"time() - max({series('cx_newest_touchpoint_timestamp_seconds')} > 0)"),
        ),
    ]


def _pace() -> list[AnyPanel]:
    return [
        lines(
            "Read and durable, by worker",
            "Touchpoints read, and records whose effects are durable, a second. Good: the two "
            "lines of a worker lie on each other.",
            m.PER_SECOND,
            Query(rate("cx_touchpoints_total", by="instance"), "{{instance}}, read"),
            Query(rate("cx_committed_records_total", by="instance"), "{{instance}}, durable"),
        ),
        lines(
            "Behind, by partition",
            "Touchpoints on each partition whose effects aren't durable yet. Good: below the "
            "dashed lines at 1,000 and 10,000. One partition alone: a hot customer, or a record "
            "that waits for a schema.",
            LAG,
            Query(summed(series("cx_lag_records"), "partition"), "partition {{partition}}"),
        ),
        lines(
            "Offsets of the source",
            "Where the topic ends, where reading is, what is durable; summed over partitions. "
            "Good: three lines on each other. The end alone rises: nobody reads.",
            m.COUNT,
            Query(summed(series("cx_source_end")), "End of the topic"),
            Query(summed(series("cx_source_position")), "Read"),
            Query(summed(series("cx_source_committed")), "Durable"),
        ),
        lines(
            "Records folded at a time, mean",
            "How large the slices are. Good: it grows with the load and falls again; at its limit "
            "for long, a worker has no reserve.",
            m.Measure("short", decimals=0, empty="Nothing folded yet"),
            Query(mean("cx_slice_records", by="instance"), "{{instance}}"),
        ),
    ]


def _steps() -> list[AnyPanel]:
    return [
        _step("Decode and fold a slice", "cx_fold_seconds", "below 0.3 s"),
        _step(
            "Make a unit of work durable",
            "cx_commit_seconds",
            "below the dashed lines at 0.3 s and 1 s",
        ),
        heat(
            "Commits, all of them",
            "How many units of work took how long: the darker, the more. Good: one dark band at "
            "the bottom; a second one above is a slow broker.",
            m.SECONDS.but(empty="No commit yet"),
            by_the_minute(count("cx_commit_seconds_bucket", by="le", over=STEP), "{{le}}"),
            width=8,
        ),
    ]


def _step(title: str, name: str, good: str) -> AnyPanel:
    return lines(
        title,
        f"Half of them, nine and ninety-nine of a hundred took no longer. Good: {good}.",
        m.Measure("s", m.at_most(0.3, 1.0), empty="Nothing done yet"),
        *(Query(quantile(share, name), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99)),
        names=QUANTILES,
        width=8,
    )


def _aside() -> list[AnyPanel]:
    letters = count("cx_dead_letters_total", by="reason", over=STEP)
    waits = rate("cx_schema_waiting_seconds_total", by="instance")
    return [
        bars(
            "Dead letters, by reason",
            "Records set aside in each bar's time, a minute at least; they lie in "
            "cx.deadletter.v1 with the reason. Good: none.",
            m.COUNT.but(empty="None"),
            by_the_minute(f"{letters} > 0", "{{reason}}"),
            names=REASONS,
            width=8,
        ),
        lines(
            "Waiting for the schema registry",
            "Share of the time in which records waited for a registry that didn't answer. Good: 0.",
            m.SHARE.but(m.at_most(0.01, 0.1)),
            Query(waits, "{{instance}}"),
            width=8,
        ),
        tile(
            "Read back last",
            "Records of the changelog that each worker read back at its last start or rebalance, "
            "added up. Good: at most as many as customers; far more: compaction lags.",
            m.COUNT,
            Query(summed(series("cx_last_recovery_records"))),
            height=CHART_H,
        ),
        tile(
            "Longest read back",
            "Time the slowest worker took for that. Good: below a minute; so long are its "
            "customers followed by nobody.",
            m.SECONDS.but(m.at_most(60, 300)),
            Query(f"max({series('cx_last_recovery_seconds')})"),
            height=CHART_H,
        ),
    ]


def _who() -> list[AnyPanel]:
    return [
        listing(
            "Versions",
            "What runs where. Good: one version, but for the minutes of a rollout.",
            "No build told",
            Query(f"max by (instance, version, python, delivery) ({series('cx_build_info')})"),
            [
                Labels("instance", "Worker", {}),
                Labels("version", "Version", {}),
                Labels("python", "Python", {}),
                Labels("delivery", "Delivery", {}),
            ],
            width=8,
        ),
        lines(
            "Time of a scrape",
            "How long /metrics took to answer. Good: below the dashed line at 0.1 s.",
            m.Measure("s", m.at_most(0.1, 0.5)),
            Query(series("scrape_duration_seconds"), "{{instance}}"),
            width=8,
        ),
        lines(
            "Series of a worker",
            "How many series a worker exports. Good: below the dashed line at 2,000, and flat: "
            "labels are bounded.",
            m.COUNT.but(m.at_most(2_000, 3_000)),
            Query(series("scrape_samples_scraped"), "{{instance}}"),
            width=8,
        ),
    ]
