"""The job in one partition: what is folded, what is noted of the partition as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, Self, TypeVar

from streams.engine.job import NEVER, Decoded

State = TypeVar("State")
Row = TypeVar("Row")
Output = TypeVar("Output")


class PartitionJob(Protocol[State, Row, Output]):
    """A job at work in one partition; it lives as long as the partition is ours.

    Beside the states of its keys it may keep *notes*: what belongs to no key, such as windows over
    all of them. Notes are pages, each under a name. They live here unpacked, and are sealed into
    the same unit of work as the states they go with. On brokers with transactions they count each
    slice exactly once; on the others a crash may count a slice twice or not at all.
    """

    def advance(
        self, key: str, state: State | None, row: Row, emit: Callable[[Output], None]
    ) -> State | None:
        """Fold one row into the state of its key (None: new; returning None: erased)."""

    def expire(
        self, key: str, state: State, now_ms: int, emit: Callable[[Output], None]
    ) -> State | None:
        """The partition's clock has passed the state's deadline."""

    def review(
        self, key: str, state: State, now_ms: int, emit: Callable[[Output], None]
    ) -> State | None:
        """The job's terms have changed: bring a state under them.

        Must do nothing to a state that is under them already: after a crash it comes again.
        """

    def foresee(self, rows: Decoded[Row], now_ms: int, ceiling_ms: int) -> None:
        """A slice is about to be folded while the clock stands at `now_ms`.

        No row of it moves the clock beyond `ceiling_ms`.
        """

    def note(
        self, rows: Decoded[Row], outputs: Sequence[Output], emit: Callable[[Output], None]
    ) -> None:
        """A slice was folded: its rows, and what was said about them.

        What deadlines and reviews say comes here too, without rows. What a note says doesn't.
        """

    @property
    def due(self) -> int:
        """When `pass_time` is wanted next (epoch ms), NEVER for never."""

    def pass_time(self, now_ms: int, emit: Callable[[Output], None]) -> None:
        """The partition's clock has come to `now_ms`, beyond `due`, which must move on.

        Comes before the deadlines that pass at the same time, so that these know what is noted,
        and before the first slice of a partition that was just taken over.
        """

    def changed(self) -> Iterable[tuple[str, bytes | None]]:
        """The pages (name, packed) that changed since last asked; None for one to forget."""

    def restore(self, name: str, packed: bytes) -> None:
        """A page is read back, before anything is folded."""

    def restored(self) -> None:
        """All pages are read back."""


class WithoutNotes:
    """Base of a job in one partition that knows its keys and nothing else."""

    due = NEVER

    def review(
        self,
        key: str,  # noqa: ARG002  (terms never change)
        state: Any,
        now_ms: int,  # noqa: ARG002
        emit: Callable[[Any], None],  # noqa: ARG002
    ) -> Any:
        """The state as it is."""
        return state

    def foresee(self, rows: Decoded[Any], now_ms: int, ceiling_ms: int) -> None:
        """Nothing to prepare."""

    def note(self, rows: Decoded[Any], outputs: Sequence[Any], emit: Callable[[Any], None]) -> None:
        """Nothing to note."""

    def pass_time(self, now_ms: int, emit: Callable[[Any], None]) -> None:
        """Nothing waits."""

    def changed(self) -> Iterable[tuple[str, bytes | None]]:
        """No pages."""
        return ()

    def restore(self, name: str, packed: bytes) -> None:
        """A page of a job that had notes once: let it be."""

    def restored(self) -> None:
        """Nothing to read back."""


class PlainJob(WithoutNotes):
    """Base of a job that is its own in every partition, under terms that never change."""

    produced: Callable[[Sequence[Any]], None] | None = None
    gathered: frozenset[str] = frozenset()

    def of_partition(self, number: int) -> Self:  # noqa: ARG002  (all are alike)
        """Itself."""
        return self

    def terms(self) -> str:
        """None that could change."""
        return ""
