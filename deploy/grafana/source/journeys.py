"""Journeys, for product and marketing: where customers are, and which way they go."""

from deploy.grafana.source import measures as m
from deploy.grafana.source import shares, variables
from deploy.grafana.source.frame import Page, Row
from deploy.grafana.source.panels import AnyPanel, bars, lines, ranking, tile
from deploy.grafana.source.promql import CHANNEL, RANGE, STEP, count, rate, ratio, series, summed
from deploy.grafana.source.queries import Query, smooth
from deploy.grafana.source.tables import Labels, matrix
from deploy.grafana.source.words import CHANNELS, KINDS, RATES, STAGES


def page() -> Page:
    """The dashboard."""
    return Page(
        "cx-journeys",
        "Journeys",
        "Where customers are on their journey, which way they go, and what they meet on it.",
        [
            Row("Where are they?", _tiles()),
            Row("Which way do they go?", _moves()),
            Row("What do they do?", _deeds()),
            Row("Do they get what they bought?", _orders()),
        ],
        [variables.step(), variables.channel()],
        hours=7 * 24,
    )


def _tiles() -> list[AnyPanel]:
    everybody = summed(series("cx_customers"))
    lapsed = summed(series("cx_customers", 'stage="lapsed"'))
    return [
        tile(
            "Customers",
            "All customers followed by the workers chosen. Good: growing. A sudden fall: a worker "
            "is missing.",
            m.COUNT,
            Query(everybody),
            trend=True,
        ),
        tile(
            "In support",
            "Customers whose last step was a problem. Good: a small part of all.",
            m.COUNT,
            Query(summed(series("cx_customers", 'stage="support"'))),
            trend=True,
        ),
        tile(
            "Waiting",
            "Customers whose message nobody has answered yet, in any stage. Good: few.",
            m.COUNT,
            Query(summed(series("cx_customers", 'waiting="true"'))),
            trend=True,
        ),
        tile(
            "Loyal",
            "Customers who bought again, reviewed or recommended, of all. Good: growing.",
            m.SHARE.but(empty="No customer yet"),
            Query(ratio(summed(series("cx_customers", 'stage="loyalty"')), everybody)),
        ),
        tile(
            "Lapsed",
            "Customers silent for far longer than is their way, of all. Good: below 20 %.",
            m.SHARE.but(m.at_most(0.2, 0.4), "No customer yet"),
            Query(ratio(lapsed, everybody)),
        ),
        tile(
            "Purchases",
            "Purchases in the time shown. Good: as many as in the same time before.",
            m.COUNT,
            Query(count("cx_purchases_total", CHANNEL)),
        ),
    ]


def _moves() -> list[AnyPanel]:
    moved = count("cx_transitions_total", by="from_stage, to_stage", over=RANGE)
    return [
        lines(
            "Customers by stage",
            "How many are in each stage, over time. Good: use and loyalty widen; support and "
            "lapsed don't.",
            m.COUNT,
            Query(summed(series("cx_customers"), "stage"), "{{stage}}"),
            names=STAGES,
            stacked=True,
        ),
        matrix(
            "Moves, from stage to stage",
            "How many moved from the stage of the row to that of the column, in the time shown. "
            "Good: most on the way to use and loyalty; read the column Support to see whence "
            "trouble comes.",
            m.COUNT,
            Query(f"{moved} > 0"),
            Labels("from_stage", "From", STAGES),
            Labels("to_stage", "To", STAGES),
        ),
        bars(
            "Into support, by the stage before",
            "Moves into support in each bar's time. Good: steady; a step upward behind fulfilment "
            "or use is a fault of delivery or product.",
            m.COUNT,
            smooth(
                count("cx_transitions_total", 'to_stage="support"', by="from_stage", over=STEP)
                + " > 0",
                "{{from_stage}}",
            ),
            names=STAGES,
        ),
        bars(
            "Lapsed and won back",
            "Moves into the stage of the silent, and out of it. Good: as many come back as lapse.",
            m.COUNT,
            smooth(count("cx_transitions_total", 'to_stage="lapsed"', over=STEP), "Lapsed"),
            smooth(count("cx_transitions_total", 'from_stage="lapsed"', over=STEP), "Came back"),
        ),
    ]


def _deeds() -> list[AnyPanel]:
    kinds = count("cx_touchpoints_total", by="kind", over=RANGE)
    return [
        lines(
            "Touchpoints, by channel",
            "What customers do, each second. Good: the usual rhythm of the day; nothing at all is "
            "a broken feed.",
            m.PER_SECOND,
            Query(rate("cx_channel_touchpoints_total", CHANNEL, by="channel"), "{{channel}}"),
            names=CHANNELS,
            stacked=True,
        ),
        ranking(
            "The ten most frequent kinds of touchpoint",
            "What happened most in the time shown, over all channels. Good: more views and "
            "purchases than messages; what is missing isn't sent.",
            m.COUNT,
            Query(f"topk(10, {kinds} > 0)", "{{kind}}"),
            names=KINDS,
            width=6,
        ),
        ranking(
            "What went wrong, by kind",
            "Complaints, errors, returns, transfers and reopened cases in the time shown. Good: "
            "short bars.",
            m.COUNT,
            Query(
                count(
                    "cx_rates_total",
                    CHANNEL,
                    'rate=~"complaint|error|returned|transferred|reopened"',
                    by="rate",
                ),
                "{{rate}}",
            ),
            names={name: RATES[name] for name in _WRONG},
            width=6,
        ),
    ]


_WRONG = ("complaint", "error", "returned", "transferred", "reopened")


def _orders() -> list[AnyPanel]:
    returned = count("cx_rates_total", 'rate="returned"', CHANNEL, over="$__rate_interval")
    bought = count("cx_purchases_total", CHANNEL, over="$__rate_interval")
    return [
        lines(
            "Delivered on time",
            "Deliveries by their promised time, of all with one. Good: above the dashed lines at "
            "90 and 95 %.",
            m.SHARE.but(m.at_least(0.95, 0.90), "No delivery with a promised time yet"),
            smooth(shares.of_all("on_time", "on_time|late"), "On time"),
            width=8,
        ),
        bars(
            "Purchases, by channel",
            "Purchases in each bar's time. Good: the usual rhythm.",
            m.COUNT,
            smooth(
                count("cx_purchases_total", CHANNEL, by="channel", over=STEP) + " > 0",
                "{{channel}}",
            ),
            names=CHANNELS,
            width=8,
        ),
        lines(
            "Returns",
            "Returns, of the purchases of the same time. Good: below the dashed lines at 10 and "
            "20 %. Returns follow purchases by days, so a quiet week shows more of them.",
            m.SHARE.but(m.at_most(0.10, 0.20), "No purchase yet"),
            smooth(ratio(returned, bought), "Returned"),
            width=8,
        ),
    ]
