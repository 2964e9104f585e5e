"""What the fold of a customer has to say to the world: plain facts with deterministic ids.

Everything is amendable: the same id with a higher version replaces what was said before.
`retracted` takes it back, `amends` says that the id was said before, differently. Versions of
transitions and measurements are the number of the customer's events folded when they were said,
so whoever knows more wins; they grow, with gaps. Versions of alerts count 1, 2, 3; a missed promise
is measured under the version of its alert, as time alone changes it.
"""

from typing import Literal, NamedTuple, TypeAlias


class Transition(NamedTuple):
    """A customer moved from one stage of the journey to another (topic `cx.journeys.v1`).

    The id is `customer/at/to_stage`. `at` is epoch ms, `dwell_ms` the time spent in `from_stage`;
    both are None where the journey begins.
    """

    transition_id: str
    version: int
    customer_id: str
    from_stage: str | None
    to_stage: str
    at: int
    dwell_ms: int | None
    channel: str
    tier: str
    retracted: bool = False
    amends: bool = False


class Was(NamedTuple):
    """What a measurement said before it was amended: whoever adds up takes this out again."""

    value: float | None
    at: int
    channel: str
    tier: str
    kept: bool | None = None


class Measurement(NamedTuple):
    """One measured value of one metric (topic `cx.metrics.v1`).

    `metric` is one of: first_response, next_response, resolution_first (seconds), case (1 per
    case), ces2, ces1, csat, nps (the score, on the survey's own scale), purchase (minor units;
    None if the amount is unknown). `at` is when the clock stopped, the case began, the customer
    answered or bought, epoch ms. Ids are `customer/case/metric`, for next_response with the start
    of its wait behind it, and `customer/event/metric` for surveys and purchases. The channel of a
    case's measurements is the one it began on.
    """

    measurement_id: str
    version: int
    metric: str
    customer_id: str
    case_id: str | None
    value: float | None
    at: int
    channel: str
    tier: str
    retracted: bool = False
    amends: bool = False
    business_s: float | None = None
    kept: bool | None = None
    rule: str | None = None
    was: Was | None = None


class Reason(NamedTuple):
    """Why a score is what it is: a code of the rule book, its points and a number behind it.

    The number is a count, or seconds waited (unanswered), or own rhythms silent (silence).
    """

    code: str
    points: int
    value: float | None = None


class Alert(NamedTuple):
    """A warning to people: the same id with the next version replaces it.

    The id is a UUIDv5 of rule, customer and episode. Instants are epoch ms, the score is 0 to 100,
    the band one of low, elevated, high, critical. `policy` is the version of the promises it was
    said under; of an alert about a promise also the rule's name, the clock and when it was due.
    """

    alert_id: str
    version: int
    rule: str
    status: Literal["raised", "updated", "resolved"]
    customer_id: str
    case_id: str | None
    raised_at: int
    updated_at: int
    band: str
    score: int
    reasons: tuple[Reason, ...]
    channel: str
    tier: str
    policy: str | None = None
    promise_rule: str | None = None
    clock: str | None = None
    due_at: int | None = None


Output: TypeAlias = Transition | Measurement | Alert
