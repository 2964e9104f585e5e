"""Commit bookkeeping of one source partition: what was handed out, what is durable."""

from collections import deque

from streams.errors import StreamGap


class Ledger:
    """Knows the position that may be committed: never past unprocessed work, always catching up.

    Chunks are intervals of positions `[start, end)`: holes of compaction and transaction markers
    lie inside them, so there is nothing to guess about offsets that no record has. Chunks may be
    settled out of order; the committable position moves over the settled head only.

    >>> ledger = Ledger(0)
    >>> ledger.take(0, 10); ledger.take(10, 30)
    >>> ledger.settle(30); ledger.committable
    0
    >>> ledger.settle(10); ledger.committable
    30
    """

    __slots__ = ("_out", "_settled", "committable", "position")

    def __init__(self, position: int) -> None:
        self._out: deque[int] = deque()
        self._settled: set[int] = set()
        self.position = position
        self.committable = position

    def seek(self, position: int) -> None:
        """Forget what is out: the next chunk starts at `position`, settling old ones is void."""
        self._out.clear()
        self._settled.clear()
        self.position = position
        self.committable = position

    def take(self, start: int, end: int) -> None:
        """A chunk was handed out.

        Raises:
            StreamGap: it doesn't start where the last one ended, so records were dropped on the
                way (a stale fetch, a truncated topic): going on would lose them for ever.
        """
        if start != self.position:
            raise StreamGap(
                f"expected position {self.position}, got {start}: records between them were "
                "dropped or deleted; restart to read again from the last durable position"
            )
        if end < start:
            raise ValueError(f"a chunk cannot end ({end}) before it starts ({start})")
        if end > start:
            self._out.append(end)
            self.position = end

    def settle(self, end: int) -> None:
        """The chunk that ends at `end` is durable. Unknown ends (from before a seek) are void."""
        out, settled = self._out, self._settled
        if end not in out:
            return
        settled.add(end)
        while out and out[0] in settled:
            self.committable = out.popleft()
            settled.discard(self.committable)

    @property
    def outstanding(self) -> int:
        """Number of chunks handed out and not yet behind the committable position."""
        return len(self._out)
