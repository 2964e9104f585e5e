"""The contract between the engine and a job: decode, advance, expire, encode."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from streams.engine.chunk import Chunk

State = TypeVar("State")
Row = TypeVar("Row")
Output = TypeVar("Output")

NEVER = 2**62
"""Deadline of a state that waits for nothing."""


class Rejected(NamedTuple):
    """A record that cannot be processed: where, at which stage, and why (never its content)."""

    position: int  # in the chunk
    stage: str  # "decode" or "validate"
    reason: str  # bounded slug, counted
    detail: str


class Unprepared(Exception, ABC):
    """Raised by `decode` when it needs something that must be fetched first, such as a schema."""

    @abstractmethod
    async def prepare(self) -> None:
        """Fetch it, however long that takes; then `decode` is called again.

        Cancelled when the partition is given back meanwhile. What it raises ends the process.
        """


class Decoded(NamedTuple, Generic[Row]):
    """The readable rows of a chunk as parallel sequences, and the rejected rest.

    `offsets`, `keys`, `times` (event time, epoch ms) and `rows` have one entry a readable record,
    in offset order.
    """

    offsets: Sequence[int]
    keys: Sequence[str]
    times: Sequence[int]
    rows: Sequence[Row]
    rejected: Sequence[Rejected] = ()


class Record(NamedTuple):
    """One encoded output record, to be written to the partition number of its source."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


class Job(Protocol[State, Row, Output]):
    """What a stream processor must know; the engine does the rest."""

    def decode(self, chunk: Chunk) -> Decoded[Row]:
        """Read a chunk; never raise for a bad record, reject it.

        Raises `Unprepared` when something isn't here yet.
        """

    def advance(
        self, key: str, state: State | None, row: Row, emit: Callable[[Output], None]
    ) -> State | None:
        """Fold one row into the state of its key (None: new; returning None: erased)."""

    def expire(
        self, key: str, state: State, now_ms: int, emit: Callable[[Output], None]
    ) -> State | None:
        """The partition's clock has passed the state's deadline."""

    def deadline(self, state: State) -> int:
        """Next instant (epoch ms) at which the state wants `expire`; NEVER for none."""

    def label(self, state: State) -> int:
        """A small number 0..254 by which the partition counts its states."""

    def pack(self, state: State) -> bytes:
        """State to bytes."""

    def unpack(self, packed: bytes) -> State:
        """Bytes to state."""

    def encode(self, outputs: Sequence[Output]) -> Sequence[Record]:
        """Outputs to records, in order."""

    def dead_letters(self, chunk: Chunk, rejected: Sequence[Rejected]) -> Sequence[Record]:
        """Rejected records to dead-letter records, with bytes, place and reason."""

    def observe(self, decoded: Decoded[Row], outputs: Sequence[Output]) -> None:
        """See what was done, for metrics; must not change anything."""
