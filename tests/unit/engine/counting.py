"""A tiny job that has nothing to do with customers: it proves that the engine knows none.

It counts records by key, says so at every third, rejects what starts with `bad`, forgets a key at
`forget`, and wakes a key a minute (event time) after its last record.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from streams.engine.chunk import Chunk
from streams.engine.job import NEVER, Decoded, Record, Rejected
from streams.engine.partition_job import PlainJob

MINUTE_MS = 60_000


class Row(NamedTuple):
    at: int
    word: str


@dataclass(slots=True)
class Count:
    n: int = 0
    seen_at: int = 0
    woken: int = 0
    due: int = NEVER


class Said(NamedTuple):
    key: str
    what: str
    n: int
    at: int


class CountingJob(PlainJob):
    """Values are `<event time ms> <word>`."""

    def __init__(self, outputs: str = "said", dead: str = "dead") -> None:
        self.outputs, self.dead = outputs, dead
        self.seen: list[Said] = []

    def decode(self, chunk: Chunk) -> Decoded[Row]:
        offsets, keys, rows, rejected = [], [], [], []
        for index, (offset, key, value) in enumerate(
            zip(chunk.offsets, chunk.keys, chunk.values, strict=True)
        ):
            if key is None or value is None or value.startswith(b"bad"):
                rejected.append(Rejected(index, "decode", "bad", "starts with bad"))
                continue
            at, _, word = value.decode().partition(" ")
            offsets.append(offset)
            keys.append(key.decode())
            rows.append(Row(int(at), word))
        return Decoded(offsets, keys, [row.at for row in rows], rows, rejected)

    def advance(
        self, key: str, state: Count | None, row: Row, emit: Callable[[Said], None]
    ) -> Count | None:
        if row.word == "boom":
            raise RuntimeError("a failure nobody foresaw")
        if row.word == "forget":
            return None
        state = state or Count()
        state.n += 1
        state.seen_at = max(state.seen_at, row.at)
        state.due = state.seen_at + MINUTE_MS
        if state.n % 3 == 0:
            emit(Said(key, "third", state.n, row.at))
        return state

    def expire(self, key: str, state: Count, now_ms: int, emit: Callable[[Said], None]) -> Count:
        state.woken += 1
        state.due = NEVER
        emit(Said(key, "silent", state.n, now_ms))
        return state

    def deadline(self, state: Count) -> int:
        return state.due

    def label(self, state: Count) -> int:
        return min(state.n, 9)

    def pack(self, state: Count) -> bytes:
        return json.dumps([state.n, state.seen_at, state.woken, state.due]).encode()

    def unpack(self, packed: bytes) -> Count:
        return Count(*json.loads(packed))

    def encode(self, outputs: Sequence[Said]) -> list[Record]:
        return [
            Record(self.outputs, f"{o.key}/{o.what}/{o.n}".encode(), str(o.at).encode())
            for o in outputs
        ]

    def dead_letters(self, chunk: Chunk, rejected: Sequence[Rejected]) -> list[Record]:
        place = f"{chunk.topic}/{chunk.partition}"
        return [
            Record(
                self.dead, f"{place}/{chunk.offsets[r.position]}".encode(), chunk.values[r.position]
            )
            for r in rejected
        ]

    def observe(self, decoded: Decoded[Row], outputs: Sequence[Said]) -> None:
        self.seen += outputs


def chunk_of(
    *records: tuple[str, str], start: int = 0, topic: str = "words", partition: int = 0
) -> Chunk:
    """A chunk of (key, value) records at consecutive offsets."""
    chunk = Chunk(topic, partition, start)
    for key, value in records:
        chunk.append(chunk.end, key.encode(), value.encode(), 0)
    return chunk
