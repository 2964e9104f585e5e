"""The job of following customers: domain and adapters under the engine's contract."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter

from streams.adapters import state_codec
from streams.adapters.avro_decode import TouchpointDecoder
from streams.adapters.dead_letters import dead_letter
from streams.adapters.outputs import OutputEncoder
from streams.adapters.policy_file.in_force import PolicyInForce
from streams.agents.customer_partition import CustomerPartition
from streams.domain import customer as fold
from streams.domain.customer import Customer
from streams.domain.outputs import Output
from streams.domain.touchpoints import Touchpoint
from streams.domain.windows.sizes import Size
from streams.engine.chunk import Chunk
from streams.engine.job import Decoded, PlainRecord, Record, Rejected


class CustomerJob:
    """Folds touchpoints into customers under the policy in force.

    `windows` are the sizes in which metrics are summed up, none for none. `observe` is told what
    every slice held and said, `produced` what is on its topic now. With a lateness touchpoints wait
    for each other. `now_ms` judges how far in the future a touchpoint claims to be; nothing else
    looks at the wall clock.
    """

    def __init__(  # noqa: PLR0913  (its adapters; what can be left out by keyword)
        self,
        decoder: TouchpointDecoder,
        encoder: OutputEncoder,
        dead_letter_topic: str,
        in_force: PolicyInForce,
        observe: Callable[[Decoded[Touchpoint], Sequence[Output]], None],
        *,
        lateness_ms: int = 0,
        windows: Sequence[Size] = (),
        produced: Callable[[Sequence[Output]], None] | None = None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._decoder = decoder
        self._in_force = in_force
        self._lateness_ms, self._windows = lateness_ms, windows
        self._now_ms = now_ms
        self.gathered = frozenset({encoder.merged})
        self.encode: Callable[[Sequence[Output]], Sequence[PlainRecord]] = encoder.encode
        self._dead_letter_topic = dead_letter_topic
        self.observe = observe
        self.produced = produced
        self.pack = state_codec.pack
        self.unpack = state_codec.unpack
        self.label = fold.label
        self.deadline: Callable[[Customer], int] = attrgetter("due")

    def decode(self, chunk: Chunk) -> Decoded[Touchpoint]:
        """Touchpoints out of Avro, and what is unreadable or unsound."""
        return self._decoder.decode(chunk, self._now_ms())

    def of_partition(self, number: int) -> CustomerPartition:
        """Customers of one partition, under the same policy."""
        return CustomerPartition(
            number, self._in_force, lateness_ms=self._lateness_ms, windows=self._windows
        )

    def terms(self) -> str:
        """The version of the policy; a changed file is looked at within a second."""
        return self._in_force.version()

    def dead_letters(self, chunk: Chunk, rejected: Sequence[Rejected]) -> list[Record]:
        """Rejected records with their bytes, place and reason."""
        return [dead_letter(self._dead_letter_topic, chunk, place) for place in rejected]


def silent_feeds(partitions: Iterable[CustomerPartition]) -> Mapping[str, int]:
    """In how many of the partitions each channel isn't heard now; those that are all heard lack."""
    return Counter(channel for each in partitions for channel in each.silent_feeds)
