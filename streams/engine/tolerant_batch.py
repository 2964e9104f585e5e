"""Record batches whose header names aren't text.

A broker takes such a record; aiokafka raises each time it is read, so nobody would ever get past
it. Here the bytes that are no text become readable ones, and the record goes the way of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import aiokafka.consumer.fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.record.util import decode_varint


class KeptRecords(_MemoryRecordsPy):
    """The batches of a fetch; `bytes` are those of the batch handed out last.

    aiokafka's own walk over batches keeps them to itself. The batches stay the compiled ones.
    """

    bytes: memoryview

    def next_batch(self) -> Any:
        """The next batch, None at the end."""
        self.bytes = self._next_slice
        return super().next_batch()


aiokafka.consumer.fetcher.MemoryRecords = KeptRecords


class Lenient(NamedTuple):
    """A record, with as much of aiokafka's as a chunk needs."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


def lenient_records(batch_bytes: memoryview) -> list[Lenient]:
    """Every record of a batch of format 2, whatever its header names hold.

    Raises:
        CorruptRecordException: the batch can't be unpacked.
    """
    batch = _DefaultRecordBatchPy(batch_bytes)
    batch._maybe_uncompress()
    walk = _Walk(bytes(batch._buffer), batch._pos)
    stamped = batch.timestamp_type == batch.LOG_APPEND_TIME
    first, last = batch.first_timestamp, batch.max_timestamp
    return [
        Lenient(batch.base_offset + delta, last if stamped else first + later, *rest)
        for later, delta, *rest in walk.records(batch._num_records)
    ]


class _Walk:
    """Reads varints and what they announce, from a position on."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position

    def records(self, count: int) -> Iterator[tuple[int, int, Any, Any, Any]]:
        """Milliseconds and offset from the first record's; key, value, headers."""
        for _ in range(count):
            length = self._number()
            end = self._position + length
            self._position += 1  # attributes, all unused
            later, delta = self._number(), self._number()
            key, value = self._bytes(), self._bytes()
            names = self._number()
            headers = [(self._name(), self._bytes()) for _ in range(names)]
            yield later, delta, key, value, headers
            self._position = end

    def _number(self) -> int:
        number, self._position = decode_varint(self._data, self._position)
        return int(number)

    def _bytes(self) -> bytes | None:
        length = self._number()
        if length < 0:
            return None
        start, self._position = self._position, self._position + length
        return self._data[start : self._position]

    def _name(self) -> str:
        return (self._bytes() or b"").decode(errors="backslashreplace")
