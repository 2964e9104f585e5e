"""Answers to surveys."""

from collections.abc import Callable

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
    """An answer is a measurement; the latest of a survey says whether effort or mood is bad."""
    survey = touchpoint.survey
    score = touchpoint.score
    if survey is None or score is None:
        return 0
    value = standard(survey, score, touchpoint.scale_min, touchpoint.scale_max)
    if value is None:
        return 0
    say(customer, touchpoint, survey, value, emit)
    signal = SURVEY_SIGNALS[survey]
    if not is_low(survey, value):
        signal += signals.FINE
    return signals.add(customer, touchpoint.occurred_at, signal, policy)


SURVEY_SIGNALS = dict(
    zip(
        SURVEYS[1:],
        (signals.LOW_CES2, signals.LOW_CES1, signals.LOW_CSAT, signals.LOW_NPS),
        strict=True,
    )
)
"""Survey → its signal when the answer is low."""
