"""Response and SLA, for whoever runs the desk: which promises break, where, for whom."""

from deploy.grafana.source import measures as m
from deploy.grafana.source import shares, variables
from deploy.grafana.source.frame import Page, Row
from deploy.grafana.source.panels import AnyPanel, bars, heat, lines, ranking, tile
from deploy.grafana.source.promql import (
    CHANNEL,
    RANGE,
    STEP,
    TIER,
    count,
    mean,
    quantile,
    ratio,
    series,
    summed,
)
from deploy.grafana.source.queries import Query, smooth
from deploy.grafana.source.tables import Column, Labels, by_label
from deploy.grafana.source.words import (
    ALERT_RULES,
    CHANNELS,
    CLOCKS,
    OUTCOMES,
    QUANTILES,
    TIERS,
    Words,
)

FIRST, NEXT = 'clock="first_response"', 'clock="next_response"'
REPLIES = ((FIRST, "first reply"), (NEXT, "next reply"))


def page() -> Page:
    """The dashboard."""
    return Page(
        "cx-response",
        "Response & SLA",
        "How long customers wait, and which promises are kept: by clock, channel, tier and rule.",
        [
            Row("Are promises kept?", _tiles()),
            Row("Where do they break?", _promises()),
            Row("How long do customers wait?", _waits()),
            Row("Phone and chat", _queues()),
            Row("How soon do we know?", _detection()),
        ],
        [variables.step(), variables.channel(), variables.tier()],
    )


def _tiles() -> list[AnyPanel]:
    return [
        tile(
            "First replies kept",
            "First replies within the promised time, of those promised. Good: 95 % and more.",
            m.KEPT,
            Query(shares.kept(CHANNEL, TIER, FIRST, over=RANGE)),
        ),
        tile(
            "Next replies kept",
            "The same for every later message. Good: 95 % and more.",
            m.KEPT,
            Query(shares.kept(CHANNEL, TIER, NEXT, over=RANGE)),
        ),
        tile(
            "Resolutions kept",
            "Cases resolved for good within the promised time. Good: 95 % and more. The built-in "
            "policy promises none.",
            m.KEPT.but(empty="No resolution promised"),
            Query(shares.kept(CHANNEL, TIER, 'clock="resolution_full"', over=RANGE)),
        ),
        tile(
            "Queue waits kept",
            "Calls and chats answered in the promised time, of those promised one; who gave up "
            "after it was missed. Good: 80 % and more. The built-in policy promises none.",
            m.QUEUE_KEPT,
            Query(shares.kept(CHANNEL, TIER, 'clock="queue_wait"', over=RANGE)),
        ),
        tile(
            "Given up",
            "Calls and chats that ended before somebody answered. Good: 5 % and less.",
            m.ABANDONED,
            Query(shares.abandoned(CHANNEL, over=RANGE)),
        ),
        tile(
            "Waiting now",
            "Customers whose message nobody has answered yet, on all channels. Good: falling "
            "through the day.",
            m.COUNT,
            Query(summed(series("cx_customers", 'waiting="true"'))),
            trend=True,
        ),
    ]


def _promises() -> list[AnyPanel]:
    missed = count("cx_promises_total", CHANNEL, TIER, 'outcome="missed"', by="channel", over=STEP)
    met = count("cx_rule_promises_total", 'outcome="met"', by="rule", over=RANGE)
    both = count("cx_rule_promises_total", by="rule", over=RANGE)
    return [
        lines(
            "Promises kept, by clock",
            "Of the promises that ended, those kept. Good: above the dashed lines at 90 and 95 %.",
            m.KEPT,
            smooth(shares.kept(CHANNEL, TIER, by="clock"), "{{clock}}"),
            names=CLOCKS,
        ),
        bars(
            "Promises missed, by channel",
            "How many broke in each bar's time. Good: none; a step upward in one channel is where "
            "to look.",
            m.COUNT,
            smooth(f"{missed} > 0", "{{channel}}"),
            names=CHANNELS,
        ),
        _kept_by("channel", "Channel", CHANNELS),
        _kept_by("tier", "Tier", TIERS),
        ranking(
            "Promises kept, by rule of the policy",
            "The rules of the policy file by their names: the first eight, then others. Good: all "
            "green. A rule nobody fell under has no bar.",
            m.KEPT,
            Query(ratio(met, both), "{{rule}}"),
        ),
    ]


def _kept_by(label: str, heading: str, words: Words) -> AnyPanel:
    """Clocks in columns, a row for each value of a label."""
    columns = [
        Column(
            text,
            m.KEPT,
            Query(shares.kept(CHANNEL, TIER, f'clock="{clock}"', by=label, over=RANGE)),
        )
        for clock, text in (
            ("first_response", "First reply"),
            ("next_response", "Next reply"),
            ("resolution_full", "Resolution"),
        )
    ]
    return by_label(
        f"Promises kept, by {label}",
        f"Of the promises that ended in the time shown, those kept: a row a {label}, a column a "
        "clock. Good: no red cell. An empty cell: nothing promised there, or none ended.",
        Labels(label, heading, words),
        columns,
        width=8,
    )


def _waits() -> list[AnyPanel]:
    return [
        _quantiles("First reply", FIRST, "the customer's first message of a case"),
        heat(
            "First reply, all of them",
            "How many first replies took how long: the darker, the more. Good: dark at the "
            "bottom, nothing above the promise. The top row took longer than three days.",
            m.SECONDS,
            smooth(
                count("cx_response_seconds_bucket", CHANNEL, FIRST, by="le", over=STEP), "{{le}}"
            ),
        ),
        _quantiles("Next reply", NEXT, "the oldest message without an answer"),
        lines(
            "First reply by channel, 90 %",
            "Nine of ten first replies of the channel came within this time. Good: below the "
            "dashed lines at half a day and a day.",
            m.FIRST_REPLY,
            smooth(
                quantile(0.9, "cx_response_seconds", CHANNEL, FIRST, by="channel"), "{{channel}}"
            ),
            names=CHANNELS,
        ),
        _quantiles("Resolution", 'clock="resolution_first"', "the opening of the case"),
        ranking(
            "Mean waits, by tier and clock",
            "Mean first and next reply in the time shown, of each tier. Good: the best customers "
            "wait least.",
            m.FIRST_REPLY,
            *(
                Query(
                    mean("cx_tier_response_seconds", TIER, clock, by="tier", over=RANGE),
                    f"{{{{tier}}}}, {text}",
                )
                for clock, text in REPLIES
            ),
            names={
                f"{tier}, {text}": word._replace(text=f"{word.text}, {text}")
                for tier, word in TIERS.items()
                for _, text in REPLIES
            },
            width=12,
        ),
    ]


def _quantiles(title: str, clock: str, since: str) -> AnyPanel:
    return lines(
        title,
        f"Time from {since}: half of them, and nine of ten, took no longer. Good: flat; nine of "
        "ten below the promise. Nothing longer than three days can be told apart.",
        m.SECONDS,
        smooth(quantile(0.5, "cx_response_seconds", CHANNEL, clock), "p50"),
        smooth(quantile(0.9, "cx_response_seconds", CHANNEL, clock), "p90"),
        names=QUANTILES,
    )


def _queues() -> list[AnyPanel]:
    ended = count(
        "cx_queues_total", CHANNEL, 'outcome=~"answered|abandoned"', by="outcome", over=STEP
    )
    return [
        lines(
            "Wait in the queue, 90 %",
            "Nine of ten calls or chats that were answered waited no longer. Good: below the "
            "promise; most desks promise 20 s on the phone. Above 10 min it can't be told apart.",
            m.SECONDS.but(empty="No call or chat yet"),
            smooth(
                quantile(0.9, "cx_queue_seconds", CHANNEL, 'clock="queue_wait"', by="channel"),
                "{{channel}}",
            ),
            names=CHANNELS,
            width=8,
        ),
        bars(
            "Answered and given up",
            "Calls and chats of each bar's time. Good: hardly any red.",
            m.COUNT,
            smooth(f"{ended} > 0", "{{outcome}}"),
            names=OUTCOMES,
            width=8,
        ),
        lines(
            "Talk, mean",
            "Mean time from answer to end. Good: steady; longer talks with fewer of them may be "
            "better work.",
            m.SECONDS.but(empty="No call or chat yet"),
            smooth(
                mean("cx_queue_seconds", CHANNEL, 'clock="handling_time"', by="channel"),
                "{{channel}}",
            ),
            names=CHANNELS,
            width=8,
        ),
    ]


def _detection() -> list[AnyPanel]:
    return [
        lines(
            "From the instant to the alert, 99 %",
            "How long after a promise was to be warned of, or was missed, its alert was on the "
            "topic. Good: below a second. In a replay it means nothing: there the story's clock "
            "runs, not ours.",
            m.SECONDS.but(m.at_most(1, 5), "No warning or miss yet"),
            Query(
                quantile(0.99, "cx_detection_delay_seconds", by="rule"), "{{rule}}", exemplars=True
            ),
            names=ALERT_RULES,
        ),
        bars(
            "Warnings, misses, and what became of them",
            "Alerts on promises in each bar's time. Good: many warnings of which few become "
            "misses: somebody acts on them.",
            m.COUNT,
            smooth(
                count("cx_alerts_total", 'rule=~"sla[.].+"', by="rule", over=STEP) + " > 0",
                "{{rule}}",
            ),
            names=ALERT_RULES,
        ),
    ]
