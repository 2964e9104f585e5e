"""Alerts on error budgets: promises by clock, channel and tier; effort by channel."""

from typing import NamedTuple

from streams.domain.policy.objectives import Objectives
from streams.domain.policy.promises import Promises
from streams.monitoring.rules.answers import CUTS, SOMEWHERE
from streams.monitoring.rules.burn_rates import BURNS, Burn
from streams.monitoring.rules.promql import either, literal, number, series
from streams.monitoring.rules.recording import CAUSES, MISSED, NOT_EASY, PROMISES, SOON
from streams.monitoring.rules.rule import Group, Links, Rule, Said, alert, group
from streams.monitoring.rules.windows import Counted


class _Budget(NamedTuple):
    """What is counted and which share of it is bad, for the series that `labels` choose."""

    counted: Counted
    bad: str
    objective: float
    at_least: int
    labels: dict[str, str]

    def burnt(self, burn: Burn) -> str:
        """Both windows are above the threshold, and the long one holds enough to be judged."""
        threshold = number(burn.threshold(self.objective))
        long, short = (
            series(self.counted.ratio(self.bad, window), **self.labels)
            for window in (burn.long, burn.short)
        )
        count = series(self.counted.increase(burn.long), **self.labels)
        return f"{long} > {threshold}\nand\n{short} > {threshold}\nand\n{count} >= {self.at_least}"


def slo(promises: Promises, links: Links) -> list[Group]:
    """The alerts of every clock with an objective, and of effort where it has a target."""
    objectives = promises.objectives
    rules = [
        _of_promises(clock, objective, burn, promises, links)
        for clock, objective in objectives.clocks.items()
        for burn in BURNS
    ]
    if "ces2" in objectives.surveys:
        rules += [_of_effort(objectives, burn, links) for burn in BURNS]
    return [group("cx-slo", rules, SOON)] if rules else []


def _of_promises(
    clock: str, objective: float, burn: Burn, promises: Promises, links: Links
) -> Rule:
    labels = {"clock": clock}
    at_least = promises.objectives.at_least
    budget = _Budget(PROMISES, MISSED, objective, at_least, labels)
    words = clock.replace("_", " ")
    said = Said(
        f"{_SYMPTOMS[burn.speed]}: {words} on {{{{ $labels.channel }}}}, "
        "tier {{ $labels.tier }}.",
        f"{{{{ $value | humanizePercentage }}}} of the promises decided in the last {burn.long} "
        f"were missed. {_limit(burn, objective)} Promised by rule: "
        f"{literal(_targets(clock, promises))}.",
        "cx-response?var-channel={{ $labels.channel }}&var-tier={{ $labels.tier }}",
    )
    return alert(
        f"CxPromisesBurn{burn.speed}",
        _unless_explained(budget.burnt(burn), burn),
        said,
        links,
        # Its reason is its clock, as that of a single miss: by it a common cause stands for it.
        {"severity": burn.severity, **labels, "reason": clock},
        keep=burn.keep,
    )


def _unless_explained(burnt: str, burn: Burn) -> str:
    """What pages says nothing of what a common cause has paged for within the last hour.

    The cause is over minutes after the last miss, and the windows hold the misses longer. What has
    no cause, or goes on an hour after it, pages.
    """
    if burn.severity != "critical":
        return burnt
    return "\n".join([burnt, *(f"unless on ({it}) {name}" for it, name in CAUSES.items())])


def _of_effort(objectives: Objectives, burn: Burn, links: Links) -> Rule:
    labels = {"survey": "ces2"}
    objective = objectives.surveys["ces2"]
    budgets = [
        _Budget(cut.responses, NOT_EASY, objective, objectives.at_least, labels) for cut in CUTS
    ]
    said = Said(
        f"{_EFFORTS[burn.speed]} {SOMEWHERE}.",
        f"{{{{ $value | humanizePercentage }}}} of the CES 2.0 answers of the last {burn.long} "
        f"were 4 or less of 7. {_limit(burn, objective)}",
        "cx-effort",
    )
    return alert(
        f"CxEffortBurn{burn.speed}",
        either(budget.burnt(burn) for budget in budgets),
        said,
        links,
        {"severity": burn.severity, **labels},
        keep=burn.keep,
    )


_SYMPTOMS = {
    "Fast": "Most promises are being missed",
    "Slow": "Promises have been missed for hours",
    "Ticket": "Too many promises are missed to keep the objective",
}
_EFFORTS = {
    "Fast": "Hardly anybody finds it easy",
    "Slow": "Customers have had a hard time for hours",
    "Ticket": "Too many customers find it hard",
}


def _limit(burn: Burn, objective: float) -> str:
    """The words for a threshold and where it comes from."""
    percent, budget = (f"{number(100 * x)}%" for x in (objective, 1 - objective))
    rate = number(round(burn.reached(objective), 2))
    times = "all" if rate == "1" else f"{rate} times the {budget}"
    limit = number(100 * burn.threshold(objective))
    return f"Limit {limit}%: {times} that an objective of {percent} leaves."


def _targets(clock: str, promises: Promises) -> str:
    """What the rules promise of a clock, such as `24 h (desk, live), 1 h (vip)`."""
    by_target: dict[int, list[str]] = {}
    for rule in promises.rules:
        if clock in rule.promises:
            by_target.setdefault(rule.promises[clock].target_ms, []).append(rule.name)
    return ", ".join(f"{_spelled(ms)} ({', '.join(names)})" for ms, names in by_target.items())


def _spelled(ms: int) -> str:
    for unit, size in (("h", 3_600_000), ("min", 60_000)):
        if ms % size == 0:
            return f"{ms // size} {unit}"
    return f"{ms / 1000:g} s"
