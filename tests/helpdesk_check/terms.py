"""What a policy file promises to everybody, read once more and by other code."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from tests.helpdesk_check.open_time import OpenTime, always, duration_ms, listed, office

CLOCKS = ("first_response", "next_response", "resolution_full")


class Term(NamedTuple):
    """One promise: its rule, target and earliest warning in ms of open time, 0 for no warning."""

    rule: str
    target_ms: int
    warned_ms: int
    pauses: bool
    open_time: OpenTime


def read_terms(path: Path, first: date, last: date) -> dict[str, Term]:
    """The promises of the one rule that names no tier, channel or kind, by clock."""
    policy = tomllib.loads(path.read_text())
    for rule in policy["rules"]:
        if not {"tier", "channel", "kind"} & set(rule):
            return {clock: _term(policy, rule, clock, (first, last)) for clock in CLOCKS}
    raise SystemExit(f"{path}: no rule is for everybody; the check knows no other")


def _term(
    policy: dict[str, Any], rule: dict[str, Any], clock: str, days: tuple[date, date]
) -> Term:
    own = rule[clock] if isinstance(rule[clock], dict) else {"target": rule[clock]}
    terms = {"warn": ["75%", "90%"], "pause_while_pending": False, "calendar": "24x7"} | rule | own
    target_ms = duration_ms(terms["target"])
    warnings = [_warning_ms(text, target_ms) for text in listed(terms["warn"])]
    named = terms["calendar"]
    open_time = always() if named == "24x7" else office(policy["calendars"][named], *days)
    warned_ms = min((at for at in warnings if at > 0), default=0)
    return Term(rule["name"], target_ms, warned_ms, terms["pause_while_pending"], open_time)


def _warning_ms(text: str, target_ms: int) -> int:
    if text.endswith("%"):
        return target_ms * int(text.removesuffix("%")) // 100
    return target_ms - duration_ms(text.removesuffix(" left"))
