"""The counting job with notes: how many rows each minute has, and what was said in all.

A minute is said once the clock has passed it, again when late rows correct it, and forgotten five
minutes later; rows that come after that are counted as late.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Self

from typing_extensions import override

from streams.engine.job import NEVER, Decoded
from tests.unit.engine.counting import MINUTE_MS, CountingJob, Row, Said

KEPT_MS = 5 * MINUTE_MS


class NotingJob(CountingJob):
    """In each partition another one of its kind, with a notebook of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.totals = {"late": 0, "third": 0, "silent": 0, "seen_to": 0}
        self.minutes: dict[int, tuple[int, int]] = {}  # start -> rows, rows as last said
        self.read_back = 0
        self._touched: set[str] = set()

    @override
    def of_partition(self, number: int) -> Self:
        return type(self)()

    @override
    def note(
        self, rows: Decoded[Row], outputs: Sequence[Said], emit: Callable[[Said], None]
    ) -> None:
        for at in rows.times:
            start = at - at % MINUTE_MS
            if start + KEPT_MS < self.totals["seen_to"]:
                self.totals["late"] += 1
                continue
            count, said = self.minutes.get(start, (0, 0))
            self.minutes[start] = count + 1, said
            self._touched.add(str(start))
        for output in outputs:
            self.totals[output.what] += 1
        self._touched.add("totals")

    @property
    @override
    def due(self) -> int:  # type: ignore[override]  # a plain job never waits
        wanted = [
            start + (KEPT_MS if rows == said else MINUTE_MS)
            for start, (rows, said) in self.minutes.items()
        ]
        return min(wanted, default=NEVER)

    @override
    def pass_time(self, now_ms: int, emit: Callable[[Said], None]) -> None:
        self.totals["seen_to"] = now_ms
        self._touched.add("totals")
        for start, (rows, said) in list(self.minutes.items()):
            if start + MINUTE_MS < now_ms and rows != said:
                emit(Said(str(start), "minute", rows, now_ms))
                self.minutes[start] = rows, rows
                self._touched.add(str(start))
            if start + KEPT_MS < now_ms:
                del self.minutes[start]
                self._touched.add(str(start))

    @override
    def changed(self) -> Iterable[tuple[str, bytes | None]]:
        touched, self._touched = sorted(self._touched), set()
        return [(name, self._page(name)) for name in touched]

    def _page(self, name: str) -> bytes | None:
        content = self.totals if name == "totals" else self.minutes.get(int(name))
        return None if content is None else json.dumps(content).encode()

    @override
    def restore(self, name: str, packed: bytes) -> None:
        if name == "totals":
            self.totals = json.loads(packed)
        else:
            rows, said = json.loads(packed)
            self.minutes[int(name)] = rows, said

    @override
    def restored(self) -> None:
        self.read_back += 1
