"""What a touchpoint must hold to be processed, whatever the schema allows."""

import re
from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from streams.adapters.avro_reading import Columns
from streams.adapters.faults import Fault
from streams.domain.surveys.scale import DEFAULT_SCALES
from streams.domain.touchpoints import Touchpoint

YEAR_2000_MS = 946_684_800_000
MAX_TEXT = 1_000_000
"""Characters; the largest message a broker takes by default is about as long."""

MAX_ID = 512
"""Characters of an id: it comes back in keys and ids of outputs, which have to fit a message."""
MAX_AMOUNT = 10**15
"""Minor units; beyond it lies no purchase but a mistake, and sums would leave 64 bits."""
_IDS = ("event_id", "customer_id", "case_id", "agent_id")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_UNBOUNDED = (float("-inf"), float("inf"))


class Bounds(NamedTuple):
    """Instants (epoch ms) a touchpoint may lie between, both included."""

    earliest: int
    latest: int


def all_sound(columns: Columns, keys: Sequence[bytes | None], bounds: Bounds) -> bool:
    """Whether every record of a chunk is sound: `fault_of` on columns, 0.3 µs a record.

    >>> all_sound({"event_id": ["e", ""]}, [b"c", b"c"], Bounds(0, 1))
    False
    """
    return (
        all(columns["event_id"])
        and all(columns["customer_id"])
        and list(map(str.encode, columns["customer_id"])) == keys
        and min(columns["occurred_at"]) >= bounds.earliest
        and max(columns["occurred_at"]) <= bounds.latest
        and all(map(_plain_ids, (columns[name] for name in _IDS)))
        and min(filter(None, columns["amount_minor"]), default=0) >= 0
        and max(filter(None, columns["amount_minor"]), default=0) <= MAX_AMOUNT
        and min(filter(None, columns["duration_ms"]), default=0) >= 0
        and max(map(len, filter(None, columns["text"])), default=0) <= MAX_TEXT
        and not any(map(_score_fault, *_scored(columns)))
    )


def fault_of(touchpoint: Touchpoint, key: bytes | None, bounds: Bounds) -> tuple[Fault, str] | None:
    """What is wrong with one touchpoint, and where; None: nothing.

    The detail names fields and numbers, never what a customer said or is called.

    >>> point = Touchpoint(1, "e", "c", "purchase", "web", "customer", 20, duration_ms=-5)
    >>> fault_of(point, b"c", Bounds(0, 60))
    (<Fault.NEGATIVE_DURATION: 'negative_duration'>, 'duration_ms is -5')
    >>> fault_of(point, b"c", Bounds(0, 10))
    (<Fault.FAR_FUTURE: 'far_future'>, 'occurred_at is 20, later than 10')
    """
    return _identity_fault(touchpoint, key) or _value_fault(touchpoint, bounds)


def _identity_fault(touchpoint: Touchpoint, key: bytes | None) -> tuple[Fault, str] | None:
    if not touchpoint.event_id:
        return Fault.NO_EVENT_ID, "event_id is empty"
    if not touchpoint.customer_id:
        return Fault.NO_CUSTOMER, "customer_id is empty"
    for name in _IDS:
        value = getattr(touchpoint, name) or ""
        if len(value) > MAX_ID:
            return Fault.BAD_ID, f"{name} has {len(value)} characters, over {MAX_ID}"
        if _CONTROL.search(value):
            return Fault.BAD_ID, f"{name} holds a control character"
    if key is None:
        return Fault.NO_KEY, "the record has no key; it must be the customer_id"
    if key != touchpoint.customer_id.encode():
        return Fault.KEY_MISMATCH, "the record's key is not the customer_id"
    return None


def _plain_ids(values: Sequence[str | None]) -> bool:
    """Whether ids are short and plain, looked at all together; `isprintable` is the quick look."""
    present = list(filter(None, values))
    together = "".join(present)
    plain = together.isprintable() or not _CONTROL.search(together)
    return plain and max(map(len, present), default=0) <= MAX_ID


def _value_fault(touchpoint: Touchpoint, bounds: Bounds) -> tuple[Fault, str] | None:
    at, amount, duration = touchpoint.occurred_at, touchpoint.amount_minor, touchpoint.duration_ms
    if at > bounds.latest:
        return Fault.FAR_FUTURE, f"occurred_at is {at}, later than {bounds.latest}"
    if at < bounds.earliest:
        return Fault.FAR_PAST, f"occurred_at is {at}, earlier than {bounds.earliest}"
    if amount is not None and amount < 0:
        return Fault.NEGATIVE_AMOUNT, f"amount_minor is {amount}; a refund is a kind, not a sign"
    if amount is not None and amount > MAX_AMOUNT:
        return Fault.AMOUNT_TOO_LARGE, f"amount_minor is {amount}, over {MAX_AMOUNT}"
    if duration is not None and duration < 0:
        return Fault.NEGATIVE_DURATION, f"duration_ms is {duration}"
    if touchpoint.text is not None and len(touchpoint.text) > MAX_TEXT:
        return Fault.TEXT_TOO_LONG, f"text has {len(touchpoint.text)} characters, over {MAX_TEXT}"
    return _score_fault(
        touchpoint.kind,
        touchpoint.survey,
        touchpoint.score,
        touchpoint.scale_min,
        touchpoint.scale_max,
    )


def _scored(columns: Columns) -> list[list[object]]:
    """Columns of kind, survey, score and scale of the records that have to do with a score."""
    names = ("kind", "survey", "score", "scale_min", "scale_max")
    kinds, scores = columns["kind"], columns["score"]
    chosen = [
        position
        for position, (kind, score) in enumerate(zip(kinds, scores, strict=True))
        if score is not None or kind == "survey_answered"
    ]
    return [[columns[name][position] for position in chosen] for name in names]


def _score_fault(
    kind: str,
    survey: str | None,
    score: float | None,
    scale_min: int | None,
    scale_max: int | None,
) -> tuple[Fault, str] | None:
    """A score must lie on its scale: the record's own, else the survey's; other scores are free."""
    if kind == "survey_answered" and (survey is None or score is None):
        missing = "survey" if survey is None else "score"
        return Fault.SURVEY_INCOMPLETE, f"a survey_answered without {missing}"
    if score is None:
        return None
    lowest, highest = DEFAULT_SCALES.get(survey or "", _UNBOUNDED)
    lowest = lowest if scale_min is None else scale_min
    highest = highest if scale_max is None else scale_max
    if not isfinite(score) or not lowest <= score <= highest:
        return Fault.SCORE_OFF_SCALE, f"score is {score}, off its scale {lowest} to {highest}"
    return None
