"""One customer for people: a plain picture of the state, and the panel it becomes."""

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from streams.adapters.in_words import instant, short
from streams.cli.alert_view import BAND_STYLES, alerts_table, as_json, graver_first
from streams.domain.cases.case import CASE_ID, CHANNEL, WAIT, is_settled
from streams.domain.clocks.walk import live
from streams.domain.journey import path
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert
from streams.domain.policy import Policy
from streams.domain.risk.bands import BANDS
from streams.domain.risk.score import assess, explain
from streams.domain.risk.signals import FINE_CES2, LOW_CES2
from streams.domain.state import Customer
from streams.domain.touchpoints import CHANNELS, TIERS

SURVEYS = ("ces2", "ces1", "csat", "nps")


def picture(
    customer_id: str, customer: Customer, now: int, policy: Policy, alerts: Iterable[Alert]
) -> dict[str, Any]:
    """What is known of a customer as of `now` (epoch ms); instants epoch ms, durations seconds."""
    now = max(now, customer.clock)
    score, findings, _, _ = assess(customer, now, policy)
    since = path.entered_at(customer, policy.lapse_after_ms)
    return {
        "customer_id": customer_id,
        "tier": TIERS[customer.tier],
        "as_of": now,
        "first_seen": customer.first_seen,
        "last_seen": customer.last_seen,
        "events": customer.events,
        "stage": STAGES[customer.stage],
        "stage_since": since,
        "dwell_s": (now - since) / 1000,
        "purchases": customer.purchases,
        "spend_minor": customer.spend_minor,
        "surveys": _surveys(customer),
        "cases": [_case(case, now) for case in customer.cases or () if not is_settled(case)],
        "risk": {
            "score": score,
            "band": BANDS[customer.band],
            "reasons": [reason._asdict() for reason in explain(findings)],
        },
        "alerts": [as_json(alert) for alert in graver_first(alerts)],
    }


def _surveys(customer: Customer) -> list[dict[str, Any]]:
    """The answers remembered: which survey, when, and whether it was low."""
    answers = []
    for signal in customer.signals or ():
        code = signal & 31
        if code >= LOW_CES2:
            low = code < FINE_CES2
            survey = SURVEYS[code - (LOW_CES2 if low else FINE_CES2)]
            answers.append({"survey": survey, "at": signal >> 5, "low": low})
    return answers


def _case(case: list[Any], now: int) -> dict[str, Any]:
    life = live(case)
    first = [
        (wait.end - wait.start) / 1000
        for wait in life.waits
        if wait.end is not None and wait.answered and wait.start == life.first_wait
    ]
    return {
        "case_id": case[CASE_ID],
        "channel": CHANNELS[case[CHANNEL]],
        "opened_at": life.opened_at,
        "waiting_s": (now - case[WAIT]) / 1000 if case[WAIT] is not None else None,
        "first_response_s": first[0] if first else None,
    }


def panel(seen: dict[str, Any], alerts: Iterable[Alert]) -> RenderableType:
    """The picture as a rich panel."""
    risk = seen["risk"]
    style = BAND_STYLES.get(risk["band"], "")
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column()
    facts.add_row("stage", f"{seen['stage']} for {short(seen['dwell_s'])}")
    facts.add_row("seen", f"{instant(seen['first_seen'])} to {instant(seen['last_seen'])} UTC")
    facts.add_row("as of", f"{instant(seen['as_of'])} UTC")
    facts.add_row("touchpoints", f"{seen['events']:,}")
    facts.add_row("purchases", f"{seen['purchases']:,} for {seen['spend_minor'] / 100:,.2f}")
    facts.add_row("surveys", _survey_words(seen["surveys"]))
    facts.add_row("risk", f"[{style}]{risk['band']}[/] {risk['score']} points")
    for reason in risk["reasons"]:
        facts.add_row("", f"+{reason['points']} {reason['code'].replace('_', ' ')}")
    parts: list[RenderableType] = [facts]
    if seen["cases"]:
        parts.append(_cases_table(seen["cases"]))
    said = graver_first(alerts)
    if said:
        parts.append(alerts_table(said, title="alerts"))
    title = f"[bold]{seen['customer_id']}[/] · {seen['tier']}"
    return Panel(Group(*parts), title=title, title_align="left", border_style=style or "default")


def _survey_words(answers: list[dict[str, Any]]) -> str:
    words = [
        f"{answer['survey']} {'[red]low[/]' if answer['low'] else 'fine'} ({instant(answer['at'])})"
        for answer in answers
    ]
    return ", ".join(words) or "none answered lately"


def _cases_table(cases: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", title="open cases", title_justify="left")
    for name in ("case", "channel", "opened", "waiting", "first response"):
        table.add_column(name)
    for case in cases:
        waiting, first = case["waiting_s"], case["first_response_s"]
        table.add_row(
            case["case_id"],
            case["channel"],
            instant(case["opened_at"]),
            f"[red]{short(waiting)}[/]" if waiting is not None else "not for us",
            short(first) if first is not None else "none yet",
        )
    return table
