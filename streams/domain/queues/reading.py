"""What stands to be said of a line: a pure function of its sorted moments, never a counter.

Abandonment rate = abandoned / (queue waits + abandoned); service level = kept / queue waits. A
queue belongs to no kind of case: it is under the rule of its tier and channel for any kind.
"""

from streams.domain.calendars import ALWAYS
from streams.domain.outputs import Measurement
from streams.domain.policy import Policy
from streams.domain.policy.promises import Rule
from streams.domain.queues.line import CHANNEL, MOMENTS, Line
from streams.domain.queues.walk import QUEUE_WAIT, Span, walk
from streams.domain.state import Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS

new_tuple = tuple.__new__


def statements(
    customer: Customer, customer_id: str, line: Line, policy: Policy
) -> dict[str, Measurement]:
    """All that stands of the kept moments, by id. Of two spans of one start the first counts."""
    told: dict[str, Measurement] = {}
    for span in walk(line[MOMENTS]).over:
        if span.metric:
            said = measurement(customer, customer_id, line[CHANNEL], span, policy)
            told.setdefault(said.measurement_id, said)
    return told


def measurement(
    customer: Customer, customer_id: str, channel: int, span: Span, policy: Policy
) -> Measurement:
    """`customer/channel/start/metric`, in seconds; of a queue wait with what its promise says."""
    metric, start, end, case, lasted_ms = span
    tier = customer.tier if end >= customer.tier_at else tier_at(customer, end)
    business_s = kept = name = None
    if metric == QUEUE_WAIT and policy.promises.queues:
        business_s, kept, name = _judged(span, rule_of(channel, tier, policy))
    word = CHANNELS[channel]
    said: Measurement = new_tuple(
        Measurement,
        (
            f"{customer_id}/{word}/{start}/{metric}",
            customer.events,
            metric,
            customer_id,
            case or None,
            lasted_ms / 1000,
            end,
            word,
            TIERS[tier],
            False,
            False,
            business_s,
            kept,
            name,
            None,
        ),
    )
    return said


def rule_of(channel: int, tier: int, policy: Policy) -> Rule | None:
    """The rule that promises something of a queue to a tier; None for none (both are indexes)."""
    rule = policy.promises.usual[tier * len(CHANNELS) + channel]
    return rule if rule is not None and QUEUE_WAIT in rule.promises else None


def _judged(span: Span, rule: Rule | None) -> tuple[float | None, bool | None, str | None]:
    """Business seconds, whether it was answered in time, and by which rule."""
    if rule is None:
        return None, None, None
    promise = rule.promises[QUEUE_WAIT]
    spent_ms = span.lasted_ms
    if promise.calendar is not ALWAYS:
        spent_ms = promise.calendar.elapsed_ms(span.start, span.end)
    kept = span.end <= promise.calendar.due(span.start, promise.target_ms)
    return spent_ms / 1000, kept, rule.name
