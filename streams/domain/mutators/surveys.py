"""Answers to surveys."""

from collections.abc import Callable

from streams.domain.loops import rounds
from streams.domain.loops import running as loops
from streams.domain.mutators.said import say
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.risk import signals
from streams.domain.state import Customer
from streams.domain.surveys.scale import is_low, standard
from streams.domain.touchpoints import SURVEYS, Touchpoint


def survey_answered(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """An answer is a measurement; of a survey the latest counts, and a bad one opens a loop."""
    survey = touchpoint.survey
    score = touchpoint.score
    if survey is None or score is None:
        return 0
    value = standard(survey, score, touchpoint.scale_min, touchpoint.scale_max)
    if value is None:
        return 0
    say(customer, touchpoint, survey, value, emit)
    signal = SURVEY_SIGNALS[survey]
    low = is_low(survey, value)
    if not low:
        signal += signals.FINE
    points = signals.add(customer, touchpoint.occurred_at, signal, policy)
    if low:
        loops.note(customer, touchpoint, rounds.OPENS, policy, emit)
    elif customer.rare is not None:
        loops.note(customer, touchpoint, rounds.FINE, policy, emit)
    return points


SURVEY_SIGNALS = dict(
    zip(
        SURVEYS[1:],
        (signals.LOW_CES2, signals.LOW_CES1, signals.LOW_CSAT, signals.LOW_NPS),
        strict=True,
    )
)
"""Survey → its signal when the answer is low."""
