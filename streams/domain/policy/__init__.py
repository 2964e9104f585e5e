"""What the company promises and how it weighs what happens: plain numbers, passed as argument."""

from streams.domain.policy.durations import DAY_MS, HOUR_MS
from streams.domain.policy.policy import DEFAULT_POLICY, Points, Policy

__all__ = ["DAY_MS", "DEFAULT_POLICY", "HOUR_MS", "Points", "Policy"]
