"""Words for people where Prometheus has slugs, each in a colour that is the same everywhere."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from streams.adapters.faults import Fault
from streams.domain import touchpoints


class Word(NamedTuple):
    """What a label's value is called on a screen, and its colour there, if it has one."""

    text: str
    colour: str = ""


Words = Mapping[str, Word]


def _words(**words: tuple[str, str]) -> Words:
    return MappingProxyType({slug: Word(*word) for slug, word in words.items()})


BLUE, ORANGE, GREEN, RED, PURPLE = "#3274D9", "#FF780A", "#56A64B", "#E02F44", "#A352CC"
YELLOW, TEAL, BROWN, PINK, GREY = "#E0B400", "#1BA39C", "#8F6B4A", "#E377C2", "#8E8E8E"

CHANNELS = _words(
    web=("Web", BLUE),
    app=("App", TEAL),
    phone=("Phone", ORANGE),
    chat=("Chat", GREEN),
    email=("E-mail", PURPLE),
    store=("Store", BROWN),
    social=("Social media", PINK),
    other=("Other", GREY),
)
TIERS = _words(
    vip=("VIP", PURPLE), normal=("Normal", BLUE), prospect=("Prospect", TEAL), other=("None", GREY)
)
STAGES = _words(
    awareness=("Awareness", PURPLE),
    consideration=("Consideration", BLUE),
    purchase=("Purchase", TEAL),
    fulfilment=("Fulfilment", BROWN),
    use=("Use", GREEN),
    support=("Support", ORANGE),
    loyalty=("Loyalty", YELLOW),
    lapsed=("Lapsed", RED),
    none=("(new customer)", GREY),
)
CLOCKS = _words(
    first_response=("First response", BLUE),
    next_response=("Next response", TEAL),
    resolution_first=("First resolution", ORANGE),
    resolution_full=("Full resolution", PURPLE),
    loop_contact=("Contact after a bad word", BROWN),
    loop_resolution=("Solution after a bad word", PINK),
    queue_wait=("Wait in the queue", GREEN),
    handling_time=("Talk", YELLOW),
)
SURVEYS = _words(
    ces2=("Effort (CES 2.0)", BLUE),
    ces1=("Effort (CES 1.0)", TEAL),
    csat=("Satisfaction (CSAT)", GREEN),
    nps=("Recommendation (NPS)", PURPLE),
    other=("Other survey", GREY),
)
ALERT_RULES = {
    "churn_risk": Word("Churn risk", PURPLE),
    "sla.warned": Word("Promise at risk", YELLOW),
    "sla.missed": Word("Promise missed", RED),
    "sla.met": Word("Promise met after all", GREEN),
    "sla.withdrawn": Word("Promise withdrawn", GREY),
    "feed.stalled": Word("Feed stalled", BROWN),
    "cx.common_cause": Word("Common cause", ORANGE),
    "other": Word("Other", GREY),
}
BANDS = _words(
    low=("Low", GREEN),
    elevated=("Elevated", YELLOW),
    high=("High", ORANGE),
    critical=("Critical", RED),
)
SEVERITIES = _words(
    critical=("Critical", RED), warning=("Warning", ORANGE), info=("Information", BLUE)
)
STATUSES = _words(raised=("Raised", RED), updated=("Updated", YELLOW), resolved=("Resolved", GREEN))
OUTCOMES = _words(
    met=("Kept", GREEN),
    missed=("Missed", RED),
    answered=("Answered", GREEN),
    in_target=("In the promised time", TEAL),
    abandoned=("Abandoned", RED),
)
RATES = _words(
    complaint=("Complaints", RED),
    error=("Errors met", ORANGE),
    returned=("Returns", BROWN),
    transferred=("Transfers", YELLOW),
    reopened=("Reopened cases", PINK),
    repeat_contact=("Repeated contacts", PURPLE),
    on_time=("On time", GREEN),
    late=("Late", RED),
    recovered=("Won back", GREEN),
    unrecovered=("Not won back", RED),
)


def spelt(slugs: Iterable[str], colour: str = "") -> Words:
    """Slugs that are words already, written for people.

    >>> spelt(["page_viewed"])["page_viewed"].text
    'Page viewed'
    """
    return {slug: Word(slug.replace("_", " ").capitalize(), colour) for slug in slugs}


KINDS = spelt(touchpoints.KINDS, BLUE)
REASONS = spelt(Fault)
QUANTILES = _words(p50=("Half within", BLUE), p90=("90 % within", ORANGE), p99=("99 % within", RED))
