"""Ids for rows that have none: the same row gets the same id at every replay."""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from streams.replay.batch import Batch


class DerivedIds:
    """Event ids from what a row says; identical rows are told apart by their order.

    Rows must come in event-time order, so that identical ones stand together and only those of
    one instant need to be remembered. The source's name is part of the id, the file's isn't:
    a log that moved is still the same log.
    """

    def __init__(self, source: str, columns: Sequence[str]) -> None:
        self._source = source
        self._columns = columns
        self._instant: int | None = None
        self._seen: Counter[bytes] = Counter()

    def fill(self, batch: Batch) -> None:
        """Write 32 hexadecimal digits a row into `event_id`; needs `occurred_at` filled."""
        texts = [batch.cells(column) for column in self._columns]
        batch.out["event_id"] = [
            self._id(instant, row)
            for instant, row in zip(batch.out["occurred_at"], zip(*texts, strict=True), strict=True)
        ]

    def _id(self, instant: int, row: tuple[str | None, ...]) -> str:
        if instant != self._instant:
            self._instant = instant
            self._seen.clear()
        said = "\x1f".join("\x00" if cell is None else cell for cell in (self._source, *row))
        digest = blake2b(said.encode(errors="surrogatepass"), digest_size=16)
        content = digest.digest()
        before = self._seen[content]
        self._seen[content] += 1
        if before:
            digest.update(b"\x1e%d" % before)
        return digest.hexdigest()
