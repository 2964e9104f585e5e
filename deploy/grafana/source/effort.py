"""Effort and satisfaction, for who improves the service: what customers say, and what they do."""

from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from deploy.grafana.source import measures as m
from deploy.grafana.source import shares, variables
from deploy.grafana.source.frame import Page, Row
from deploy.grafana.source.panels import CHART_H, AnyPanel, bars, lines, ranking, tile
from deploy.grafana.source.promql import CHANNEL, RANGE, RATE, STEP, count, mean, quantile, wilson
from deploy.grafana.source.queries import Query, smooth
from deploy.grafana.source.tables import Column, Labels, by_label
from deploy.grafana.source.words import BLUE, CHANNELS, GREY, RATES, SURVEYS, Word

CES2 = 'survey="ces2"'
BAND = {
    "high": Word("95 % interval, upper end", GREY),
    "share": Word("Easy", BLUE),
    "low": Word("Lower end", GREY),
}


def page() -> Page:
    """The dashboard."""
    return Page(
        "cx-effort",
        "Effort & satisfaction",
        "How hard we make it for customers: their answers, and how often they have to come back.",
        [
            Row("What do customers say?", _tiles()),
            Row("How does it change, and how sure is it?", _courses()),
            Row("Where?", [_by_channel(), _answers()]),
            Row("What do they have to do?", _behaviour()),
            Row("Is a bad word answered?", _loops()),
        ],
        [variables.step(), variables.channel()],
        hours=7 * 24,
    )


def _tiles() -> list[AnyPanel]:
    return [
        tile(
            "Easy (CES 2.0)",
            "Answers 5 to 7 to “the company made it easy for me”. Good: 80 % and more.",
            m.EASY,
            Query(shares.top_box("ces2", CHANNEL, over=RANGE)),
        ),
        tile(
            "Net effort",
            "Share of 5 to 7 less share of 1 to 3, in points. Good: 60 and more.",
            m.POINTS.but(m.at_least(60, 40), "No answer yet"),
            Query(shares.net("ces2", CHANNEL, over=RANGE)),
        ),
        tile(
            "Mean effort",
            "Mean answer on the scale 1 to 7, 7 is easiest. Good: 5.5 and more. The share above "
            "says more: a mean hides those who had it hard.",
            m.SCORE.but(m.at_least(5.5, 5.0), "No answer yet"),
            Query(mean("cx_survey_score", CES2, CHANNEL, over=RANGE)),
        ),
        tile(
            "Satisfied (CSAT)",
            "Answers 4 and 5 of 5. Good: 80 % and more.",
            m.SATISFIED,
            Query(shares.top_box("csat", CHANNEL, over=RANGE)),
        ),
        tile(
            "NPS",
            "Share of 9 and 10 less share of 0 to 6, in points. Good: 30 and more.",
            m.RECOMMENDED,
            Query(shares.net("nps", CHANNEL, over=RANGE)),
        ),
        tile(
            "Answers",
            "Answers to all surveys in the time shown. Good: hundreds; below that all the "
            "others jump by chance.",
            m.COUNT,
            Query(count("cx_survey_responses_total", CHANNEL)),
        ),
    ]


def _courses() -> list[AnyPanel]:
    return [
        _easy(),
        lines(
            "Satisfied, by channel",
            "Share of 4 and 5 of 5. Good: above the dashed lines at 70 and 80 %. A gap: nobody "
            "answered.",
            m.SATISFIED,
            smooth(shares.top_box("csat", CHANNEL, by="channel"), "{{channel}}"),
            names=CHANNELS,
        ),
        lines(
            "NPS, over time",
            "Promoters less detractors, in points. Good: above the dashed line at 30, and rising. "
            "It answers to months, not to hours.",
            m.RECOMMENDED,
            smooth(shares.net("nps", CHANNEL, by="survey"), "{{survey}}"),
            names=SURVEYS,
        ),
        bars(
            "Answers, by survey",
            "How many came in each bar's time. Good: steady; when it falls, so does the weight of "
            "everything above.",
            m.COUNT,
            smooth(
                count("cx_survey_responses_total", CHANNEL, by="survey", over=STEP) + " > 0",
                "{{survey}}",
            ),
            names=SURVEYS,
        ),
    ]


def _easy() -> AnyPanel:
    """The share between the ends of its interval."""
    top = count("cx_survey_top_box_total", CES2, CHANNEL, over=RATE)
    answers = shares.answers("ces2", CHANNEL)
    panel = lines(
        "Easy, with its 95 % interval",
        "The share of 5 to 7, between the ends of its Wilson interval. Good: the lower end "
        "above 70 %. A target is missed for sure only when the upper end lies below it.",
        m.EASY,
        smooth(wilson(top, answers, "+"), "high"),
        smooth(shares.top_box("ces2", CHANNEL), "share"),
        smooth(wilson(top, answers, "-"), "low"),
        names=BAND,
    )
    thin = DynamicConfigValue("custom.lineWidth", 0)
    to_low = DynamicConfigValue("custom.fillBelowTo", BAND["low"].text)
    return panel.override_by_name("high", [thin, to_low]).override_by_name("low", [thin])


def _by_channel() -> AnyPanel:
    by = {"by": "channel", "over": RANGE}
    columns = [
        Column(
            "Answers", m.COUNT, Query(count("cx_survey_responses_total", CHANNEL, **by) + " > 0")
        ),
        Column("Easy", m.EASY, Query(shares.top_box("ces2", CHANNEL, **by))),
        Column("Satisfied", m.SATISFIED, Query(shares.top_box("csat", CHANNEL, **by))),
        Column("NPS", m.RECOMMENDED, Query(shares.net("nps", CHANNEL, **by))),
        Column("Solved at once", m.SOLVED_AT_ONCE, Query(shares.solved_at_once(CHANNEL, **by))),
    ]
    return by_label(
        "By channel",
        "What was answered about each channel in the time shown. Good: no red cell with more "
        "than some 30 answers.",
        Labels("channel", "Channel", CHANNELS),
        columns,
        width=14,
    )


def _answers() -> AnyPanel:
    return ranking(
        "Effort, by channel",
        "Share of 5 to 7 of 7 in the time shown. Good: green everywhere; the shortest bar is "
        "where customers work hardest.",
        m.EASY,
        Query(shares.top_box("ces2", CHANNEL, by="channel", over=RANGE), "{{channel}}"),
        names=CHANNELS,
        width=10,
    )


def _behaviour() -> list[AnyPanel]:
    repeated = shares.of_all("repeat_contact", "repeat_contact|new_contact", CHANNEL)
    return [
        lines(
            "Solved at once",
            "Cases whose issue didn't come back within seven days. Good: above the dashed lines "
            "at 65 and 75 %.",
            m.SOLVED_AT_ONCE,
            smooth(shares.solved_at_once(CHANNEL), "Solved at once"),
            width=8,
        ),
        lines(
            "Coming back, passed on, opened again",
            "Repeated contacts, of all cases; transfers and reopened cases, of those resolved. "
            "Good: each below 10 %.",
            m.SHARE.but(m.at_most(0.10, 0.20), "No case yet"),
            smooth(repeated, "repeat_contact"),
            smooth(shares.of_resolved("transferred", CHANNEL), "transferred"),
            smooth(shares.of_resolved("reopened", CHANNEL), "reopened"),
            names={name: RATES[name] for name in ("repeat_contact", "transferred", "reopened")},
            width=8,
        ),
        ranking(
            "Errors met, by channel",
            "Errors that customers ran into, of all touchpoints of the channel. Good: below 2 %.",
            m.SHARE.but(m.at_most(0.02, 0.05), "No touchpoint yet"),
            Query(
                shares.of_touchpoints("error", CHANNEL, by="channel", over=RANGE) + " > 0",
                "{{channel}}",
            ),
            names=CHANNELS,
        ),
    ]


def _loops() -> list[AnyPanel]:
    return [
        lines(
            "From a bad word to a human, 90 %",
            "Time from a complaint or a bad answer to the first contact by a human. Good: below "
            "the dashed lines at half a day and a day.",
            m.FIRST_REPLY.but(empty="No bad word answered yet"),
            smooth(
                quantile(0.9, "cx_response_seconds", CHANNEL, 'clock="loop_contact"'), "Contact"
            ),
        ),
        tile(
            "Won back",
            "Of the customers whose bad word was answered by a solution, those who gave a good "
            "answer afterwards. Good: 50 % and more.",
            m.SHARE.but(m.at_least(0.5, 0.3), "Nobody has answered again yet"),
            Query(shares.of_all("recovered", "recovered|unrecovered", CHANNEL, over=RANGE)),
            width=6,
            height=CHART_H,
        ),
        tile(
            "Complaints",
            "Complaints in the time shown. Good: fewer than last week; none at all may mean that "
            "nobody knows where to complain.",
            m.COUNT,
            Query(count("cx_rates_total", 'rate="complaint"', CHANNEL)),
            width=6,
            height=CHART_H,
        ),
    ]
