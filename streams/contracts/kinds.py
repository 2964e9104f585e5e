"""The kinds of records on the topics: what each is called, and what its readers may rely on."""

from collections.abc import Sequence
from typing import NamedTuple

_CUSTOMER = "everything about one customer in one partition, in the order in which it was said"
_ONCE = "each id and version once"
_AGAIN = "after a crash the last ones again, with the same ids and versions"
_PRODUCERS = "as its producers write"


class Kind(NamedTuple):
    """A kind of record.

    `schema` is the name of its Avro schema, "" where the value is bytes. `identity` is the field
    (of dead letters the headers) that says which thing a record is about. `key`, `order`,
    `versions`, `exactly_once` and `effectively_once` are the guarantee in words. `followed`: the
    workers read it; `by_pager`: the pager says it, not they. `ce_types` are the CloudEvents types
    it is sent under, if under any.
    """

    schema: str
    name: str
    title: str
    identity: str
    key: str
    order: str
    versions: str
    exactly_once: str = _ONCE
    effectively_once: str = _AGAIN
    followed: bool = False
    by_pager: bool = False
    ce_types: Sequence[str] = ()


TOUCHPOINT = Kind(
    "touchpoint",
    "Touchpoint",
    "A touch of a customer",
    "event_id",
    "customer id",
    "a customer's events in one partition; they may come late, in any order",
    "none: an `event_id` sent again is a duplicate, known among the customer's last 16",
    exactly_once=_PRODUCERS,
    effectively_once=_PRODUCERS,
    followed=True,
)
OUTCOME = Kind(
    "outcome",
    "Outcome",
    "What became of an alert",
    "alert_id",
    "customer id",
    "everything about one customer in one partition",
    "none: an `outcome_id` sent again is a duplicate",
    exactly_once=_PRODUCERS,
    effectively_once=_PRODUCERS,
)
ALERT = Kind(
    "alert",
    "Alert",
    "A warning to people",
    "alert_id",
    "alert id",
    "an alert's versions, and all alerts about one customer, in one partition, in the order in "
    "which they were said",
    "1, 2, 3 …: the highest of an `alert_id` holds; `resolved` ends it, unless a late event mends "
    "that with the next version",
    ce_types=("cx.alert.raised", "cx.alert.updated", "cx.alert.resolved"),
)
CAUSE = Kind(
    "alert",
    "CommonCause",
    "What many alerts have in common, an Alert by its schema",
    "alert_id",
    "alert id",
    "all causes in partition 0, in the order in which they were said",
    "1, 2, 3 …: the highest of an `alert_id` holds; `resolved` ends it for good",
    effectively_once="after a crash the last ones again; what they count may have gone on since",
    by_pager=True,
    ce_types=ALERT.ce_types,
)
TRANSITION = Kind(
    "journey_transition",
    "JourneyTransition",
    "A move between stages of the journey",
    "transition_id",
    "customer id",
    _CUSTOMER,
    "grow, with gaps: the highest of a `transition_id` holds; `amends`: it was said before, "
    "differently; `retracted`: the move never was",
    ce_types=("cx.journey.transition",),
)
MEASUREMENT = Kind(
    "measurement",
    "Measurement",
    "One measured value",
    "measurement_id",
    "measurement id",
    _CUSTOMER,
    "grow, with gaps: the highest of a `measurement_id` holds; `amends`: it was said before, "
    "differently; `retracted`: there was nothing to measure",
)
WINDOW = Kind(
    "metric_window",
    "MetricWindow",
    "What was measured in a window of time",
    "window_id",
    "window id",
    "one window's versions in the partition it counts, in order",
    "1, 2, 3 …: the highest of a `window_id` holds; `count` 0: it has become empty",
    effectively_once=f"{_AGAIN}; a slice of events may count twice or not at all",
)
DEAD_LETTER = Kind(
    "",
    "DeadLetter",
    "A record that could not be processed",
    "__streams.errors.offset",
    "as the record's",
    "as the records lie in the source's partition",
    "none: topic, partition and offset in the headers name the record",
    exactly_once="each record once",
    effectively_once="after a crash some twice",
)

KINDS = (TOUCHPOINT, OUTCOME, ALERT, CAUSE, TRANSITION, MEASUREMENT, WINDOW, DEAD_LETTER)


def kind_of(schema: str, *, by_pager: bool = False) -> Kind:
    """The kind of the records with this schema that the workers say, or the pager.

    >>> kind_of("alert").name, kind_of("alert", by_pager=True).name
    ('Alert', 'CommonCause')
    """
    return next(kind for kind in KINDS if (kind.schema, kind.by_pager) == (schema, by_pager))
