"""`response_overdue`: a customer's question is older than the policy's target.

An episode is one wait of one case. It is raised when the target passes, made critical when the
last limit passes, and resolved when the wait ends, by an answer or by the case's end.
"""

from collections.abc import Callable
from typing import Any, Literal

from streams.domain.alerts.identity import alert_id
from streams.domain.cases.case import CASE_ID, CHANNEL, OVERDUE, WAIT, Case
from streams.domain.outputs import Alert, Output, Reason
from streams.domain.policy import Policy
from streams.domain.risk.bands import BANDS, CRITICAL, HIGH, LOW
from streams.domain.state import NEVER, Customer
from streams.domain.touchpoints import CHANNELS, TIERS

RULE = "response_overdue"

SINCE, VERSION, LEVEL, RAISED_AT = range(4)
"""Positions of an episode: start of the wait, version last said, band (index; low when over),
instant raised; instants are epoch ms."""

SCORES = {LOW: 0, HIGH: 60, CRITICAL: 80}
"""What a level weighs beside a churn score, so that one list can be sorted by both."""

EPISODES_CAP = 4
"""Episodes remembered a case, so that one revived by a late event goes on counting versions."""


def watch(
    customer: Customer,
    customer_id: str,
    case: Case,
    now_ms: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> int:
    """Say what has become overdue by now; return the next instant to look again (epoch ms)."""
    since = case[WAIT]
    if since is None:
        return NEVER
    target = since + policy.response_target_ms
    if now_ms < target:
        return int(target)
    episode = _episode(case, since)
    if episode[LEVEL] < HIGH:
        if episode[VERSION] == 0:
            episode[RAISED_AT] = target
        episode[LEVEL] = HIGH
        _say(customer, customer_id, case, episode, "raised", target, emit)
    limit = since + policy.response_critical_ms
    if now_ms < limit:
        return int(limit)
    if episode[LEVEL] < CRITICAL:
        episode[LEVEL] = CRITICAL
        _say(customer, customer_id, case, episode, "updated", limit, emit)
    return NEVER


def settle(
    customer: Customer,
    customer_id: str,
    case: Case,
    at: int,
    emit: Callable[[Output], None],
) -> None:
    """Resolve the episodes whose wait runs no more."""
    for episode in case[OVERDUE] or ():
        if episode[LEVEL] > LOW and episode[SINCE] != case[WAIT]:
            episode[LEVEL] = LOW
            _say(customer, customer_id, case, episode, "resolved", at, emit)


def _episode(case: Case, since: int) -> list[int]:
    episodes: list[list[int]] = case[OVERDUE] or []
    for episode in episodes:
        if episode[SINCE] == since:
            return episode
    episode = [since, 0, LOW, 0]
    case[OVERDUE] = [*episodes, episode][-EPISODES_CAP:]
    return episode


def _say(
    customer: Customer,
    customer_id: str,
    case: Case,
    episode: list[Any],
    status: Literal["raised", "updated", "resolved"],
    at: int,
    emit: Callable[[Output], None],
) -> None:
    episode[VERSION] += 1
    level = episode[LEVEL]
    score = SCORES[level]
    waited_s = (at - episode[SINCE]) / 1000
    emit(
        Alert(
            alert_id=alert_id(RULE, customer_id, f"{case[CASE_ID]}\n{episode[SINCE]}"),
            version=episode[VERSION],
            rule=RULE,
            status=status,
            customer_id=customer_id,
            case_id=case[CASE_ID],
            raised_at=episode[RAISED_AT],
            updated_at=at,
            band=BANDS[level],
            score=score,
            reasons=(Reason("unanswered", score, waited_s),),
            channel=CHANNELS[case[CHANNEL]],
            tier=TIERS[customer.tier],
        )
    )
