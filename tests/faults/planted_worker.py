"""`python -m streams worker` with something planted in it, as `FAULTS_PLANTS` (JSON) says.

`transaction`, `recovery`, `decode`: folders of gates. Before the first a transaction is complete
and not committed; before the second a changelog is about to be read; at the third decoding hangs
for ever. `clock`: a file with the milliseconds by which the wall clock is wrong. `unfenced`:
transactional ids that nobody else has, so that nobody is ever fenced.
"""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from streams import app as composition
from streams.adapters.avro_decode import TouchpointDecoder
from streams.cli.main import main
from streams.engine.exactly_once import ExactlyOnce
from streams.engine.recovery import Recovery
from tests.faults.gate import Gate, skewed


async def _stand_before(gate: Gate, word: object) -> None:
    if gate.stops(word):
        # Opened by another process: there is no event to await.
        while gate.is_shut:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def _hold_transactions(folder: str) -> None:
    gate, write = Gate(Path(folder)), ExactlyOnce._write

    async def held(self: ExactlyOnce, writer: Any, unit: Any) -> int | None:
        base = await write(self, writer, unit)
        if unit.taken and unit.outputs:
            await _stand_before(gate, unit.partition)
        return base

    ExactlyOnce._write = held  # type: ignore[method-assign]


def _hold_recovery(folder: str) -> None:
    gate, read = Gate(Path(folder)), Recovery._read

    async def held(self: Recovery, consumer: Any, partitions: Any) -> int:
        await _stand_before(gate, len(partitions))
        return await read(self, consumer, partitions)

    Recovery._read = held  # type: ignore[method-assign]


def _hang_decoding(folder: str) -> None:
    gate, decode = Gate(Path(folder)), TouchpointDecoder.decode

    def held(self: TouchpointDecoder, chunk: Any, now_ms: int) -> Any:
        while gate.stops(chunk.partition):
            while True:
                pass
        return decode(self, chunk, now_ms)

    TouchpointDecoder.decode = held  # type: ignore[method-assign]


def _skew_clock(file: str) -> None:
    composition.wall_ms = skewed(Path(file))


def _unfence(_: object) -> None:
    begin = ExactlyOnce.__init__

    def alone(self: ExactlyOnce, name: str, *rest: Any) -> None:
        begin(self, f"{name}-{os.getpid()}", *rest)

    ExactlyOnce.__init__ = alone  # type: ignore[method-assign,assignment]


def _talk(_: object) -> None:
    """Every join, assignment and election, on standard output: for those who look for a mistake."""
    talker = logging.StreamHandler(sys.stdout)
    talker.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    coordinator = logging.getLogger("aiokafka.consumer.group_coordinator")
    coordinator.setLevel(logging.INFO)
    coordinator.addHandler(talker)


_PLANTS = {
    "talk": _talk,
    "transaction": _hold_transactions,
    "recovery": _hold_recovery,
    "decode": _hang_decoding,
    "clock": _skew_clock,
    "unfenced": _unfence,
}

if __name__ == "__main__":
    for name, argument in json.loads(os.environ["FAULTS_PLANTS"]).items():
        _PLANTS[name](argument)
    sys.argv[1:] = ["worker"]
    main()
