"""Churn risk and alerts, for who calls customers and who is on call: what was raised, who heard."""

from deploy.grafana.source import measures as m
from deploy.grafana.source import shares, variables
from deploy.grafana.source.annotations import ALERTS, OURS
from deploy.grafana.source.frame import Page, Row
from deploy.grafana.source.links import RUNBOOK, runbooks
from deploy.grafana.source.pager import common_causes, open_at_pager, posts
from deploy.grafana.source.panels import AnyPanel, bars, lines, ranking, tile
from deploy.grafana.source.promql import RANGE, STEP, count, ratio
from deploy.grafana.source.queries import Query, smooth
from deploy.grafana.source.tables import Labels, listing, matrix
from deploy.grafana.source.words import (
    ALERT_RULES,
    BANDS,
    CHANNELS,
    RATES,
    SEVERITIES,
    STATUSES,
    TIERS,
)

CHURN = 'rule="churn_risk"'


def page() -> Page:
    """The dashboard."""
    return Page(
        "cx-churn",
        "Churn risk & alerts",
        "Who is about to leave, what was raised about whom, and what pages.",
        [
            Row("Who is about to leave?", _tiles()),
            Row("What was raised?", _raised()),
            Row("What pages?", _pages()),
            Row("What drives customers away?", _reasons()),
        ],
        [variables.step(), variables.runbooks()],
    )


def _tiles() -> list[AnyPanel]:
    raised = count("cx_alerts_total", CHURN, 'status="raised"')
    return [
        tile(
            "Churn alerts",
            "Customers whose risk of leaving rose into the high band, in the time shown. Good: "
            "few, and each called.",
            m.COUNT,
            Query(raised),
        ),
        tile(
            "Said to be critical",
            "How often a churn alert in the critical band was raised, or updated with more "
            "reasons. Good: seldom.",
            m.COUNT.but(m.at_most(1, 10)),
            Query(count("cx_alerts_total", CHURN, 'band="critical"', 'status!="resolved"')),
        ),
        tile(
            "Risk passed",
            "Churn alerts resolved, of those raised in the same time. Good: near 100 %; above it, "
            "older ones were resolved too.",
            m.Measure("percentunit", m.at_least(0.7, 0.4), 0, empty="No churn alert yet"),
            Query(ratio(count("cx_alerts_total", CHURN, 'status="resolved"'), raised)),
        ),
        tile(
            "Won back",
            "Of the customers whose bad word was answered by a solution, those who gave a good "
            "answer afterwards. Good: 50 % and more.",
            m.SHARE.but(m.at_least(0.5, 0.3), "Nobody has answered again yet"),
            Query(shares.of_all("recovered", "recovered|unrecovered", over=RANGE)),
        ),
        tile(
            "Feeds stalled",
            "Channels that fell silent against their own rhythm, in the time shown. Good: none. "
            "Until they speak again, their promises are unknown, not missed.",
            m.COUNT.but(m.at_most(1, 5)),
            Query(count("cx_alerts_total", 'rule="feed.stalled"', 'status="raised"')),
        ),
        common_causes(),
    ]


def _raised() -> list[AnyPanel]:
    by_rule = count("cx_alerts_total", 'status="raised"', by="rule", over=STEP)
    by_band = count("cx_alerts_total", CHURN, 'status!="resolved"', by="band", over=STEP)
    return [
        bars(
            "Alerts raised, by rule",
            "How many alerts each bar's time brought. Good: few, without steps upward; a step in "
            "one rule is a cause in common.",
            m.COUNT,
            smooth(f"{by_rule} > 0", "{{rule}}"),
            names=ALERT_RULES,
        ),
        bars(
            "Churn alerts, by band",
            "Churn alerts raised and made graver, by the band they reached. Good: little of the "
            "critical.",
            m.COUNT,
            smooth(f"{by_band} > 0", "{{band}}"),
            names=BANDS,
        ),
        matrix(
            "Alerts, by rule and what became of them",
            "Versions of alerts in the time shown. Good: about as many resolved as raised; many "
            "updated are alerts nobody acts on.",
            m.COUNT,
            Query(count("cx_alerts_total", by="rule, status") + " > 0"),
            Labels("rule", "Rule", ALERT_RULES),
            Labels("status", "Status", STATUSES),
        ),
        ranking(
            "Alerts raised, in all",
            "Which rules spoke most in the time shown. Good: warnings above misses.",
            m.COUNT,
            Query(count("cx_alerts_total", 'status="raised"', by="rule") + " > 0", "{{rule}}"),
            names=ALERT_RULES,
            width=12,
        ),
    ]


def _pages() -> list[AnyPanel]:
    files = runbooks()
    runbook = f'label_replace({ALERTS}, "runbook", "$1", "alertname", "(.+)")'
    return [
        listing(
            "Firing now",
            "Alerts of Prometheus' rules that fire at the end of the time shown; a click on the "
            "runbook says what to do. Good: an empty table.",
            "Nothing fires",
            Query(f"max by (severity, alertname, channel, tier, instance, runbook) ({runbook})"),
            [
                Labels("severity", "Severity", SEVERITIES),
                Labels("alertname", "Alert", {}),
                Labels("channel", "Channel", CHANNELS),
                Labels("tier", "Tier", TIERS),
                Labels("instance", "Worker", {}),
                Labels("runbook", "Runbook", files, RUNBOOK),
            ],
        ),
        lines(
            "Alerts of Prometheus, over time",
            "How many fire, and how many are pending: true, but not yet for long enough. Good: "
            "nothing.",
            m.COUNT.but(empty="Nothing fires"),
            Query(f"sum by (alertname, alertstate) ({OURS})", "{{alertname}}, {{alertstate}}"),
            stacked=True,
        ),
        open_at_pager(),
        posts(),
    ]


def _reasons() -> list[AnyPanel]:
    wanted = 'rate=~"complaint|error|returned|transferred|reopened|repeat_contact"'
    return [
        bars(
            "Signals that raise the risk",
            "Complaints, errors, returns, transfers, reopened cases and repeated contacts in each "
            "bar's time. Good: no steps upward.",
            m.COUNT,
            smooth(count("cx_rates_total", wanted, by="rate", over=STEP) + " > 0", "{{rate}}"),
            names=RATES,
        ),
        lines(
            "Coming back, opened again",
            "Repeated contacts, of all cases; reopened cases, of those resolved. Good: below the "
            "dashed lines at 10 and 20 %.",
            m.SHARE.but(m.at_most(0.10, 0.20), "No case yet"),
            smooth(shares.of_all("repeat_contact", "repeat_contact|new_contact"), "repeat_contact"),
            smooth(shares.of_resolved("reopened"), "reopened"),
            names=RATES,
        ),
    ]
