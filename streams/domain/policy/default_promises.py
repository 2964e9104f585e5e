"""What is promised where nobody has written a policy."""

from streams.domain.calendars import ALWAYS
from streams.domain.policy.durations import HOUR_MS
from streams.domain.policy.objectives import usual
from streams.domain.policy.promises import Promise, Promises, Rule

DEFAULT_VERSION = "built-in"

DEFAULT_SURVEYS = {"ces2": 0.8, "csat": 0.8, "nps": 0.0}
"""Somewhere to begin, not findings: four of five find it easy, four of five are satisfied, and no
more warn against us than recommend us. A policy file has the targets that it says, and no others.
"""


def default_promises() -> Promises:
    """A reply within 24 h, day and night, to everybody; one that takes 72 h is critical.

    A warning comes at 75 % of the target. How soon a solution comes is for the company to
    promise.

    >>> rule = default_promises().rule_for("vip", "chat", "")
    >>> {clock: promise.target_ms // HOUR_MS for clock, promise in rule.promises.items()}
    {'first_response': 24, 'next_response': 24}
    """
    hours = {"first_response": 24, "next_response": 24}
    promises = {clock: _promise(clock, target * HOUR_MS) for clock, target in hours.items()}
    rules = (Rule("default", promises=promises),)
    return Promises(DEFAULT_VERSION, rules, objectives=usual(promises, DEFAULT_SURVEYS))


def _promise(clock: str, target_ms: int) -> Promise:
    return Promise(clock, target_ms, ALWAYS, (target_ms * 3 // 4,))
