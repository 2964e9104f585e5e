"""What is promised where nobody has written a policy."""

from streams.domain.calendars import ALWAYS
from streams.domain.policy.durations import HOUR_MS
from streams.domain.policy.promises import Promise, Promises, Rule

DEFAULT_VERSION = "built-in"


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
    return Promises(DEFAULT_VERSION, (Rule("default", promises=promises),))


def _promise(clock: str, target_ms: int) -> Promise:
    return Promise(clock, target_ms, ALWAYS, (target_ms * 3 // 4,))
