"""What one worker does and needs, as measured; `docs/sizing.md` says by which commands."""

from typing import Final, NamedTuple


class Kept(NamedTuple):
    """Bytes a touchpoint leaves on one copy of a topic, and for how many days they stay."""

    topic: str
    bytes_an_event: float
    days: float


class Measured(NamedTuple):
    """Figures of one worker with one core and of what it writes.

    `events_s` is its speed on Kafka, exactly once; `recovered_s` states read back a second; memory
    in bytes: of a worker without customers, of a customer at rest, of a running promise. `kept` is
    what is kept for a time; of the compacted topics the state's is `state_bytes` a customer, of
    which up to `dirty` times as much lies on disk between two compactions. Series of Prometheus: a
    worker's, and those that each of its partitions adds; the bytes of a sample are Prometheus' own
    figure, at the worse end.
    """

    events_s: float
    recovered_s: float
    empty_bytes: float
    customer_bytes: float
    promise_bytes: float
    kept: tuple[Kept, ...]
    state_bytes: float
    dirty: float
    series: int
    series_a_partition: int
    sample_bytes: float


MEASURED: Final = Measured(
    events_s=50_000,
    recovered_s=250_000,
    empty_bytes=110e6,
    customer_bytes=560,
    promise_bytes=72,
    kept=(
        Kept("cx.touchpoints.v1", 150, 7),
        Kept("cx.metrics.v1", 150, 30),
        Kept("cx.journeys.v1", 20, 30),
        Kept("cx.alerts.merged.v1", 10, 7),
    ),
    state_bytes=300,
    dirty=2.0,
    series=1_797,
    series_a_partition=4,
    sample_bytes=2.0,
)
