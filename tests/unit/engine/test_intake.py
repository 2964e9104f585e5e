"""Whole batches out of aiokafka's own record format: markers, aborted transactions, holes."""

import aiokafka.consumer.fetcher
import pytest
from aiokafka.consumer.fetcher import READ_COMMITTED, READ_UNCOMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import (
    DefaultRecordBatchBuilder,
    _DefaultRecordBatchBuilderPy,
)
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.structs import TopicPartition

from streams.engine.chunk import Chunk
from streams.engine.intake import read_into
from streams.engine.tolerant_batch import KeptRecords

ABORT, COMMIT = b"\x00\x00\x00\x00", b"\x00\x00\x00\x01"
CONTROL_BIT = 0x20


def batch(
    base: int,
    values: list[tuple[int, bytes]],
    *,
    producer: int = -1,
    transactional: bool = False,
    headers: list[tuple[str, bytes]] | None = None,
) -> bytes:
    """Records at `base + delta`, as a broker sends them."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=transactional,
        producer_id=producer,
        producer_epoch=0,
        base_sequence=0,
        batch_size=10_000,
    )
    for delta, value in values:
        builder.append(delta, 1_000, b"k", value, headers or [])
    return _at(builder.build(), base)


def marker(base: int, producer: int, kind: bytes) -> bytes:
    """A control batch that ends a transaction."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=True,
        producer_id=producer,
        producer_epoch=0,
        base_sequence=-1,
        batch_size=1_000,
    )
    builder.append(0, 1_000, kind, b"\x00" * 6, [])
    raw = bytearray(builder.build())
    raw[22] |= CONTROL_BIT
    return _at(raw, base)


def _at(raw: bytes | bytearray, base: int) -> bytes:
    raw = bytearray(raw)
    raw[0:8] = base.to_bytes(8, "big")
    return bytes(raw)


def read(
    raw: bytes,
    *,
    position: int = 0,
    aborted: list[tuple[int, int]] | None = None,
    isolation: int = READ_COMMITTED,
    check_crcs: bool = False,
) -> Chunk:
    part = PartitionRecords(
        TopicPartition("words", 0),
        MemoryRecords(raw),
        aborted,
        position,
        None,
        None,
        check_crcs,
        isolation,
    )
    chunk = Chunk("words", 0, position)
    read_into(chunk, part)
    assert part.next_fetch_offset == chunk.end
    return chunk


def test_plain_batches_become_parallel_lists() -> None:
    chunk = read(batch(0, [(0, b"a"), (1, b"b")]) + batch(2, [(0, b"c")]))
    assert (chunk.offsets, chunk.values, chunk.keys) == ([0, 1, 2], [b"a", b"b", b"c"], [b"k"] * 3)
    assert (chunk.start, chunk.end, chunk.timestamps) == (0, 3, [1_000] * 3)


def test_holes_of_compaction_lie_inside_the_chunk() -> None:
    chunk = read(batch(10, [(0, b"a"), (7, b"b")]), position=10)
    assert (chunk.offsets, chunk.start, chunk.end) == ([10, 17], 10, 18)


def test_a_seek_into_a_batch_drops_what_lies_before() -> None:
    chunk = read(batch(0, [(0, b"a"), (1, b"b"), (2, b"c")]), position=1)
    assert (chunk.offsets, chunk.values) == ([1, 2], [b"b", b"c"])


def test_an_aborted_transaction_is_left_out_and_its_marker_is_progress() -> None:
    raw = (
        batch(0, [(0, b"lost")], producer=7, transactional=True)
        + batch(1, [(0, b"kept")], producer=8, transactional=True)
        + marker(2, 7, ABORT)
        + marker(3, 8, COMMIT)
    )
    chunk = read(raw, aborted=[(7, 0)])
    assert (chunk.values, chunk.offsets, chunk.end) == ([b"kept"], [1], 4)


def test_a_producer_may_commit_after_it_aborted() -> None:
    raw = (
        batch(0, [(0, b"lost")], producer=7, transactional=True)
        + marker(1, 7, ABORT)
        + batch(2, [(0, b"kept")], producer=7, transactional=True)
        + marker(3, 7, COMMIT)
    )
    assert read(raw, aborted=[(7, 0)]).values == [b"kept"]


def test_read_uncommitted_takes_everything_but_markers() -> None:
    raw = batch(0, [(0, b"a")], producer=7, transactional=True) + marker(1, 7, ABORT)
    chunk = read(raw, aborted=[(7, 0)], isolation=READ_UNCOMMITTED)
    assert (chunk.values, chunk.end) == ([b"a"], 2)


def test_a_fetch_of_markers_alone_is_an_empty_chunk_that_moves_on() -> None:
    chunk = read(marker(5, 7, COMMIT), position=5)
    assert (len(chunk), chunk.start, chunk.end) == (0, 5, 6)


def test_headers_are_kept_for_the_records_that_have_them() -> None:
    raw = batch(0, [(0, b"a")]) + batch(1, [(0, b"b")], headers=[("trace", b"1")])
    assert read(raw).headers == {1: [("trace", b"1")]}


def test_a_broken_checksum_is_not_read_over() -> None:
    raw = bytearray(batch(0, [(0, b"aaaa")]))
    raw[-2] ^= 0xFF
    with pytest.raises(CorruptRecordException):
        read(bytes(raw), check_crcs=True)


class NoText(str):
    """A header name that a foreign producer didn't encode as UTF-8."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"x\xff\xfe"


@pytest.mark.parametrize("compression", [0, 1], ids=["plain", "gzip"])
def test_a_header_name_that_is_no_text_does_not_hold_up_its_neighbours(compression: int) -> None:
    builder = _DefaultRecordBatchBuilderPy(2, compression, False, -1, -1, 0, 1 << 20)
    padding = b"p" * 500  # so that compressing pays
    builder.append(0, 1_000, b"a", padding, [])
    builder.append(1, 1_007, None, None, [(NoText("x"), b"1"), ("fine", None)])
    builder.append(3, 1_009, b"c", padding, [])
    chunk = Chunk("words", 0, 40)
    fetched = KeptRecords(_at(builder.build(), 40) + batch(44, [(0, b"next")]))
    place = TopicPartition("words", 0)
    isolation = READ_UNCOMMITTED
    read_into(chunk, PartitionRecords(place, fetched, None, 40, None, None, True, isolation))
    assert chunk.offsets == [40, 41, 43, 44]
    assert chunk.keys == [b"a", None, b"c", b"k"]
    assert chunk.values == [padding, None, padding, b"next"]
    assert chunk.timestamps == [1_000, 1_007, 1_009, 1_000]
    assert chunk.headers == {1: [("x\\xff\\xfe", b"1"), ("fine", None)]}


def test_the_fetcher_hands_out_batches_whose_bytes_are_kept() -> None:
    assert aiokafka.consumer.fetcher.MemoryRecords is KeptRecords
