"""A chunk of bytes becomes alerts, for whoever follows all of them; few, so one by one.

When an alert was said is the timestamp of its record: Kafka's, where the topic is as it should be.
"""

from collections.abc import Sequence

from streams.adapters import wire
from streams.adapters.avro_decode import SchemasMissing
from streams.adapters.faults import Fault
from streams.adapters.output_reading import OutputReader
from streams.adapters.schema_ids import Absent, SchemaIds
from streams.domain.alerts.heard import Heard
from streams.domain.outputs import Alert
from streams.engine.chunk import Chunk
from streams.engine.job import Decoded, Rejected
from streams.errors import SchemaError


class AlertDecoder:
    """Reads chunks of alerts, by the schemas they were written with.

    >>> from streams.adapters.schema_ids import Fingerprints
    >>> chunk = Chunk("cx.alerts.merged.v1", 0, 0)
    >>> chunk.append(0, b"a-1", b"garbage", 0)
    >>> decoded = AlertDecoder(Fingerprints.of("alert")).decode(chunk)
    >>> decoded.rows, str(decoded.rejected[0].reason)
    ([], 'not_wire_format')
    """

    def __init__(self, ids: SchemaIds) -> None:
        self._ids = ids
        self._reader = OutputReader(ids)

    def decode(self, chunk: Chunk) -> Decoded[Heard]:
        """The chunk's alerts in offset order, and the rejected.

        Raises SchemasMissing if writers' schemas have to be asked for first.
        """
        self._ask_for(chunk.values)
        offsets, rows, rejected = list[int](), list[Heard](), list[Rejected]()
        for position, value in enumerate(chunk.values):
            alert = self._read(value)
            if isinstance(alert, Alert):
                offsets.append(chunk.offsets[position])
                rows.append(Heard(alert, chunk.timestamps[position]))
            else:
                rejected.append(Rejected(position, "decode", *alert))
        keys = [row.alert.alert_id for row in rows]
        return Decoded(offsets, keys, [row.at for row in rows], rows, rejected)

    def _ask_for(self, values: Sequence[bytes | None]) -> None:
        ids = {wire.schema_id(value) for value in values if value is not None} - {None}
        missing = [it for it in sorted(filter(None, ids)) if self._ids.at_hand(it) is None]
        if missing:
            raise SchemasMissing(self._ids, missing)

    def _read(self, value: bytes | None) -> Alert | Absent:
        if value is None:
            return Absent(Fault.NO_VALUE, "the record has no value")
        schema_id = wire.schema_id(value)
        if schema_id is None:
            return Absent(Fault.NOT_WIRE_FORMAT, "no zero byte and schema id in front")
        writer = self._ids.at_hand(schema_id)
        if isinstance(writer, Absent):
            return writer
        try:
            return self._reader.alert(value)
        except SchemaError as error:
            return Absent(Fault.UNDECODABLE, str(error))
