"""The contract between the engine and a job: decode, pack, encode; the rest by partition."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from streams.engine.chunk import Chunk

if TYPE_CHECKING:
    from streams.engine.partition_job import PartitionJob

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


Headers: TypeAlias = Sequence[tuple[str, bytes]]

PlainRecord: TypeAlias = tuple[str, bytes | None, bytes | None, Headers]
"""Topic, key, value and headers of an encoded record, as a `Record` without its names."""


class Record(NamedTuple):
    """One encoded output record, to be written to the partition number of its source."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


def records(
    topic: str,
    keys: Sequence[bytes],
    values: Iterable[bytes],
    headers: Iterable[Headers] | None = None,
) -> Iterator[PlainRecord]:
    """Records of one topic out of columns: many cost a tenth of making them one by one.

    Raises ValueError, once they are taken, for columns of different lengths.

    >>> list(records("t", [b"k"], [b"v"]))
    [('t', b'k', b'v', ())]
    """
    count = len(keys)
    if headers is None:
        headers = repeat((), count)
    return zip(repeat(topic, count), keys, values, headers, strict=True)


class Job(Protocol[State, Row, Output]):
    """What a stream processor must know; the engine does the rest. All partitions share it.

    Output topics that are `gathered` have a single partition, where what all partitions say comes
    together.
    """

    @property
    def gathered(self) -> frozenset[str]:
        """Names of those topics."""

    def decode(self, chunk: Chunk) -> Decoded[Row]:
        """Read a chunk; never raise for a bad record, reject it.

        Raises `Unprepared` when something isn't here yet.
        """

    def of_partition(self, number: int) -> PartitionJob[State, Row, Output]:
        """The job at work in one partition, with nothing in it yet."""

    def terms(self) -> str:
        """Version of the rules the job goes by now, "" when they never change.

        Asked before every slice and at every tick, so cheap; here the job may take new rules over.
        When it has, every partition reviews its states.
        """

    def deadline(self, state: State) -> int:
        """Next instant (epoch ms) at which the state wants `expire`; NEVER for none."""

    def label(self, state: State) -> int:
        """A small number 0..254 by which the partition counts its states."""

    def pack(self, state: State) -> bytes:
        """State to bytes."""

    def unpack(self, packed: bytes) -> State:
        """Bytes to state."""

    def encode(self, outputs: Sequence[Output]) -> Sequence[PlainRecord]:
        """Outputs to records, those of a kind in order."""

    def dead_letters(self, chunk: Chunk, rejected: Sequence[Rejected]) -> Sequence[Record]:
        """Rejected records to dead-letter records, with bytes, place and reason."""

    def observe(self, decoded: Decoded[Row], outputs: Sequence[Output]) -> None:
        """See what was done, for metrics; must not change anything."""

    @property
    def produced(self) -> Callable[[Sequence[Output]], None] | None:
        """Told the outputs of a unit of work once it is durable; None: nothing is kept for it."""
