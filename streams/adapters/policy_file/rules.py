"""The rules of a policy file: who is promised what.

[[rules]]
name = "standard"
tier = "any"                            # or "vip", or ["vip", "normal"]; left out: any
channel = "any"
kind = "any"                            # kinds of case are yours: a-z, 0-9, _ and -
calendar = "office"                     # left out: 24x7
warn = ["75%", "90%", "30m left"]       # left out: 75% and 90%
pause_while_pending = true              # left out: false
first_response = "24h"                  # targets.py
queue_wait = "20s"                      # calls and chats; only in rules for any kind of case
promises = "none"                       # instead of clocks: these customers have no promise
"""

from collections.abc import Mapping
from typing import Any

from streams.adapters.policy_file.selection import SLUG, selection
from streams.adapters.policy_file.targets import TERMS, Terms, read_promise
from streams.adapters.toml_file.keys import checked, get
from streams.adapters.toml_file.place import Place
from streams.domain.calendars import Calendar
from streams.domain.policy.promises import CLOCKS, Promise, Rule
from streams.domain.touchpoints import CHANNELS, TIERS

_KEYS = ("name", "tier", "channel", "kind", *TERMS, "promises", *CLOCKS)


def read_rules(raw: Any, calendars: Mapping[str, Calendar], top: Place) -> tuple[Rule, ...]:
    """All rules, each fit by itself; `coverage.py` looks at them together."""
    if isinstance(raw, dict):
        raise top.at("rules").error("must be a list of tables; begin each with [[rules]]")
    if not isinstance(raw, list) or not raw:
        raise top.error("has no [[rules]]; write one for everybody, more for those with more")
    rules = tuple(_rule(table, number, calendars, top) for number, table in enumerate(raw, 1))
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise top.error(f"two rules are named {name!r}; alerts name the rule, so rename one")
    return rules


def _rule(raw: Any, number: int, calendars: Mapping[str, Calendar], top: Place) -> Rule:
    nameless = top._replace(table=f"rule {number}")
    name = get(raw, "name", str, nameless) if isinstance(raw, dict) else None
    if name is None:
        raise nameless.at("name").error('is missing; alerts name the rule, as in name = "standard"')
    place = top._replace(table=f"rule {name!r}")
    if not SLUG.fullmatch(name):
        raise place.at("name").error("has more than a-z, 0-9, _ and -, or more than 32 of them")
    table = checked(raw, _KEYS, place)
    kinds = selection(table, "kind", (), place)
    if kinds and "queue_wait" in table:
        raise place.at("queue_wait").error(
            "who waits in a queue has no kind of case yet; promise it in a rule for any kind"
        )
    return Rule(
        name,
        tiers=selection(table, "tier", TIERS, place),
        channels=selection(table, "channel", CHANNELS, place),
        kinds=kinds,
        promises=_promises(table, calendars, place),
    )


def _promises(
    table: dict[str, Any], calendars: Mapping[str, Calendar], place: Place
) -> dict[str, Promise]:
    told = [key for key in (*CLOCKS, *TERMS) if key in table]
    if "promises" in table:
        if table["promises"] != "none":
            raise place.at("promises").error(
                f'can only be "none", not {table["promises"]!r}; promises are written by their '
                f"clocks: {', '.join(CLOCKS)}"
            )
        if told:
            raise place.error(f'says promises = "none" and {told[0]}; take one out')
        return {}
    clocks = [clock for clock in CLOCKS if clock in table]
    if not clocks:
        raise place.error(
            'promises nothing; name a target, such as first_response = "24h", or write '
            'promises = "none"'
        )
    terms = Terms().changed(table, calendars, place)
    return {
        clock: read_promise(clock, table[clock], terms, calendars, place.at(clock))
        for clock in clocks
    }
