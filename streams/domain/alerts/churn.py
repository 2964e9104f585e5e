"""`churn_risk`: the score has reached the high band; it is over when the band is left.

An episode is numbered from 1 per customer. An update is said when the band or the set of reasons
changes, or the score has moved by the policy's step since it was last said.
"""

from collections.abc import Callable
from typing import Literal

from streams.domain.alerts.identity import alert_id
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert, Output
from streams.domain.policy import Policy
from streams.domain.products import about
from streams.domain.risk.bands import BANDS, HIGH, follow
from streams.domain.risk.score import Finding, assess, explain
from streams.domain.risk.signals import REASONS
from streams.domain.state import NEVER, Customer
from streams.domain.touchpoints import TIERS

RULE = "churn_risk"

EPISODE, VERSION, RAISED_AT, SCORE, BAND, CODES = range(6)
"""Positions of what was last said: number of the episode, version, instant raised (epoch ms),
score, band (index), reasons (bit set)."""


def grow(
    customer: Customer,
    customer_id: str,
    points: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """The score may have grown by so many points: score the customer only if that matters.

    It matters from the high band on. Below, the sum of what it may have grown by is kept, which
    spares nine scorings of ten.
    """
    customer.risk_most += points
    if customer.risk_most >= policy.high or customer.band >= HIGH:
        consider(customer, customer_id, customer.clock, policy, emit)
        if 0 < customer.risk_at < customer.due:
            customer.due = customer.risk_at


def consider(
    customer: Customer,
    customer_id: str,
    now_ms: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """Score the customer as of now and say what that changes; mark when to look again."""
    score, findings, grows_at, falls_at = assess(customer, now_ms, policy)
    was_open = customer.band >= HIGH
    customer.risk_most = score
    customer.band = follow(customer.band, score, policy)
    is_open = customer.band >= HIGH
    changes_at = min(grows_at, falls_at) if is_open else grows_at
    customer.risk_at = 0 if changes_at == NEVER else changes_at
    if is_open and not was_open:
        episode = 1 if customer.churn is None else customer.churn[EPISODE] + 1
        customer.churn = [episode, 0, now_ms, 0, 0, 0]
        _say(customer, customer_id, findings, "raised", now_ms, emit)
    elif was_open and not is_open:
        _say(customer, customer_id, findings, "resolved", now_ms, emit)
    elif is_open and _differs(customer, findings, policy):
        _say(customer, customer_id, findings, "updated", now_ms, emit)


def close(customer: Customer, customer_id: str, at: int, emit: Callable[[Output], None]) -> None:
    """Resolve the open alert, if there is one, without a score: nobody is left to be at risk."""
    if customer.band >= HIGH:
        customer.band = customer.risk_most = 0
        _say(customer, customer_id, [], "resolved", at, emit)


def _differs(customer: Customer, findings: list[Finding], policy: Policy) -> bool:
    said = customer.churn
    assert said is not None
    return (
        customer.band != said[BAND]
        or _codes(findings) != said[CODES]
        or abs(customer.risk_most - said[SCORE]) >= policy.score_step
    )


def _codes(findings: list[Finding]) -> int:
    return sum(1 << REASONS.index(finding.code) for finding in findings)


def _say(
    customer: Customer,
    customer_id: str,
    findings: list[Finding],
    status: Literal["raised", "updated", "resolved"],
    at: int,
    emit: Callable[[Output], None],
) -> None:
    said = customer.churn
    assert said is not None
    said[VERSION] += 1
    said[SCORE] = customer.risk_most
    said[BAND] = customer.band
    said[CODES] = _codes(findings)
    emit(
        Alert(
            alert_id=alert_id(RULE, customer_id, f"{said[EPISODE]}\n{said[RAISED_AT]}"),
            version=said[VERSION],
            rule=RULE,
            status=status,
            customer_id=customer_id,
            case_id=None,
            raised_at=said[RAISED_AT],
            updated_at=at,
            band=BANDS[customer.band],
            score=customer.risk_most,
            reasons=explain(findings),
            channel=customer.channel,
            tier=TIERS[customer.tier],
            stage=STAGES[customer.stage],
            product=about(customer),
        )
    )
