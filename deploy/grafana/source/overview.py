"""CX overview, for managers: whether it is good, and where it is not."""

from functools import partial

from deploy.grafana.source import measures as m
from deploy.grafana.source import shares, variables
from deploy.grafana.source.frame import Page, Row
from deploy.grafana.source.panels import AnyPanel, bars, lines, ranking, tile
from deploy.grafana.source.promql import RANGE, STEP, count, mean, quantile, rate, series, summed
from deploy.grafana.source.queries import Query, smooth
from deploy.grafana.source.tables import Column, Labels, by_label
from deploy.grafana.source.words import ALERT_RULES, CHANNELS, CLOCKS, STAGES, SURVEYS, TIERS

FIRST = 'clock="first_response"'


def page() -> Page:
    """The dashboard."""
    return Page(
        "cx-overview",
        "CX overview",
        "Is it good to be our customer, and where is it not? The other dashboards say why.",
        [
            Row("Is it good?", _tiles()),
            Row("Where is it not?", [_by_channel(), _by_tier()]),
            Row("Since when?", _courses()),
        ],
        [variables.step()],
    )


def _tiles() -> list[AnyPanel]:
    eighth = partial(tile, width=3)
    return [
        eighth(
            "Promises kept",
            "Of all promises that ended in the time shown, those kept. Good: 95 % and more.",
            m.KEPT,
            Query(shares.kept(over=RANGE)),
        ),
        eighth(
            "First reply, 90 %",
            "Nine of ten customers had their first reply within this time. Good: half a day; "
            "the built-in promise is a day.",
            m.FIRST_REPLY,
            Query(quantile(0.9, "cx_response_seconds", FIRST, over=RANGE)),
        ),
        eighth(
            "Solved at once",
            "Cases whose issue didn't come back within seven days. Good: 75 % and more. "
            "Provisional for the newest cases.",
            m.SOLVED_AT_ONCE,
            Query(shares.solved_at_once(over=RANGE)),
        ),
        eighth(
            "Easy (CES)",
            "Answers 5 to 7 to “the company made it easy for me”. Good: 80 % and more.",
            m.EASY,
            Query(shares.top_box("ces2", over=RANGE)),
        ),
        eighth(
            "Satisfied (CSAT)",
            "Answers 4 and 5 of 5. Good: 80 % and more.",
            m.SATISFIED,
            Query(shares.top_box("csat", over=RANGE)),
        ),
        eighth(
            "NPS",
            "Share of 9 and 10 less share of 0 to 6, from -100 to 100 points. Good: 30 and more.",
            m.RECOMMENDED,
            Query(shares.net("nps", over=RANGE)),
        ),
        eighth(
            "Waiting now",
            "Customers whose message nobody has answered yet. Good: no more than the desk can "
            "answer today; what counts is the trend.",
            m.COUNT,
            Query(summed(series("cx_customers", 'waiting="true"'))),
            trend=True,
        ),
        eighth(
            "About to leave",
            "Churn alerts raised in the time shown. Good: few, and each looked at. "
            "The dashboard on churn says why.",
            m.COUNT,
            Query(count("cx_alerts_total", 'rule="churn_risk"', 'status="raised"')),
        ),
    ]


def _by_channel() -> AnyPanel:
    by = {"by": "channel", "over": RANGE}
    columns = [
        Column("Touchpoints", m.COUNT, Query(count("cx_channel_touchpoints_total", **by) + " > 0")),
        Column("Promises kept", m.KEPT, Query(shares.kept(**by))),
        Column(
            "First reply, 90 %",
            m.FIRST_REPLY,
            Query(quantile(0.9, "cx_response_seconds", FIRST, **by)),
        ),
        Column("Solved at once", m.SOLVED_AT_ONCE, Query(shares.solved_at_once(**by))),
        Column("Easy", m.EASY, Query(shares.top_box("ces2", **by))),
        Column("Satisfied", m.SATISFIED, Query(shares.top_box("csat", **by))),
    ]
    return by_label(
        "By channel",
        "The same measures, a row a channel, in the time shown. Good: no red cell. An empty "
        "cell had nothing to measure.",
        Labels("channel", "Channel", CHANNELS),
        columns,
        width=15,
    )


def _by_tier() -> AnyPanel:
    by = {"by": "tier", "over": RANGE}
    columns = [
        Column("Promises kept", m.KEPT, Query(shares.kept(**by))),
        Column(
            "First reply, mean",
            m.FIRST_REPLY,
            Query(mean("cx_tier_response_seconds", FIRST, **by)),
        ),
        Column(
            "Next reply, mean",
            m.FIRST_REPLY,
            Query(mean("cx_tier_response_seconds", 'clock="next_response"', **by)),
        ),
    ]
    return by_label(
        "By tier of customer",
        "A row a tier, in the time shown. Good: the best customers wait least, and no red cell.",
        Labels("tier", "Tier", TIERS),
        columns,
        width=9,
    )


def _courses() -> list[AnyPanel]:
    rules = count("cx_alerts_total", 'status="raised"', by="rule", over=STEP)
    easy, satisfied = shares.top_box("ces2", by="survey"), shares.top_box("csat", by="survey")
    return [
        lines(
            "Promises kept, by clock",
            "Of the promises that ended, those kept, per clock. Good: above the dashed lines at "
            "90 and 95 %. A gap: none ended.",
            m.KEPT,
            smooth(shares.kept(by="clock"), "{{clock}}"),
            names=CLOCKS,
        ),
        lines(
            "Easy and satisfied",
            "Top-box shares of effort (5 to 7 of 7) and satisfaction (4 and 5 of 5). Good: above "
            "the dashed lines at 70 and 80 %. Few answers make it jump.",
            m.EASY,
            smooth(easy, "{{survey}}"),
            smooth(satisfied, "{{survey}}"),
            names=SURVEYS,
        ),
        lines(
            "Touchpoints, by channel",
            "What customers do, each second. Good: the usual rhythm of the day; a channel that "
            "falls to nothing is a broken feed, or a broken channel.",
            m.PER_SECOND,
            Query(rate("cx_channel_touchpoints_total", by="channel"), "{{channel}}"),
            names=CHANNELS,
            stacked=True,
        ),
        bars(
            "Alerts raised, by rule",
            "How many alerts each bar's time brought. Good: few, without steps upward.",
            m.COUNT,
            smooth(f"{rules} > 0", "{{rule}}"),
            names=ALERT_RULES,
        ),
        ranking(
            "Customers by stage of the journey",
            "Where customers are now. Good: many in use and loyalty, few lapsed.",
            m.COUNT,
            Query(summed(series("cx_customers"), "stage"), "{{stage}}"),
            names=STAGES,
            width=12,
        ),
        ranking(
            "First reply by channel, half of them",
            "Half of the first replies of each channel came within this time. Good: green, and "
            "chat and phone far below e-mail.",
            m.FIRST_REPLY,
            Query(
                quantile(0.5, "cx_response_seconds", FIRST, by="channel", over=RANGE),
                "{{channel}}",
            ),
            names=CHANNELS,
            width=12,
        ),
    ]
