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

    `metric` is one of: first_response, next_response, resolution_first, resolution_full, the parts
    of the wait split, loop_contact, loop_resolution, and of calls and chats queue_wait,
    abandoned (waited until then), handling_time (seconds); case (1 for a repeat contact, else 0),
    reopened, transferred, followed (1 per such case), loop_recovered, on_time (1 or 0), complaint,
    returned, error (1 each); ces2, ces1, csat, nps (the score, on the survey's own scale),
    purchase (minor units; None if the amount is unknown); and missed_ with a clock behind it
    (1 per promise). `at` is when the clock stopped, the case began, the customer
    answered or bought, epoch ms. Ids are `customer/case/metric`, for next_response with the start
    of its wait behind it, `customer/opening/metric` for loops, `customer/channel/start/metric`
    for calls and chats, and `customer/event/metric` for what is an event. The channel of a case's
    measurements is the one it began on.
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
    `stage` is where the customer stood on the journey, `product` what it was about. Of a common
    cause: how many customers are `affected`, which `share` of the alerts of its time it explains,
    what its members have in common (`shared`: dimension and value, the cause itself first), and the
    ids of its first `members`.
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
    stage: str | None = None
    product: str | None = None
    affected: int | None = None
    share: float | None = None
    shared: tuple[tuple[str, str], ...] | None = None
    members: tuple[str, ...] = ()


class Window(NamedTuple):
    """What was measured of one metric in one window of event time (topic `cx.metrics.v1`).

    The id is `partition/metric/channel/tier/size/start`; versions count 1, 2, 3. `start` is epoch
    ms, `size_s` seconds. `count` measurements ended in it, `known` of them have a value, `sum` is
    that of their values (None of none), `kept` and `missed` count those something was promised of.
    `bins` are counts by bin of a sketch, see `domain.windows.sketch`; None: the metric has none.
    Windows of several partitions add up, field by field.
    """

    window_id: str
    version: int
    metric: str
    channel: str
    tier: str
    partition: int
    start: int
    size_s: int
    count: int  # type: ignore[assignment]  # its field's name; nobody counts in a tuple
    known: int
    sum: float | None
    kept: int
    missed: int
    bins: dict[int, int] | None = None


Output: TypeAlias = Transition | Measurement | Alert | Window
