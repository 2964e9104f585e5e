"""What one worker does and needs, as measured; `docs/sizing.md` says by which commands."""

from typing import Final, NamedTuple


class Kept(NamedTuple):
    """Bytes a touchpoint leaves on one copy of a topic, and for how many days they stay."""

    topic: str
    bytes_an_event: float
    days: float


class Measured(NamedTuple):
    """Figures of one worker with one core and of what it writes.

    `events_s` is its speed, exactly once; `recovered_s` changelog records read back a second;
    `noticed_s` the time until a worker that died is missed and its partitions are shared out.
    Memory in bytes: of a worker without customers, of a customer at rest, of a running promise.
    On disk, of one copy: `kept` stays for a time, `alert_bytes` an event for ever. `state_bytes` is
    a record of the changelog: an event writes one, compaction leaves up to `dirty` a customer, and
    doesn't touch the last `young_s` seconds nor `segment_bytes` of each partition. Series of
    Prometheus: a worker's, and those that each of its partitions adds; the bytes of a sample are
    Prometheus' own figure, at the worse end.
    """

    events_s: float
    recovered_s: float
    noticed_s: float
    empty_bytes: float
    customer_bytes: float
    promise_bytes: float
    kept: tuple[Kept, ...]
    alert_bytes: float
    state_bytes: float
    dirty: float
    young_s: float
    segment_bytes: float
    series: int
    series_a_partition: int
    sample_bytes: float


MEASURED: Final = Measured(
    events_s=37_000,
    recovered_s=230_000,
    noticed_s=12,
    empty_bytes=142e6,
    customer_bytes=600,
    promise_bytes=72,
    kept=(
        Kept("cx.touchpoints.v1", 109, 7),
        Kept("cx.metrics.v1", 140, 30),
        Kept("cx.journeys.v1", 116, 30),
        Kept("cx.alerts.merged.v1", 5, 7),
    ),
    alert_bytes=5,
    state_bytes=361,
    dirty=2.0,
    young_s=3600,
    segment_bytes=64 * 2**20,
    series=1_805,
    series_a_partition=4,
    sample_bytes=2.0,
)
