"""`python -m bench.headers`: what CloudEvents headers would cost on measurements.

Measurements are encoded and packed into batches as a worker does, without headers and with them;
printed are the CPU time and the bytes of one, uncompressed.
"""

import time
from collections.abc import Sequence

from aiokafka.record.default_records import DefaultRecordBatchBuilder

from streams.adapters.outputs import OutputEncoder, Topics, rfc3339
from streams.adapters.schema_ids import Fingerprints
from streams.domain.outputs import Measurement
from streams.engine.job import PlainRecord

COUNT, IN_A_BATCH, ROUNDS = 20_000, 1_000, 7
_NOON = 1_764_244_800_000
_FIXED = (
    ("ce_specversion", b"1.0"),
    ("ce_type", b"cx.measurement"),
    ("ce_source", b"/cx-streams"),
)


def measured(count: int) -> list[Measurement]:
    """First answers of as many customers."""
    return [
        Measurement(
            f"customer-{n:06d}/case-{n}/first_response",
            9,
            "first_response",
            f"customer-{n:06d}",
            f"case-{n}",
            60.0 * (n % 100),
            _NOON + n,
            "email",
            "normal",
        )
        for n in range(count)
    ]


def without(encoder: OutputEncoder, said: Sequence[Measurement]) -> list[PlainRecord]:
    """As they are sent today."""
    return encoder.encode(said)


def with_headers(encoder: OutputEncoder, said: Sequence[Measurement]) -> list[PlainRecord]:
    """The same, each an event of its own."""
    return [
        (
            topic,
            key,
            value,
            [
                *_FIXED,
                ("ce_id", f"{one.measurement_id}.{one.version}".encode()),
                ("ce_time", rfc3339(one.at)),
            ],
        )
        for one, (topic, key, value, _) in zip(said, encoder.encode(said), strict=True)
    ]


def packed(records: Sequence[PlainRecord]) -> int:
    """Bytes of their batch."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=1,
        producer_id=1,
        producer_epoch=0,
        base_sequence=0,
        batch_size=1 << 26,
    )
    for offset, (_, key, value, headers) in enumerate(records):
        builder.append(offset, _NOON, key, value, list(headers))
    return len(builder.build())


def main() -> None:
    """Print a line for each way."""
    encoder = OutputEncoder(Fingerprints.of(), Topics())
    said = measured(COUNT)
    batches = [said[at : at + IN_A_BATCH] for at in range(0, COUNT, IN_A_BATCH)]
    print(f"{'':16}{'µs each':>10}{'bytes each':>12}")
    for name, way in (("without headers", without), ("with headers", with_headers)):
        best, size = float("inf"), 0
        for _ in range(ROUNDS):
            began = time.process_time()
            size = sum(packed(way(encoder, batch)) for batch in batches)
            best = min(best, time.process_time() - began)
        print(f"{name:16}{best / COUNT * 1e6:10.2f}{size / COUNT:12.0f}")


if __name__ == "__main__":
    main()
