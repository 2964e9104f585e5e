"""The counting job under terms that change."""

from collections.abc import Callable

from typing_extensions import override

from streams.engine.job import NEVER
from tests.unit.engine.counting import Count, CountingJob, Row, Said


class TariffJob(CountingJob):
    """Every count remembers the tariff it is under (as `woken`); nothing ever waits."""

    def __init__(self, tariff: int, outputs: str = "said", dead: str = "dead") -> None:
        super().__init__(outputs, dead)
        self.tariff = tariff
        self.reviewed = 0

    @override
    def terms(self) -> str:
        return str(self.tariff)

    @override
    def advance(
        self, key: str, state: Count | None, row: Row, emit: Callable[[Said], None]
    ) -> Count | None:
        state = super().advance(key, state, row, emit)
        if state is not None:
            state.woken, state.due = self.tariff, NEVER
        return state

    @override
    def review(self, key: str, state: Count, now_ms: int, emit: Callable[[Said], None]) -> Count:
        self.reviewed += 1
        if state.woken != self.tariff:
            state.woken = self.tariff
            emit(Said(key, f"tariff {self.tariff}", state.n, now_ms))
        return state
