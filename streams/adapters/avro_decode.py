"""A chunk of bytes becomes touchpoints; what can't be read or isn't sound is rejected by reason."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from struct import unpack
from typing import NamedTuple, cast

from xxhash import xxh3_64_digest

from streams.adapters import schemas, wire
from streams.adapters.avro_reading import END, Columns, Reading
from streams.adapters.faults import Fault
from streams.adapters.schema_ids import Absent, SchemaIds
from streams.adapters.touchpoint_checks import YEAR_2000_MS, Bounds, all_sound, fault_of
from streams.domain.touchpoints import Touchpoint
from streams.engine.chunk import Chunk
from streams.engine.job import Decoded, Rejected, Unprepared
from streams.errors import SchemaError

FUTURE_MS = 86_400_000
"""How far ahead of now an event may claim to be: the clocks of its makers differ, by a day."""

_make = cast("Callable[[tuple[object, ...]], Touchpoint]", partial(tuple.__new__, Touchpoint))
"""`Touchpoint._make` without its Python frame: 0.36 µs a row instead of 0.43."""

_customer_id = itemgetter(Touchpoint._fields.index("customer_id"))
_occurred_at = itemgetter(Touchpoint._fields.index("occurred_at"))


class _Part(NamedTuple):
    """What became of the records of one writer: rows with their positions, and the rest."""

    positions: Sequence[int]
    rows: list[Touchpoint]
    rejected: list[Rejected]


class SchemasMissing(Unprepared):
    """Records came with ids of schemas that have to be asked for."""

    def __init__(self, ids: SchemaIds, missing: Sequence[int]) -> None:
        super().__init__(f"schema ids {', '.join(map(str, missing[:5]))}")
        self._ids = ids
        self._missing = missing

    async def prepare(self) -> None:
        """Ask for them."""
        await self._ids.fetch(self._missing)


class TouchpointDecoder:
    """Reads chunks of `cx.touchpoints.v1`, by the schemas their writers used.

    `ids` knows the writers' schemas. `future_ms` is how far ahead of now a producer's clock may
    be, milliseconds. About 2 µs a record in chunks of thousands.

    >>> from streams.adapters.avro_encode import TouchpointEncoder
    >>> from streams.adapters.schema_ids import Fingerprints
    >>> ids = Fingerprints.of("touchpoint")
    >>> chunk = Chunk("cx.touchpoints.v1", 0, 7)
    >>> point = Touchpoint(0, "e-1", "ann", "message", "chat", "customer", 1_700_000_000_000)
    >>> chunk.append(7, b"ann", TouchpointEncoder(ids, chunk.topic).encode(point), 0)
    >>> chunk.append(8, b"ann", b"garbage", 0)
    >>> decoded = TouchpointDecoder(ids).decode(chunk, now_ms=1_700_000_000_000)
    >>> decoded.offsets, decoded.keys, decoded.rows[0].kind
    ([7], ['ann'], 'message')
    >>> [(place.position, str(place.reason)) for place in decoded.rejected]
    [(1, 'not_wire_format')]
    """

    def __init__(self, ids: SchemaIds, *, future_ms: int = FUTURE_MS) -> None:
        self._ids = ids
        self._future_ms = future_ms
        self._reader = schemas.current("touchpoint")
        self._readings: dict[int, Reading | SchemaError] = {}

    def decode(self, chunk: Chunk, now_ms: int) -> Decoded[Touchpoint]:
        """The chunk's touchpoints in offset order, and the rejected.

        Raises SchemasMissing if writers' schemas have to be asked for first; never for a bad
        record.
        """
        bounds = Bounds(YEAR_2000_MS, now_ms + self._future_ms)
        by_writer = dict(_by_writer(chunk.values))
        readings = self._all_readings(by_writer)
        parts = [
            self._read(chunk, reading, positions, bounds)
            for reading, positions in zip(readings, by_writer.values(), strict=True)
        ]
        if len(parts) == 1 and not parts[0].rejected:
            return _decoded(chunk.offsets, parts[0].rows, [])
        placed = [
            (position, row)
            for part in parts
            for position, row in zip(part.positions, part.rows, strict=True)
        ]
        placed.sort(key=lambda place: place[0])
        return _decoded(
            [chunk.offsets[position] for position, _ in placed],
            [row for _, row in placed],
            sorted(rejected for part in parts for rejected in part.rejected),
        )

    def _read(
        self, chunk: Chunk, reading: Reading | Absent, positions: Sequence[int], bounds: Bounds
    ) -> _Part:
        """The records of one writer: read as columns, then checked, then made rows."""
        if isinstance(reading, Absent):
            return _Part([], [], [Rejected(i, "decode", *reading) for i in positions])
        values = cast("Sequence[bytes]", _chosen(chunk.values, positions))
        columns, bad = reading.columns([value[wire.HEADER_BYTES :] + END for value in values])
        rejected = [
            Rejected(positions[i], "decode", Fault.UNDECODABLE, f"not a touchpoint: {why}")
            for i, why in bad
        ]
        if bad:
            unreadable = {i for i, _ in bad}
            positions = [at for i, at in enumerate(positions) if i not in unreadable]
        rows = _rows(columns)
        keys = _chosen(chunk.keys, positions)
        if not rows or all_sound(columns, keys, bounds):
            return _Part(positions, rows, rejected)
        return _judged(positions, rows, keys, bounds, rejected)

    def _all_readings(
        self, by_writer: Mapping[bytes | None, Sequence[int]]
    ) -> list[Reading | Absent]:
        """How to read the records of each writer; or why they can't be."""
        readings: list[Reading | Absent] = []
        missing: list[tuple[int, int]] = []
        for head, positions in by_writer.items():
            reading = self._reading(head)
            if isinstance(reading, int):
                missing.append((-len(positions), reading))
            else:
                readings.append(reading)
        if missing:
            # No more than some are asked for, so first those that look most like a registry's:
            # the most used, then the smallest. Random ids are neither.
            missing.sort()
            raise SchemasMissing(self._ids, [schema_id for _, schema_id in missing])
        return readings

    def _reading(self, head: bytes | None) -> Reading | Absent | int:
        """How to read records with this head, why they can't be, or the id to ask for."""
        if head is None:
            detail = "the record has no value; to erase a customer, send `erased`"
            return Absent(Fault.NO_VALUE, detail)
        schema_id = wire.schema_id(head)
        if schema_id is None:
            return Absent(Fault.NOT_WIRE_FORMAT, "no zero byte and schema id in front")
        reading = self._readings.get(schema_id)
        if reading is None:
            writer = self._ids.at_hand(schema_id)
            if writer is None:
                return schema_id
            if isinstance(writer, Absent):
                return writer
            reading = self._readings[schema_id] = self._plan(writer)
        if isinstance(reading, SchemaError):
            return Absent(Fault.UNKNOWN_SCHEMA, f"schema id {schema_id}: {reading}")
        return reading

    def _plan(self, writer: schemas.Schema) -> Reading | SchemaError:
        try:
            return Reading(writer, self._reader)
        except SchemaError as error:
            return error


def _by_writer(values: Sequence[bytes | None]) -> Iterator[tuple[bytes | None, Sequence[int]]]:
    """Positions by the five bytes in front, which name the writer's schema."""
    heads = {None if value is None else value[: wire.HEADER_BYTES] for value in values}
    if len(heads) == 1:
        yield heads.pop(), range(len(values))
        return
    groups: dict[bytes | None, list[int]] = {head: [] for head in heads}
    for position, value in enumerate(values):
        groups[None if value is None else value[: wire.HEADER_BYTES]].append(position)
    yield from groups.items()


def _chosen(column: list[bytes | None], positions: Sequence[int]) -> list[bytes | None]:
    """The entries at these positions; the column itself if that is all of them."""
    if len(positions) == len(column):
        return column
    return [column[position] for position in positions]


def _rows(columns: Columns) -> list[Touchpoint]:
    """Columns to touchpoints; the fingerprint is XXH3-64 of the event id, signed."""
    ids = map(str.encode, columns["event_id"])
    count = len(columns["event_id"])
    fingerprints = unpack(f">{count}q", b"".join(map(xxh3_64_digest, ids)))
    return list(map(_make, zip(fingerprints, *columns.values(), strict=True)))


def _judged(
    positions: Sequence[int],
    rows: list[Touchpoint],
    keys: Sequence[bytes | None],
    bounds: Bounds,
    rejected: list[Rejected],
) -> _Part:
    """Row by row, because somewhere among them is one that isn't sound."""
    sound = _Part([], [], list(rejected))
    kept: list[int] = []
    for position, row, key in zip(positions, rows, keys, strict=True):
        fault = fault_of(row, key, bounds)
        if fault:
            sound.rejected.append(Rejected(position, "validate", *fault))
        else:
            kept.append(position)
            sound.rows.append(row)
    return sound._replace(positions=kept)


def _decoded(
    offsets: Sequence[int], rows: list[Touchpoint], rejected: list[Rejected]
) -> Decoded[Touchpoint]:
    keys, times = list(map(_customer_id, rows)), list(map(_occurred_at, rows))
    return Decoded(offsets, keys, times, rows, rejected)
