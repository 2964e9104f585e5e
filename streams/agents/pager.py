"""The job of the pager: alerts in; common causes out, and pages for people."""

from collections.abc import Callable, Sequence
from typing import Any

from streams.adapters import pages
from streams.adapters.alert_decode import AlertDecoder
from streams.adapters.dead_letters import dead_letter
from streams.adapters.outputs import OutputEncoder
from streams.agents.pager_partition import PagerPartition
from streams.domain.alerts.heard import Heard
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.domain.paging.paging import DUE, ENDED, TOLD
from streams.domain.risk.bands import BANDS
from streams.engine.chunk import Chunk
from streams.engine.job import Decoded, PlainRecord, Record, Rejected

QUIET = len(BANDS)
"""The label of an alert of which people aren't told; the others are their band."""


class PagerJob:
    """Folds alerts into what people are told.

    `tell` is given the pages once they are durable; `observe` sees every slice. `new_partition` is
    all alerts with nothing known of them yet. `start` is another one with every process: what
    stands is told anew, since nobody knows how far the last one came.
    """

    gathered: frozenset[str] = frozenset()

    def __init__(
        self,
        decoder: AlertDecoder,
        encoder: OutputEncoder,
        dead_letter_topic: str,
        *,
        tell: Callable[[Sequence[Page]], None],
        observe: Callable[[Decoded[Heard], Sequence[Any]], None],
        new_partition: Callable[[], PagerPartition],
        start: str,
    ) -> None:
        self.decode = decoder.decode
        self.observe = observe
        self.pack: Callable[[list[Any]], bytes] = pages.pack
        self.unpack: Callable[[bytes], list[Any]] = pages.unpack
        self._encoder = encoder
        self._dead_letter_topic = dead_letter_topic
        self._tell = tell
        self._new_partition = new_partition
        self._start = start

    def of_partition(self, number: int) -> PagerPartition:
        """All alerts: there is one partition."""
        del number
        return self._new_partition()

    def terms(self) -> str:
        """The start of this process."""
        return self._start

    def deadline(self, state: list[Any]) -> int:
        """When an alert is to be told again, or forgotten."""
        due: int = state[DUE]
        return due

    def label(self, state: list[Any]) -> int:
        """The band of what is told of an alert, else QUIET."""
        if state[TOLD] is None or state[ENDED]:
            return QUIET
        band = state[TOLD][Alert._fields.index("band")]
        return BANDS.index(band) if band in BANDS else QUIET

    def encode(self, outputs: Sequence[Any]) -> Sequence[PlainRecord]:
        """Common causes go to their topic, pages to people."""
        return self._encoder.encode([it for it in outputs if type(it) is Alert])

    def produced(self, outputs: Sequence[Any]) -> None:
        """What is to be told is durable."""
        told = [output for output in outputs if type(output) is Page]
        if told:
            self._tell(told)

    def dead_letters(self, chunk: Chunk, rejected: Sequence[Rejected]) -> list[Record]:
        """Records that are no alerts, with their bytes, place and reason."""
        return [dead_letter(self._dead_letter_topic, chunk, place) for place in rejected]
