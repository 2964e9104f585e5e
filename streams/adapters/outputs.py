"""What the fold has to say becomes records: alerts, transitions, measurements, windows."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from streams.adapters.avro_writing import Framed
from streams.adapters.schema_ids import SchemaIds, window_subject
from streams.domain.causes.words import RULE as COMMON_CAUSE
from streams.domain.outputs import Alert, Measurement, Output, Transition, Window
from streams.engine.job import Headers, PlainRecord, Record, records

_EPOCH_DAY = date(1970, 1, 1).toordinal()


class Topics(NamedTuple):
    """Names of the output topics, prefix and all."""

    churn: str = "cx.alerts.churn.v1"
    sla: str = "cx.alerts.sla.v1"
    journeys: str = "cx.journeys.v1"
    metrics: str = "cx.metrics.v1"
    causes: str = "cx.alerts.cause.v1"
    merged: str = "cx.alerts.merged.v1"

    def of_rule(self, rule: str) -> str:
        """Where alerts of a rule go: `churn…` to churn, common causes to theirs, others to sla.

        >>> Topics().of_rule("churn_risk"), Topics().of_rule("late_reply")
        ('cx.alerts.churn.v1', 'cx.alerts.sla.v1')
        """
        if rule == COMMON_CAUSE:
            return self.causes
        return self.churn if rule.startswith("churn") else self.sla


class OutputEncoder:
    """Writes what the fold has to say: alerts, transitions, measurements, windows.

    An alert about a customer or a feed is written twice: onto its own topic, and onto the one where
    all come together. Alerts and transitions carry CloudEvents headers (binary mode); `source`
    names this deployment in them.

    >>> from streams.adapters.schema_ids import Fingerprints
    >>> encoder = OutputEncoder(Fingerprints.of(), Topics(), source="/cx")
    >>> moved = Transition("t-1", 1, "ann", None, "awareness", 0, None, "web", "normal")
    >>> topic, key, value, headers = encoder.encode([moved])[0]
    >>> topic, key, dict(headers)["ce_time"]
    ('cx.journeys.v1', b'ann', b'1970-01-01T00:00:00.000Z')
    """

    def __init__(self, ids: SchemaIds, topics: Topics, *, source: str = "/cx-streams") -> None:
        self._topics = topics
        self.merged = topics.merged
        self._source = source.encode()
        self._fixed: dict[str, Headers] = {}  # by kind of event
        self._measurements = Framed(ids, topics.metrics, "measurement")
        subject = window_subject(topics.metrics)
        self._windows = Framed(ids, topics.metrics, "metric_window", subject)
        self._transitions = Framed(ids, topics.journeys, "journey_transition")
        alert_topics = (topics.churn, topics.sla, topics.causes)
        self._alerts = {topic: Framed(ids, topic, "alert") for topic in alert_topics}
        self._merged = Framed(ids, topics.merged, "alert")

    def encode(self, outputs: Sequence[Output]) -> list[PlainRecord]:
        """The outputs' records, kind by kind, as each is written in one go; within it in order."""
        by_kind: dict[type, list[Any]] = {
            Measurement: [],
            Transition: [],
            Window: [],
            Alert: [],
        }
        for output in outputs:  # by their very type: half the time of asking whether it is one
            by_kind[type(output)].append(output)
        return [
            *self._measured(by_kind[Measurement]),
            *self._moved(by_kind[Transition]),
            *self._ended(by_kind[Window]),
            *self._warned(by_kind[Alert]),
        ]

    def _ended(self, ended: list[Window]) -> Iterator[PlainRecord]:
        rows = [_window_row(window) for window in ended]
        keys = [window.window_id.encode() for window in ended]
        return records(self._topics.metrics, keys, self._windows.values(rows))

    def _measured(self, measured: list[Measurement]) -> Iterator[PlainRecord]:
        keys = [output.measurement_id.encode() for output in measured]
        return records(self._topics.metrics, keys, self._measurements.values(measured))

    def _moved(self, moved: list[Transition]) -> Iterator[PlainRecord]:
        fixed = self._cloud_event("journey.transition")
        headers = [
            [*fixed, ("ce_id", f"{it[0]}.{it[1]}".encode()), ("ce_time", rfc3339(it.at))]
            for it in moved
        ]
        keys = [output.customer_id.encode() for output in moved]
        return records(self._topics.journeys, keys, self._transitions.values(moved), headers)

    def _warned(self, alerts: list[Alert]) -> Iterator[PlainRecord]:
        """Values by topic, because each has its own schema id."""
        values = {}
        for topic, framed in self._alerts.items():
            mine = [alert for alert in alerts if self._topics.of_rule(alert.rule) == topic]
            values[topic] = iter(framed.values([_alert_row(alert) for alert in mine]))
        for alert in alerts:
            topic = self._topics.of_rule(alert.rule)
            headers = (
                *self._cloud_event(f"alert.{alert.status}"),
                ("ce_id", f"{alert.alert_id}.{alert.version}".encode()),
                ("ce_time", rfc3339(alert.updated_at)),
            )
            key, value = alert.alert_id.encode(), next(values[topic])
            yield Record(topic, key, value, headers)
            if topic != self._topics.causes:
                yield Record(self._topics.merged, key, self._merged.reframed(value), headers)

    def _cloud_event(self, kind: str) -> Headers:
        """CloudEvents 1.0 in Kafka's binary mode; each version is an event of its own.

        What events of a kind have in common; each has its `ce_id` and `ce_time` beside it.
        """
        fixed = self._fixed.get(kind)
        if fixed is None:
            fixed = self._fixed[kind] = (
                ("ce_specversion", b"1.0"),
                ("ce_type", b"cx." + kind.encode()),
                ("ce_source", self._source),
            )
        return fixed


def rfc3339(at_ms: int) -> bytes:
    """An instant as CloudEvents wants it.

    >>> rfc3339(1_700_000_000_123)
    b'2023-11-14T22:13:20.123Z'
    """
    minute, rest = divmod(at_ms, 60_000)
    return _minute(minute) + _SECONDS[rest // 1000] + _MS[rest % 1000]


_SECONDS = [f"{second:02d}".encode() for second in range(60)]
_MS = [f".{ms:03d}Z".encode() for ms in range(1000)]


@lru_cache(maxsize=16_384)
def _minute(minute: int) -> bytes:
    """A minute since 1970, up to its seconds; remembered, since the same few come again."""
    day, of_day = divmod(minute, 1440)
    hours, minutes = divmod(of_day, 60)
    return f"{date.fromordinal(_EPOCH_DAY + day).isoformat()}T{hours:02d}:{minutes:02d}:".encode()


def _alert_row(alert: Alert) -> tuple[Any, ...]:
    """Records inside the record are mappings to Avro."""
    reasons = [reason._asdict() for reason in alert.reasons]
    shared = None
    if alert.shared is not None:
        shared = [{"dimension": name, "value": value} for name, value in alert.shared]
    return (*alert[:10], reasons, *alert[11:-2], shared, alert.members)


def _window_row(window: Window) -> tuple[Any, ...]:
    bins = window.bins
    return (*window[:-1], {str(place): number for place, number in bins.items()} if bins else {})
