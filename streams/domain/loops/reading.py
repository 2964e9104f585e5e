"""What stands to be said of a loop: a pure function of its rounds and the tiers.

- `loop_contact`, `loop_resolution`: seconds from the opening of a round to its first contact, and
  to its resolution; with business time, kept or not, and the rule, where they are promised;
- `loop_recovered`: 1 for a round that a good answer closed, 0 for one that was reopened.
"""

from collections.abc import Iterable

from streams.domain.clocks.statement import Statement
from streams.domain.loops.rounds import (
    CHANNEL,
    CONTACTED_AT,
    ENDED_AT,
    RECOVERED,
    RESOLVED_AT,
    SINCE,
    Round,
)
from streams.domain.policy import Policy
from streams.domain.policy.promises import Rule
from streams.domain.state import Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS

CONTACT_CLOCK, RESOLUTION_CLOCK = "loop_contact", "loop_resolution"

Key = tuple[int, str]
"""Start of a round and metric."""


def statements(customer: Customer, rounds: Iterable[Round], policy: Policy) -> dict[Key, Statement]:
    """All that stands of some rounds."""
    said: dict[Key, Statement] = {}
    for one in rounds:
        since, channel = one[SINCE], one[CHANNEL]
        for clock, at in ((CONTACT_CLOCK, one[CONTACTED_AT]), (RESOLUTION_CLOCK, one[RESOLVED_AT])):
            if at:
                said[since, clock] = _judged(customer, clock, since, at, channel, policy)
        if one[RECOVERED] is not None:
            at = one[ENDED_AT]
            value = float(one[RECOVERED])
            said[since, "loop_recovered"] = Statement(value, at, channel, tier_at(customer, at))
    return said


def rule_of(channel: int, tier: int, policy: Policy) -> Rule | None:
    """The rule a loop is under that was opened on a channel (index); it is no kind of case."""
    return policy.promises.rule_for(TIERS[tier], CHANNELS[channel], "")


def _judged(
    customer: Customer, clock: str, since: int, at: int, channel: int, policy: Policy
) -> Statement:
    tier = tier_at(customer, at)
    plain = Statement((at - since) / 1000, at, channel, tier)
    rule = rule_of(channel, tier, policy)
    promise = None if rule is None else rule.promises.get(clock)
    if rule is None or promise is None:
        return plain
    calendar = promise.calendar
    return plain._replace(
        business_s=calendar.elapsed_ms(since, at) / 1000,
        kept=at <= calendar.due(since, promise.target_ms),
        rule=rule.name,
    )
