"""On real Kafka: an open and empty transaction is in nobody's way, and never runs out of time."""

import asyncio

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.client import CoordinationType
from aiokafka.errors import KafkaConnectionError

from streams.engine.exactly_once import ExactlyOnce
from streams.errors import Fenced
from tests.integration.engine.leases import Bed

pytestmark = pytest.mark.kafka


async def opened(writer: ExactlyOnce) -> None:
    """The next transaction is open, at the broker too."""
    ahead = writer._ahead[0]
    if ahead._work is None:  # the pause isn't over
        ahead._no_timer()
        ahead._start(ahead._begin)
    assert ahead._work is not None
    await ahead._work


async def foreign(bed: Bed, *topics: str) -> None:
    """Somebody else writes to partition 0 of the topics, without a transaction."""
    async with AIOKafkaProducer(**bed.connection) as producer:
        for topic in topics:
            await producer.send_and_wait(bed.prefix + topic, key=b"foreign", value=b"", partition=0)


async def test_a_unit_in_a_transaction_opened_ahead_asks_for_nothing_but_write_and_end(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = await bed.writer()
    for number in range(12):
        await writer.commit(bed.unit(f"{number}"))
    await opened(writer)

    async def asked(_: object) -> None:
        raise AssertionError("partitions are registered already")

    monkeypatch.setattr(writer._writers[0]._sender, "_do_add_partitions_to_txn", asked)
    await writer.commit(bed.unit("ahead"))
    assert (await bed.read("said"))[-1] == (await bed.read("changelog"))[-1] == "ahead"


async def test_readers_of_committed_records_are_held_up_by_what_is_written_not_by_what_is_open(
    bed: Bed,
) -> None:
    writer = await bed.writer()
    for _ in range(12):
        await writer.commit(bed.unit("one"))
    await opened(writer)
    transaction = writer._writers[0]._transaction
    assert {tp.topic for tp in transaction.txn_partitions} == {
        f"{bed.prefix}said",
        f"{bed.prefix}changelog",
    }
    await foreign(bed, "said", "changelog")
    assert (await bed.read("said"))[-1] == (await bed.read("changelog"))[-1] == "foreign"

    await writer._ahead[0].take()
    await writer._write(writer._writers[0], bed.unit("half"))
    await foreign(bed, "said")
    assert (await bed.read("said"))[-1] == "foreign"
    assert len(await bed.read("said")) == 13
    await writer._writers[0].commit()
    assert (await bed.read("said"))[-2:] == ["half", "foreign"]


async def test_a_worker_idle_for_longer_than_the_time_out_is_not_fenced_by_the_broker(
    bed: Bed,
) -> None:
    idle = await bed.writer("idle", timeout_ms=2_000)
    careless = await bed.writer("careless", timeout_ms=2_000)
    for writer in (idle, careless):
        await writer.commit(bed.unit("before"))
        await opened(writer)
    careless._ahead[0]._no_timer()  # it never ends it
    await careless._write(careless._writers[0], bed.unit("too late"))
    await foreign(bed, "said")  # behind it: seen when the broker has ended it
    place = TopicPartition(f"{bed.prefix}said", 0)
    async with (
        asyncio.timeout(60),
        AIOKafkaConsumer(**bed.connection, isolation_level="read_committed") as consumer,
    ):
        consumer.assign([place])
        consumer.seek(place, 0)
        while (await consumer.getone()).key != b"foreign":
            pass
    assert not idle._writers[0].in_transaction
    await idle.commit(bed.unit("after"))
    with pytest.raises(Fenced):
        await careless.commit(bed.unit("after"))
    assert await bed.read("said") == ["before", "before", "foreign", "after"]


async def test_a_successor_takes_over_from_one_that_died_with_an_empty_transaction_open(
    bed: Bed,
) -> None:
    dead = await bed.writer()
    await dead.commit(bed.unit("before"))
    await opened(dead)
    dead._ahead[0]._no_timer()
    successor = await bed.writer()
    await successor.commit(bed.unit("after"))
    with pytest.raises(Fenced, match="partition 0 was taken over"):
        await dead.commit(bed.unit("late"))  # straight into its open transaction
    assert await bed.read("said") == await bed.read("changelog") == ["before", "after"]


async def test_a_zombie_whose_successor_has_written_nothing_yet_is_fenced_too(bed: Bed) -> None:
    zombie = await bed.writer()
    await zombie.commit(bed.unit("before"))
    await opened(zombie)
    successor = await bed.writer()
    await opened(successor)
    with pytest.raises(Fenced, match="partition 0 was taken over"):
        await zombie.commit(bed.unit("late"))
    await successor.commit(bed.unit("after"))
    assert await bed.read("said") == await bed.read("changelog") == ["before", "after"]


async def test_a_lease_taken_anew_or_given_up_leaves_no_transaction_open(bed: Bed) -> None:
    writer = await bed.writer()
    for word in ("one", "two"):
        await writer.commit(bed.unit(word))
        await opened(writer)
        await writer.open(0)  # a rebalance, and the partition stays
    await writer.commit(bed.unit("three"))
    await opened(writer)
    held = writer._writers[0]
    await writer.close(0)
    assert not held.in_transaction
    assert await bed.read("said") == await bed.read("changelog") == ["one", "two", "three"]


async def test_a_takeover_given_up_while_the_transaction_ends_leaves_no_connection(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = await bed.writer()
    await writer.commit(bed.unit("one"))
    await opened(writer)
    producer, ending = writer._writers[0], asyncio.Event()

    async def held() -> None:
        ending.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(producer, "abort", held)
    closing = asyncio.ensure_future(writer.close(0))
    await ending.wait()
    closing.cancel()
    await asyncio.wait([closing])
    assert not any(each.connected() for each in producer._producer.client._conns.values())


async def test_a_coordinator_that_is_lost_while_it_is_asked_ahead_is_looked_for(
    bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = await bed.writer()
    await writer.commit(bed.unit("one"))
    producer = writer._writers[0]
    client, asked = producer._producer.client, []
    stock = client.coordinator_lookup

    async def lookup(*question: object) -> object:
        asked.append(question)
        if len(asked) == 1:
            raise KafkaConnectionError("it went down")
        return await stock(*question)

    monkeypatch.setattr(client, "coordinator_lookup", lookup)
    producer._sender._coordinator_dead(CoordinationType.TRANSACTION)
    await opened(writer)
    assert len(asked) == 2
    await writer.commit(bed.unit("two"))
    assert await bed.read("said") == ["one", "two"]
