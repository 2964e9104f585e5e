"""Alerts off their topic come with the time at which they were said."""

from streams.adapters.alert_decode import AlertDecoder
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.schema_ids import Fingerprints
from streams.domain.alerts.heard import Heard
from streams.engine.chunk import Chunk
from tests.unit.domain.causes.telling import raised


def test_an_alert_was_said_when_its_record_was_written_not_when_it_fell_due() -> None:
    ids, topic = Fingerprints.of(), Topics().merged
    late, now = raised(at=1_000), raised(at=5_000_000)
    chunk = Chunk(topic, 0, 0)
    chunk.append(0, b"?", b"garbage", 4_999_999)
    written = list(OutputEncoder(ids, Topics()).encode([late, now]))
    for offset, (_, key, value, _) in enumerate((it for it in written if it[0] == topic), 1):
        chunk.append(offset, key, value, 5_000_000 + offset)
    decoded = AlertDecoder(ids).decode(chunk)
    assert [(row.alert.alert_id, row.at) for row in decoded.rows] == [
        (late.alert_id, 5_000_001),
        (now.alert_id, 5_000_002),
    ]
    assert decoded.rows[0] == Heard(late, 5_000_001)
    assert (decoded.times, decoded.offsets) == ([5_000_001, 5_000_002], [1, 2])
