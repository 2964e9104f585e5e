"""Panels about the pager, which has no worker's job and so isn't chosen by the variables."""

from deploy.grafana.source import measures as m
from deploy.grafana.source.panels import TILE_H, AnyPanel, lines, tile
from deploy.grafana.source.promql import RATE
from deploy.grafana.source.queries import Query
from deploy.grafana.source.words import GREEN, ORANGE, RED, SEVERITIES, Word, Words

OUTCOMES: Words = {
    "ok": Word("Accepted", GREEN),
    "refused": Word("Refused", ORANGE),
    "unreachable": Word("Nobody there", RED),
}
SILENT = "No pager"


def common_causes(height: int = TILE_H) -> AnyPanel:
    """How many common causes are open."""
    return tile(
        "Common causes open",
        "Causes that many alerts share, each of which pages once in their place. Good: none.",
        m.COUNT.but(m.at_most(1, 3), SILENT),
        Query("sum(cx_common_causes_open)"),
        height=height,
    )


def open_at_pager(width: int = 12) -> AnyPanel:
    """Alerts the pager keeps open at Alertmanager."""
    return lines(
        "Open at the pager",
        "Alerts that the pager keeps open at Alertmanager, by severity. Good: few critical ones, "
        "and none for long.",
        m.COUNT.but(empty=SILENT),
        Query("sum by (severity) (cx_pager_open_alerts)", "{{severity}}"),
        names=SEVERITIES,
        width=width,
        stacked=True,
    )


def posts(width: int = 12) -> AnyPanel:
    """Posts to Alertmanager."""
    return lines(
        "Posts to Alertmanager",
        "What the pager sends, by what became of it. Good: accepted only. The others are kept "
        "and sent again: nothing is lost, but somebody is told later.",
        m.PER_SECOND.but(empty=SILENT),
        Query(f"sum by (outcome) (rate(cx_pager_posts_total[{RATE}]))", "{{outcome}}"),
        names=OUTCOMES,
        width=width,
    )


def delays(width: int = 12) -> AnyPanel:
    """How long an alert takes to Alertmanager."""
    buckets = f"sum by (le) (rate(cx_pager_delay_seconds_bucket[{RATE}]))"
    return lines(
        "From alert to Alertmanager, 99 %",
        "From an alert's time to when an Alertmanager first took it. Good: below the dashed line "
        "at 1 s. Above it, either Alertmanager is slow or the pager is behind.",
        m.SECONDS.but(m.at_most(1, 10), SILENT),
        Query(f"histogram_quantile(0.99, {buckets}) >= 0", "99 % within"),
        width=width,
    )
