"""What a worker does with a chunk, from bytes to bytes, and what must hold at every step."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from prometheus_client import CollectorRegistry

from streams.adapters.avro_decode import TouchpointDecoder
from streams.adapters.instruments import Instruments
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.policy_file.in_force import PolicyInForce
from streams.agents.customers import CustomerJob
from streams.domain.outputs import Alert, Output
from streams.domain.touchpoints import Touchpoint
from streams.engine.chunk import Chunk
from streams.engine.job import Decoded, PlainRecord
from streams.engine.state import seal, unseal
from tests.fuzz.seeds import NOW, writers

CUSTOMERS = 2_000
"""States kept at most; the one not seen for longest goes, so that memory stays what it is."""

EXPIRIES = 3
"""Deadlines passed of each state that waits, as the timers of the engine would."""


class Pipeline:
    """Decodes, folds, seals, encodes; asserts what must hold. One per process."""

    def __init__(self) -> None:
        self.decoder = TouchpointDecoder(writers())
        self.instruments = Instruments(CollectorRegistry(), lambda: NOW / 1000)
        self.job = CustomerJob(
            self.decoder,
            OutputEncoder(writers(), Topics(), source="/fuzz"),
            "cx.deadletter.v1",
            PolicyInForce(None, lambda: 0.0),
            self.instruments.observe,
            now_ms=lambda: NOW,
        )
        self.partition = self.job.of_partition(0)
        self._sealed: OrderedDict[str, bytes] = OrderedDict()

    def run(self, chunk: Chunk) -> Counter[str]:
        """Everything a worker does with a chunk; what became of its records, by reason."""
        decoded = self.job.decode(chunk)
        self._each_once(chunk, decoded)
        outputs: list[Output] = []
        for offset, key, row in zip(decoded.offsets, decoded.keys, decoded.rows, strict=True):
            self._fold(offset, key, row, outputs)
        records = self.job.encode(outputs)
        alerts = sum(type(output) is Alert for output in outputs)
        assert len(records) == len(outputs) + alerts  # an alert goes onto two topics
        letters = self.job.dead_letters(chunk, decoded.rejected)
        assert len(letters) == len(decoded.rejected)
        _fit_a_batch([*records, *letters])
        for letter, place in zip(letters, decoded.rejected, strict=True):
            at = place.position
            assert (letter.key, letter.value) == (chunk.keys[at], chunk.values[at])
        self.job.observe(decoded, outputs)
        return Counter([str(place.reason) for place in decoded.rejected] or ())

    def _each_once(self, chunk: Chunk, decoded: Decoded[Touchpoint]) -> None:
        """Every record is a row or rejected, in order, never both and never neither."""
        lengths = {len(column) for column in decoded[:4]}
        assert len(lengths) == 1, f"columns of {lengths}"
        place_of = {offset: place for place, offset in enumerate(chunk.offsets)}
        read = [place_of[offset] for offset in decoded.offsets]
        rejected = [place.position for place in decoded.rejected]
        assert read == sorted(read), "rows out of order"
        assert rejected == sorted(rejected), "rejected out of order"
        assert sorted(read + rejected) == list(range(len(chunk))), "a record twice, or not at all"
        for key, at, row, place in zip(
            decoded.keys, decoded.times, decoded.rows, read, strict=True
        ):
            assert key == row.customer_id
            assert key.encode() == chunk.keys[place]
            assert at == row.occurred_at

    def _fold(self, offset: int, key: str, row: Touchpoint, outputs: list[Output]) -> None:
        """One touchpoint into its sealed state and back, deadlines passed on the way."""
        job, partition = self.job, self.partition
        packed = self._sealed.pop(key, None)
        state = None if packed is None else job.unpack(unseal(packed).packed)
        state = partition.advance(key, state, row, outputs.append)
        if state is None:  # erased
            return
        for _ in range(EXPIRIES):
            due = job.deadline(state)
            if due > NOW:
                break
            state = partition.expire(key, state, due, outputs.append)
            if state is None:
                return
        sealed = seal(job.deadline(state), job.label(state), (offset + 1,), job.pack(state))
        again = unseal(sealed)
        assert again.offsets == (offset + 1,)
        assert job.unpack(again.packed) == state
        self._sealed[key] = sealed
        if len(self._sealed) > CUSTOMERS:
            self._sealed.popitem(last=False)


def _fit_a_batch(records: Sequence[PlainRecord]) -> None:
    """The client that sends them takes them: key, value and headers, whatever they hold."""
    batch = DefaultRecordBatchBuilder(2, 0, False, -1, -1, 0, 1 << 30)
    for number, (_, key, value, headers) in enumerate(records):
        assert batch.append(number, 0, key, value, list(headers)) is not None
