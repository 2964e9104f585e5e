"""What is fetched reaches the agent exactly when its partitions weren't sought anew meanwhile."""

import asyncio
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from streams.engine.chunk import Chunk
from streams.engine.consumer import ChunkConsumer, _fetched_no_more
from streams.engine.intake import Intake
from streams.engine.ledger import Ledger
from streams.errors import SourceReplaced, Stalled


class Fetched(Intake):
    """Chunks handed over one list a wait; `meanwhile` happens in each wait."""

    def __init__(self, *lists: list[Chunk], meanwhile: Any = None) -> None:
        self.era = 0
        self._lists, self._meanwhile = list(lists), meanwhile
        self._waiting, self._held = {}, set()

    async def chunks(self, wanted: Any, busy: Any, patience_s: float) -> list[Chunk]:
        if not self._lists:
            raise asyncio.CancelledError
        if self._meanwhile:
            self._meanwhile(self)
        chunks = self._lists.pop(0)
        for chunk in chunks:
            chunk.era = self.era
        return chunks


class Service:
    """Stands for the parts of Faust that the loop looks at."""

    def __init__(self) -> None:
        self._stopped = asyncio.Event()


def consumer(intake: Intake, told: list[int], on_delivery: Any = None) -> ChunkConsumer:
    made: Any = ChunkConsumer.__new__(ChunkConsumer)
    made._intake, made._busy = intake, set()
    made._stopped, made.flow_active = asyncio.Event(), True
    made.app = SimpleNamespace(consumer_generation_id=1, assignment=SimpleNamespace(partitions={}))

    async def callback(message: Any) -> None:
        told.append(message.value.start)
        if on_delivery:
            on_delivery(intake)

    made.callback = callback
    return made  # type: ignore[no-any-return]


async def drained(made: ChunkConsumer) -> None:
    with pytest.raises(asyncio.CancelledError):
        await made._drain_messages(Service())


async def test_what_is_taken_after_a_rebalance_in_the_wait_is_delivered() -> None:
    told: list[int] = []
    await drained(consumer(Fetched([Chunk("words", 0, 7)], meanwhile=Intake.forget), told))
    assert told == [7]


async def test_what_was_taken_before_a_rebalance_is_dropped_after_it() -> None:
    told: list[int] = []
    both = [Chunk("words", 0, 7), Chunk("words", 1, 9)]
    await drained(consumer(Fetched(both), told, on_delivery=Intake.forget))
    assert told == [7]


class Fetching:
    """Stands for aiokafka's fetcher, with nothing fetched."""

    _closed = False

    def __init__(self) -> None:
        self._records: dict[Any, Any] = {}
        self._subscriptions = SimpleNamespace(
            fetch_context=nullcontext, reassignment_in_progress=False
        )
        self._fetch_task = asyncio.ensure_future(asyncio.Event().wait())

    def _create_fetch_waiter(self) -> asyncio.Future[None]:
        return asyncio.get_running_loop().create_future()


async def test_what_is_wanted_is_asked_for_after_the_wait_too() -> None:
    fetching, asked = Fetching(), list[str]()
    intake = Intake(SimpleNamespace(_fetcher=fetching, _closed=False))

    def wanted() -> set[TopicPartition]:
        asked.append("asked")
        if len(asked) == 2:  # a rebalance went by
            intake._waiting[place] = Chunk("words", 0, 7)
            return {place}
        asyncio.get_running_loop().call_soon(intake.wake)
        return set()

    place = TopicPartition("words", 0)
    (chunk,) = await intake.chunks(wanted, set(), 60.0)
    assert (chunk.start, chunk.era) == (7, 0)
    fetching._fetch_task.cancel()


async def test_a_fetcher_that_ended_by_itself_is_no_silence() -> None:
    fetching = Fetching()
    intake = Intake(SimpleNamespace(_fetcher=fetching, _closed=False))
    fetching._fetch_task.cancel()
    await asyncio.wait([fetching._fetch_task])
    with pytest.raises(Stalled, match="stopped fetching"):
        await intake.chunks(set, set(), 60.0)
    told: list[BaseException] = []
    _fetched_no_more(told.append, fetching, fetching._fetch_task)
    assert isinstance(told[0], Stalled)
    fetching._closed = True
    _fetched_no_more(told.append, fetching, fetching._fetch_task)
    assert len(told) == 1


async def test_a_delivered_partition_is_busy_until_it_is_freed_or_all_is_void() -> None:
    made = consumer(Fetched([Chunk("words", 0, 7)]), [])
    await drained(made)
    assert made._busy == {TopicPartition("words", 0)}
    made.forget()
    assert not made._busy
    assert made.intake.era == 1


@pytest.mark.parametrize(
    ("ends_at", "delivered"),
    [
        pytest.param(25, [], id="a topic made anew"),
        pytest.param(300, [0], id="one that holds our position: the ledger says what is missing"),
        pytest.param(0, [0], id="one of which no end is known"),
    ],
)
async def test_a_topic_that_begins_anew_before_our_position_is_refused(
    ends_at: int, delivered: list[int]
) -> None:
    told: list[int] = []
    failures: list[BaseException] = []
    made: Any = consumer(Fetched([Chunk("words", 0, 0)]), told)
    stands = SimpleNamespace(ledgers={"words": Ledger(200)})
    made.app.assignment.partitions[0], made.app.fail = stands, failures.append
    made.ends = lambda _topic, _number: (ends_at, ends_at)
    if delivered:
        await drained(made)
        assert not failures
    else:
        await made._drain_messages(Service())
        (failure,) = failures
        assert isinstance(failure, SourceReplaced)
        assert "stands at 200 of words, which ends at 25: the topic was made anew" in str(failure)
    assert told == delivered
