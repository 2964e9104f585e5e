"""The points score: what happened lately, each with its points, 0 to 100.

A pure function of the state and an instant. Between the instants it names itself, and the
deadlines of running waits, it is constant; so nothing has to be scored by the hour.
"""

from typing import NamedTuple

from streams.domain.cases.case import BASE, WAIT, Case
from streams.domain.outputs import Reason
from streams.domain.policy import Policy
from streams.domain.risk import signals as codes
from streams.domain.risk import silence
from streams.domain.state import NEVER, Customer


class Finding(NamedTuple):
    """A reason in the making: points, code and the number behind it."""

    points: int
    code: str
    value: float


def assess(customer: Customer, now_ms: int, policy: Policy) -> tuple[int, list[Finding], int, int]:
    """Score, what it is made of, and when time alone lets it grow and fall next (epoch ms).

    >>> from streams.domain.state import begin
    >>> customer = begin(0, "web")
    >>> _ = codes.add(customer, 0, codes.COMPLAINT, Policy())
    >>> score, findings, grows_at, falls_at = assess(customer, 5, Policy())
    >>> score, findings, falls_at
    (25, [Finding(points=25, code='complaint', value=1.0)], 2592000000)
    """
    findings: list[Finding] = []
    grows_at = falls_at = NEVER
    if customer.signals is not None:
        falls_at = _signals(customer.signals, now_ms, policy, findings)
    if customer.cases is not None:
        falls_at = min(falls_at, _repeats(customer.cases, now_ms, policy, findings))
        if customer.waiting:
            _waits(customer.cases, now_ms, policy, findings)
    if customer.purchases >= policy.silence_purchases:
        grows_at = _silence(customer, now_ms, policy, findings)
    return min(sum(finding.points for finding in findings), 100), findings, grows_at, falls_at


def explain(findings: list[Finding]) -> tuple[Reason, ...]:
    """The reasons to show, most points first.

    >>> explain([Finding(5, "transferred", 1.0), Finding(20, "low_csat", 1.0)])[0].code
    'low_csat'
    """
    by_points = sorted(findings, key=lambda finding: (-finding.points, finding.code))
    return tuple(Reason(finding.code, finding.points, finding.value) for finding in by_points)


def _signals(signals: list[int], now_ms: int, policy: Policy, findings: list[Finding]) -> int:
    """Count what is recent; a fine answer clears the low ones of its survey before it."""
    changes_at = NEVER
    expired = (now_ms - policy.recency_ms) * 32 + 31
    counts: dict[int, int] = {}
    for signal in signals:
        if signal <= expired:
            continue
        code = signal & 31
        if code >= codes.FINE_CES2:
            counts.pop(code - codes.FINE, None)
        else:
            counts[code] = counts.get(code, 0) + 1
            if changes_at == NEVER:  # signals are sorted: the first one expires first
                changes_at = (signal >> 5) + policy.recency_ms
    left = policy.low_scores_most
    for code, count in sorted(counts.items()):
        name = codes.REASONS[code]
        each, most = policy.points[name]
        points = min(each * count, most)
        if code >= codes.LOW_CES2:
            points = min(points, left)
            left -= points
        if points > 0:
            findings.append(Finding(points, name, float(count)))
    return changes_at


def _repeats(cases: list[Case], now_ms: int, policy: Policy, findings: list[Finding]) -> int:
    """Cases begun lately beyond the first are repeat contacts."""
    expired = now_ms - policy.recency_ms
    recent = [case[BASE] for case in cases if case[BASE] > expired]
    if len(recent) < 2:
        return NEVER
    each, most = policy.points["repeat_contact"]
    points = min(most, each * (len(recent) - 1))
    findings.append(Finding(points, "repeat_contact", float(len(recent))))
    return int(min(recent)) + policy.recency_ms


def _waits(cases: list[Case], now_ms: int, policy: Policy, findings: list[Finding]) -> None:
    """The longest wait counts once it is beyond its target, and more beyond the last limit."""
    waited_ms = now_ms - min(case[WAIT] for case in cases if case[WAIT] is not None)
    if waited_ms >= policy.response_target_ms:
        points = policy.points["unanswered"][waited_ms >= policy.response_critical_ms]
        findings.append(Finding(points, "unanswered", waited_ms / 1000))


def _silence(customer: Customer, now_ms: int, policy: Policy, findings: list[Finding]) -> int:
    """Silence counts from so many of the customer's own rhythms, and more from a few more."""
    begins_at, long_at = silence.limits(customer, policy)
    if now_ms < begins_at:
        return begins_at
    rhythms = round((now_ms - customer.last_purchase) / silence.rhythm_ms(customer, policy), 2)
    points = policy.points["silence"]
    if now_ms < long_at:
        findings.append(Finding(points.each, "silence", rhythms))
        return long_at
    findings.append(Finding(points.most, "silence", rhythms))
    return NEVER
