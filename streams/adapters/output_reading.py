"""Alerts, transitions, measurements and windows back from their bytes, for whoever reads topics."""

from io import BytesIO
from typing import Any

from fastavro import parse_schema, schemaless_reader

from streams.adapters import schemas, wire
from streams.adapters.avro_shapes import without_logical_types
from streams.adapters.schema_ids import SchemaIds
from streams.adapters.schemas import Schema
from streams.domain.outputs import Alert, Measurement, Reason, Transition, Window
from streams.errors import SchemaError


def is_window(schema: Schema) -> bool:
    """Whether records of this schema are windows.

    >>> is_window(schemas.current("metric_window")), is_window(schemas.current("measurement"))
    (True, False)
    """
    return str(schema["name"]).rpartition(".")[2] == "MetricWindow"


class OutputReader:
    """Reads records of the output topics, whichever version wrote them; some 20 µs each.

    Every method raises SchemaError for bytes that are none of its kind.

    >>> from streams.adapters.outputs import OutputEncoder, Topics
    >>> from streams.adapters.schema_ids import Fingerprints
    >>> ids = Fingerprints.of()
    >>> value = Measurement("m-1", 1, "nps", "ann", None, 9.0, 0, "web", "vip")
    >>> _, _, payload, _ = OutputEncoder(ids, Topics()).encode([value])[0]
    >>> OutputReader(ids).measurement(payload) == value
    True
    """

    def __init__(self, ids: SchemaIds) -> None:
        self._ids = ids
        self._readers = {
            name: parse_schema(without_logical_types(schemas.current(name)))
            for name in ("alert", "journey_transition", "measurement", "metric_window")
        }
        self._writers: dict[int, Any] = {}
        self._windows: dict[int | None, bool] = {}  # by schema id

    def alert(self, value: bytes) -> Alert:
        """A record of an alert topic."""
        fields = self._fields("alert", value)
        fields["reasons"] = tuple(Reason(**reason) for reason in fields["reasons"])
        fields["members"] = tuple(fields["members"])
        if fields["shared"] is not None:
            fields["shared"] = tuple((it["dimension"], it["value"]) for it in fields["shared"])
        return Alert(**fields)

    def transition(self, value: bytes) -> Transition:
        """A record of the journeys topic."""
        return Transition(**self._fields("journey_transition", value))

    def measurement(self, value: bytes) -> Measurement:
        """A record of the metrics topic that is a measurement."""
        return Measurement(**self._fields("measurement", value))

    def window(self, value: bytes) -> Window:
        """A record of the metrics topic that is a window; one without bins has none."""
        fields = self._fields("metric_window", value)
        bins = {int(place): number for place, number in fields["bins"].items()}
        return Window(**fields | {"bins": bins or None})

    def metric(self, value: bytes) -> Measurement | Window:
        """A record of the metrics topic, whichever it is."""
        return self.window(value) if self.is_window(value) else self.measurement(value)

    def is_window(self, value: bytes) -> bool:
        """Whether a record of the metrics topic is a window, by the schema that wrote it."""
        schema_id = wire.schema_id(value)
        if schema_id not in self._windows:
            schema = None if schema_id is None else self._ids.writer(schema_id)
            self._windows[schema_id] = schema is not None and is_window(schema)
        return self._windows[schema_id]

    def _fields(self, name: str, value: bytes) -> dict[str, Any]:
        schema_id = wire.schema_id(value)
        if schema_id is None:
            raise SchemaError(f"not a record of {name}: no zero byte and schema id in front")
        writer, reader = self._writer(schema_id), self._readers[name]
        try:
            buffer = BytesIO(value[wire.HEADER_BYTES :])
            fields: Any = schemaless_reader(buffer, writer, reader)
        except Exception as error:
            raise SchemaError(f"not a record of {name}: {type(error).__name__}") from error
        if buffer.read(1):
            raise SchemaError(f"not a record of {name}: bytes after its end")
        return dict(fields)

    def _writer(self, schema_id: int) -> Any:
        if schema_id not in self._writers:
            schema = self._ids.writer(schema_id)
            if schema is None:
                raise SchemaError(
                    f"nobody knows schema id {schema_id}; is a schema registry missing?"
                )
            self._writers[schema_id] = parse_schema(without_logical_types(schema))
        return self._writers[schema_id]
