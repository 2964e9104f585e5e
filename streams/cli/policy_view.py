"""A policy as people and programs see it: where its rules apply, and what one message is due."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from streams.adapters.policy_file import ANY_OTHER_KIND, Area, spelled
from streams.adapters.policy_file.areas import names
from streams.adapters.policy_file.objectives import percent
from streams.cli.policy_answer import Answer, Due
from streams.domain.policy.objectives import Objectives
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import CHANNELS, TIERS


def table(where: Sequence[Area], objectives: Objectives) -> Table:
    """One row for tiers and channels that one rule applies to, with all that it promises."""
    shown = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for heading in (
        "rule",
        "tier",
        "channel",
        "kind",
        "promises",
        "calendar",
        "warns at",
        "objective",
    ):
        shown.add_column(heading)
    for area in where:
        promised = list(area.rule.promises.values())
        shown.add_row(
            area.rule.name,
            names(area.tiers, TIERS),
            names(area.channels, CHANNELS),
            _kinds(area.kinds, told_apart=_told_apart(where)),
            "\n".join(f"{words(p.clock)} {_target(p)}" for p in promised) or "[dim]none[/]",
            "\n".join(p.calendar.name for p in promised),
            "\n".join(_warnings(p) for p in promised),
            "\n".join(_objective(p, objectives) for p in promised),
        )
    return shown


def surveys(objectives: Objectives) -> list[str]:
    """What surveys are to say, a line each.

    >>> surveys(Objectives(surveys={"ces2": 0.8, "nps": 30}))
    ['survey ces2: at least 80%', 'survey nps: at least 30 points']
    """
    return [
        f"survey {name}: at least {f'{target:g} points' if name == 'nps' else percent(target)}"
        for name, target in objectives.surveys.items()
    ]


def row(area: Area, promises: Promises) -> dict[str, Any]:
    """The same for programs; the kind null stands for all that no rule names."""
    shares = promises.objectives.clocks
    return {
        "version": promises.version,
        "rule": area.rule.name,
        "tiers": list(area.tiers),
        "channels": list(area.channels),
        "kinds": [kind or None for kind in area.kinds],
        "promises": [
            _promise_row(promise) | {"objective": shares.get(promise.clock)}
            for promise in area.rule.promises.values()
        ],
    }


def show_answer(answer: Answer, console: Console) -> None:
    """Which rule and why in a few lines, and a table of what is due when."""
    what, rule = answer.asked, answer.rule
    kind = f"kind {what.kind}" if what.kind else "any other kind" if answer.kinds else "any kind"
    console.print(
        f"[bold]{what.tier}[/] on [bold]{what.channel}[/], {kind}: rule [bold]{rule.name}[/], "
        f"{_whom(rule)} [dim](policy {answer.version})[/]"
    )
    for other in answer.less_precise:
        console.print(f"  less precise: {other.name}, {_whom(other)}")
    if what.kind and what.kind not in answer.kinds:
        known = f"; named are {', '.join(answer.kinds)}" if answer.kinds else ""
        console.print(f"  no rule names kind {what.kind}{known}")
    sent = dict.fromkeys((_local(answer.sent), _utc(answer.sent)))  # one, if it was sent in UTC
    console.print(f"sent {', '.join(sent)}\n")
    if not answer.dues:
        console.print("nothing is promised to these customers")
        return
    console.print(_due_table(answer.dues))


def answer_row(answer: Answer) -> dict[str, Any]:
    """The same for programs; instants in epoch ms, with the local time beside them."""
    return {
        "version": answer.version,
        "tier": answer.asked.tier,
        "channel": answer.asked.channel,
        "kind": answer.asked.kind or None,
        "rule": answer.rule.name,
        "names": _keys(answer.rule),
        "less_precise": [{"rule": one.name, "names": _keys(one)} for one in answer.less_precise],
        **_instant("sent", answer.sent),
        "clocks": [
            _promise_row(due.promise)
            | _instant("due", due.at)
            | {
                "warnings": [
                    {"after_ms": warned.after_ms, **_instant("due", warned.at)}
                    for warned in due.warnings
                ]
            }
            for due in answer.dues
        ],
    }


def words(clock: str) -> str:
    """A clock's name for people."""
    return clock.replace("_", " ")


def share(after_ms: int, target_ms: int) -> str:
    """How much of the target is gone.

    >>> share(45, 60), share(2, 3)
    ('75%', '66.7%')
    """
    return f"{100 * after_ms / target_ms:.3g}%"


def _due_table(dues: Sequence[Due]) -> Table:
    shown = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for heading in ("clock", "calendar", "", "local", "UTC"):
        shown.add_column(heading, no_wrap=True)
    for due in dues:
        promise = due.promise
        clock, calendar = words(promise.clock), promise.calendar.name
        for after, at in due.warnings:
            left = spelled(promise.target_ms - after)
            what = f"[yellow]warning[/] at {share(after, promise.target_ms)}, {left} left"
            shown.add_row(clock, calendar, what, _local(at), _utc(at, zone=False))
            clock = calendar = ""
        what = f"[bold]due[/] {_target(promise)}"
        shown.add_row(clock, calendar, what, _local(due.at), _utc(due.at, zone=False))
    return shown


def _target(promise: Promise) -> str:
    return spelled(promise.target_ms) + (", pausing" if promise.pauses else "")


def _warnings(promise: Promise) -> str:
    """Shares as they are written, and times left where they were meant."""
    target_ms = promise.target_ms
    said = [
        f"{spelled(target_ms - after_ms)} left"
        if after_ms * 100 % target_ms
        else share(after_ms, target_ms)
        for after_ms in promise.warnings_ms
    ]
    return ", ".join(said) or "[dim]none[/]"


def _objective(promise: Promise, objectives: Objectives) -> str:
    share = objectives.clocks.get(promise.clock)
    return "[dim]none[/]" if share is None else percent(share)


def _promise_row(promise: Promise) -> dict[str, Any]:
    return {
        "clock": promise.clock,
        "target_ms": promise.target_ms,
        "calendar": promise.calendar.name,
        "warnings_ms": list(promise.warnings_ms),
        "pauses": promise.pauses,
    }


def _told_apart(where: Sequence[Area]) -> bool:
    return any(kind != ANY_OTHER_KIND for area in where for kind in area.kinds)


def _kinds(kinds: Sequence[str], *, told_apart: bool) -> str:
    return ", ".join(kind or ("any other" if told_apart else "any") for kind in kinds)


def _keys(rule: Rule) -> list[str]:
    return [
        key
        for key, chosen in (("tier", rule.tiers), ("channel", rule.channels), ("kind", rule.kinds))
        if chosen
    ]


def _whom(rule: Rule) -> str:
    """What makes a rule precise."""
    keys = _keys(rule)
    return f"which names {' and '.join(keys)}" if keys else "which is for everybody"


def _instant(name: str, at: datetime) -> dict[str, Any]:
    local = at.isoformat()
    return {f"{name}_at": round(at.timestamp() * 1000), f"{name}_local": local}


def _local(at: datetime) -> str:
    """To the minute, or to the second where that tells something."""
    zone = getattr(at.tzinfo, "key", None) or at.tzname()
    return f"{at:%a %Y-%m-%d} {_clock(at)} {zone}"


def _utc(at: datetime, *, zone: bool = True) -> str:
    there = at.astimezone(UTC)
    return f"{there:%a %Y-%m-%d} {_clock(there)}{' UTC' * zone}"


def _clock(at: datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
