"""What all partitions say on one topic is handed to the client by one of them at a time."""

import asyncio
from types import SimpleNamespace
from typing import Any

from aiokafka.producer.message_accumulator import BatchBuilder

from streams.engine.effectively_once import EffectivelyOnce
from streams.engine.unit_of_work import UnitOfWork

GATHERED = "all.words"


class Client:
    """A producer that takes a batch after some turns, and remembers who waited beside another."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, int]] = []
        self.together: set[str] = set()
        self._waiting: dict[str, int] = {}

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(900_000, 0)

    async def send_batch(
        self, batch: BatchBuilder, topic: str, *, partition: int
    ) -> "asyncio.Future[Any]":
        place = f"{topic}/{partition}"
        self._waiting[place] = self._waiting.get(place, 0) + 1
        if self._waiting[place] > 1:
            self.together.add(place)
        for _ in range(3):
            await asyncio.sleep(0)
        self._waiting[place] -= 1
        self.taken.append((place, batch.record_count()))
        done = asyncio.get_running_loop().create_future()
        done.set_result(SimpleNamespace(offset=0))
        return done


async def test_a_topic_of_all_partitions_is_written_in_turns_and_the_others_at_once() -> None:
    delivery, client = EffectivelyOnce("changelog", {}), Client()
    delivery._outputs = delivery._state = client
    units = [
        UnitOfWork(
            number,
            [(topic, b"k", b"v" * 600_000, []) for topic in ("words", GATHERED) for _ in range(2)],
            gathered=frozenset({GATHERED}),
        )
        for number in range(4)
    ]
    await asyncio.gather(*map(delivery.commit, units))
    assert not client.together
    assert client.taken.count((f"{GATHERED}/0", 1)) == 8
    assert {place for place, _ in client.taken if place != f"{GATHERED}/0"} == {
        f"words/{number}" for number in range(4)
    }
