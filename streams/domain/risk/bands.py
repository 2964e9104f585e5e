"""Bands of the score, with hysteresis."""

from streams.domain.policy import Policy

BANDS: tuple[str, ...] = ("low", "elevated", "high", "critical")
LOW, ELEVATED, HIGH, CRITICAL = range(4)


def follow(band: int, score: int, policy: Policy) -> int:
    """The band after a score: entered at its threshold, left only below its exit.

    >>> follow(LOW, 60, Policy()), follow(HIGH, 45, Policy()), follow(HIGH, 39, Policy())
    (2, 2, 1)
    """
    enter = (0, policy.elevated, policy.high, policy.critical)
    leave = (0, policy.elevated_exit, policy.high_exit, policy.critical_exit)
    while band < CRITICAL and score >= enter[band + 1]:
        band += 1
    while score < leave[band]:
        band -= 1
    return band
