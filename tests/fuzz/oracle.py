"""Two witnesses: the `avro` package on what is Avro, and our own decoder, record by record."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import avro.io
import avro.schema

from streams.adapters import wire
from streams.adapters.avro_decode import TouchpointDecoder
from streams.adapters.avro_shapes import without_logical_types
from streams.engine.chunk import Chunk
from tests.fuzz.seeds import NOW, writers

_LONG, _INT = 2**63, 2**31


class _Lenient(avro.io.BinaryDecoder):
    """The package's decoder; of numbers the lowest 64 bits count, however many bytes they take.

    That is how fastavro reads, and Avro's own Java for up to ten bytes.
    """

    def read_long(self) -> int:
        zigzag, place = 0, 0
        while True:
            (byte,) = self.read(1)
            zigzag |= (byte & 0x7F) << place
            place += 7
            if not byte & 0x80:
                break
        zigzag &= 2**64 - 1
        return (zigzag >> 1) ^ -(zigzag & 1)

    def read_int(self) -> int:
        number = self.read_long()
        if not -_INT <= number < _INT:
            raise ValueError("an int of more than 32 bits")
        return number


class _Strict(_Lenient):
    """Avro to the letter."""

    def read_long(self) -> int:
        began = self.reader.tell()
        number = super().read_long()
        shown = self.reader.getvalue()[began : self.reader.tell()]  # type: ignore[attr-defined]
        if len(shown) > 10 or (len(shown) == 10 and shown[-1] > 1):
            raise ValueError("a number of more than 64 bits")
        return number

    def read_boolean(self) -> bool:
        byte = self.read(1)
        if byte not in {b"\x00", b"\x01"}:
            raise ValueError("a boolean that is neither")
        return byte == b"\x01"


class _LenientReader(avro.io.DatumReader):
    """Reads data as the package does, and branch -1 of a union is its last, as Python has it."""

    def read_enum(self, writers_schema: Any, readers_schema: Any, decoder: Any) -> str:
        """The symbol; the package falls back on the default for a number that none has."""
        return str(writers_schema.symbols[_in_range(decoder.read_int(), writers_schema.symbols)])

    def read_union(self, writers_schema: Any, readers_schema: Any, decoder: Any) -> object:
        """What the branch says."""
        branch = writers_schema.schemas[decoder.read_long()]
        return self.read_data(branch, branch, decoder)


class _StrictReader(_LenientReader):
    """Reads data to the letter."""

    def read_union(self, writers_schema: Any, readers_schema: Any, decoder: Any) -> object:
        branches = writers_schema.schemas
        branch = branches[_in_range(decoder.read_long(), branches)]
        return self.read_data(branch, branch, decoder)


def _in_range(index: int, choices: Sequence[Any]) -> int:
    if not 0 <= index < len(choices):
        raise ValueError("an index that nothing has")
    return index


@cache
def _schema(schema_id: int) -> Any:
    writer = writers().touchpoint_writers[schema_id]
    return avro.schema.parse(json.dumps(without_logical_types(writer)))


def is_avro(schema_id: int, payload: bytes, *, strictly: bool) -> bool:
    """Whether the payload is one record of that writer's schema, which ours can be made of.

    Not strictly: with what fastavro overlooks. A flag of 7 is true, a number's lowest 64 bits
    count, and branch -1 of a union is its last.
    """
    stream = io.BytesIO(payload)
    reader, decoder = (_StrictReader, _Strict) if strictly else (_LenientReader, _Lenient)
    try:
        datum: Any = reader(_schema(schema_id)).read(decoder(stream))
        if isinstance(datum["product"], bytes):  # we read it as text
            datum["product"].decode()
    except Exception:  # noqa: BLE001  (any error: it isn't)
        return False
    return stream.tell() == len(payload)


def disagreements(chunk: Chunk, undecodable: set[int]) -> list[str]:
    """Where the `avro` package sees it otherwise, of records with a touchpoint writer's id.

    What is Avro to the letter must be read; what isn't even Avro by leniency must not be.
    """
    found = []
    for place, value in enumerate(chunk.values):
        schema_id = None if value is None else wire.schema_id(value)
        if value is None or schema_id not in writers().touchpoint_writers:
            continue
        refused = place in undecodable
        if is_avro(schema_id, value[wire.HEADER_BYTES :], strictly=refused) == refused:
            what = "is Avro, and was refused" if refused else "is no Avro, and was read"
            found.append(f"record {place} {what}: {value[:400].hex()}")
    return found


def alone(decoder: TouchpointDecoder, chunk: Chunk) -> tuple[list[Any], list[tuple[int, str, str]]]:
    """The chunk's rows and rejected, each record decoded alone: the slow way round."""
    rows: list[Any] = []
    rejected: list[tuple[int, str, str]] = []
    for place, part in enumerate(chunk.slices(1)):
        decoded = decoder.decode(part, NOW)
        rows += decoded.rows
        rejected += [(place, r.stage, str(r.reason)) for r in decoded.rejected]
    return rows, rejected
