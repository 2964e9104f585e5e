"""The right answer, worked out offline: the source as it lies there, folded record by record.

In plain lines of its own: no chunks, no timers, no engine. A deadline fires when the watermark of
the partition (the latest event time in it so far) has passed it, before the customer's next event.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from fastavro import parse_schema, schemaless_reader
from xxhash import xxh3_64_intdigest

from streams.adapters import schemas, state_codec
from streams.adapters.avro_shapes import without_logical_types
from streams.adapters.schema_ids import fingerprint_id
from streams.adapters.touchpoint_checks import YEAR_2000_MS, Bounds, fault_of
from streams.domain.customer import Customer, advance, expire
from streams.domain.feeds.feeds import Feeds
from streams.domain.feeds.voices import voices
from streams.domain.outputs import Alert, Measurement, Output
from streams.domain.policy import DEFAULT_POLICY, Policy
from streams.domain.touchpoints import Touchpoint
from tests.faults.log import Record

_SCHEMA: Any = schemas.current("touchpoint")
_HEAD = b"\x00" + fingerprint_id(_SCHEMA).to_bytes(4, "big")
_PARSED = parse_schema(without_logical_types(_SCHEMA))
_ANY_TIME = Bounds(YEAR_2000_MS, 2**53)
ERASED = b""


@dataclass
class Answer:
    """What should be on the topics, and where the partitions should stand.

    `states` holds by customer the offset + 1 of the last event folded, and the packed state
    (empty: erased); `said` by output how often; `dead` the source places of dead letters;
    `ends` and `watermarks` by partition.
    """

    states: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    said: Counter[Output] = field(default_factory=Counter)
    dead: Counter[tuple[int, int]] = field(default_factory=Counter)
    ends: dict[int, int] = field(default_factory=dict)
    watermarks: dict[int, int] = field(default_factory=dict)
    events: int = 0

    @property
    def alerts(self) -> dict[str, Alert]:
        """The newest word on each alert."""
        return newest(self.said)


def newest(said: Iterable[Output]) -> dict[str, Alert]:
    """By id, the alert of the highest version."""
    view: dict[str, Alert] = {}
    for output in said:
        if isinstance(output, Alert):
            known = view.get(output.alert_id)
            if known is None or known.version < output.version:
                view[output.alert_id] = output
    return view


def work_out(records: Iterable[Record], wall_ms: int | None = None) -> Answer:
    """Fold the source: its records in offset order of each partition.

    With `wall_ms` (epoch ms) every deadline before it has fired as well, as live.
    """
    answer = Answer()
    by_partition: dict[int, list[Record]] = {}
    for record in records:
        by_partition.setdefault(record.partition, []).append(record)
    for number, its_records in by_partition.items():
        _fold_partition(number, its_records, wall_ms, answer)
        answer.events += len(its_records)
    return answer


def _fold_partition(
    number: int, records: list[Record], wall_ms: int | None, answer: Answer
) -> None:
    customers: dict[str, Customer | None] = {}
    last: dict[str, int] = {}
    said: list[Output] = []
    watermark = 0
    feeds = Feeds(number)
    feeds.follow(DEFAULT_POLICY.promises)
    policy = replace(DEFAULT_POLICY, unheard=feeds.unheard)
    for record in records:
        touchpoint = readable(record)
        if touchpoint is None:
            answer.dead[number, record.offset] += 1
            continue
        key, watermark = touchpoint.customer_id, max(watermark, touchpoint.occurred_at)
        feeds.see([touchpoint.occurred_at], voices([touchpoint]))
        customer = customers.get(key)
        if customer is not None:
            _pass_deadlines(customer, key, watermark, policy, said)
        customers[key] = advance(customer, touchpoint, policy, said.append)
        last[key] = record.offset + 1
        if feeds.due < watermark:
            feeds.pass_time(watermark, said.append)
    if feeds.due < (wall_ms or watermark):
        feeds.pass_time(wall_ms or watermark, said.append)
    for key, customer in customers.items():
        if customer is not None:
            _pass_deadlines(customer, key, wall_ms or watermark, policy, said)
        packed = ERASED if customer is None else state_codec.pack(customer)
        answer.states[key] = (last[key], packed)
    answer.said.update(map(_as_read, said))
    answer.ends[number] = records[-1].offset + 1
    answer.watermarks[number] = watermark


def _as_read(output: Output) -> Output:
    """What goes onto a topic: what a measurement amends stays in the process."""
    return output._replace(was=None) if isinstance(output, Measurement) else output


def _pass_deadlines(
    customer: Customer, key: str, clock_ms: int, policy: Policy, said: list[Output]
) -> None:
    while customer.due < clock_ms:
        expire(customer, key, customer.due, policy, said.append)


def readable(record: Record) -> Touchpoint | None:
    """The touchpoint of a record, read by fastavro alone; None for a dead letter."""
    value = record.value
    if value is None or value[:5] != _HEAD:
        return None
    stream = BytesIO(value[5:])
    try:
        fields: Any = schemaless_reader(stream, _PARSED, None)
    except Exception:  # noqa: BLE001 - whatever it is, the bytes are to blame
        return None
    if stream.read(1):
        return None
    fingerprint = xxh3_64_intdigest(fields["event_id"].encode())
    signed = fingerprint - (1 << 64) if fingerprint >> 63 else fingerprint
    fields["attributes"] = fields["attributes"] or None
    touchpoint = Touchpoint(signed, **fields)
    return None if fault_of(touchpoint, record.key, _ANY_TIME) else touchpoint
