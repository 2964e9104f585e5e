"""A chunk: the records of one fetch of one partition, as parallel lists."""

from __future__ import annotations

from collections.abc import Iterator

Headers = list[tuple[str, bytes | None]]


class Chunk:
    """Records of one topic partition without an object a record.

    `start` is the position before the first record and `end` the position after the last; with
    compaction gaps and transaction markers in between, `end - start` may exceed the records.
    `timestamps` are the broker's, in epoch milliseconds. `era` is the intake's when it was taken.

    >>> chunk = Chunk("events", 0, start=5)
    >>> chunk.append(6, b"k", b"v", 1_000)
    >>> (len(chunk), chunk.start, chunk.end)
    (1, 5, 7)
    """

    __slots__ = (
        "end",
        "era",
        "headers",
        "keys",
        "offsets",
        "partition",
        "start",
        "timestamps",
        "topic",
        "values",
    )

    def __init__(self, topic: str, partition: int, start: int) -> None:
        self.topic = topic
        self.partition = partition
        self.start = start
        self.end = start
        self.era = 0
        self.offsets: list[int] = []
        self.keys: list[bytes | None] = []
        self.values: list[bytes | None] = []
        self.timestamps: list[int] = []
        # Most records carry no headers: only those that do have an entry, by index.
        self.headers: dict[int, Headers] = {}

    def __len__(self) -> int:
        return len(self.offsets)

    def append(
        self,
        offset: int,
        key: bytes | None,
        value: bytes | None,
        timestamp: int,
        headers: Headers | None = None,
    ) -> None:
        """Add one record (the consumer adds whole batches; this is for tests and small jobs)."""
        if headers:
            self.headers[len(self.offsets)] = headers
        self.offsets.append(offset)
        self.keys.append(key)
        self.values.append(value)
        self.timestamps.append(timestamp)
        self.end = offset + 1

    def slices(self, size: int) -> Iterator[Chunk]:
        """The chunk in pieces of at most `size` records that together cover `start..end`.

        >>> chunk = Chunk("events", 0, start=0)
        >>> for offset in (0, 1, 4): chunk.append(offset, None, b"", 0)
        >>> [(part.start, part.end, part.offsets) for part in chunk.slices(2)]
        [(0, 2, [0, 1]), (2, 5, [4])]
        """
        if len(self) <= size:
            yield self
            return
        for low in range(0, len(self), size):
            yield self._slice(low, min(low + size, len(self)))

    def _slice(self, low: int, high: int) -> Chunk:
        part = Chunk(self.topic, self.partition, self.offsets[low - 1] + 1 if low else self.start)
        part.offsets = self.offsets[low:high]
        part.keys = self.keys[low:high]
        part.values = self.values[low:high]
        part.timestamps = self.timestamps[low:high]
        part.end = part.offsets[-1] + 1 if high < len(self) else self.end
        if self.headers:
            part.headers = {i - low: h for i, h in self.headers.items() if low <= i < high}
        return part
