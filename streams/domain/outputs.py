"""What the fold of a customer has to say to the world: frozen facts with deterministic ids."""

from typing import Literal, NamedTuple, TypeAlias


class Transition(NamedTuple):
    """A customer moved from one stage of the journey to another (topic `cx.journeys.v1`).

    `amends`: a version before said the same move differently, until a late event came.
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


class Measurement(NamedTuple):
    """One measured value of one metric (topic `cx.metrics.v1`).

    `metric` is one of: first_response, next_response, resolution_first (seconds), case (1 per
    case), ces2, ces1, csat, nps (the score), purchase (minor units).
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


class Reason(NamedTuple):
    """Why a score is what it is: a code of the rule book, its points and a number behind it."""

    code: str
    points: int
    value: float | None = None


class Alert(NamedTuple):
    """A warning to people, amendable: the same id with the next version replaces it."""

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


Output: TypeAlias = Transition | Measurement | Alert
