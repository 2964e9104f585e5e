"""Transactions on real Kafka: the lease on a partition, and what a read-committed reader sees."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import CoordinationType
from aiokafka.errors import KafkaConnectionError, ProducerClosed
from kafka import KafkaAdminClient

from streams.embedded import EmbeddedBroker
from streams.engine.delivery import choose_delivery
from streams.engine.effectively_once import EffectivelyOnce
from streams.engine.exactly_once import ExactlyOnce
from streams.engine.job import Record
from streams.engine.log_ends import log_limits
from streams.engine.unit_of_work import UnitOfWork
from streams.errors import ConfigurationError, Fenced
from tests.cluster.kafka import KafkaCluster

pytestmark = pytest.mark.kafka

TIMEOUT_MS = 60_000


class Bed:
    """Two topics, and writers to them that are closed at the end."""

    def __init__(self, kafka: KafkaCluster, prefix: str) -> None:
        self.connection = {"bootstrap_servers": kafka.bootstrap.split(",")}
        self.prefix = prefix
        self.writers: list[ExactlyOnce] = []

    async def writer(self) -> ExactlyOnce:
        """A new holder of partition 0's lease."""
        name = f"{self.prefix}app"
        writer = ExactlyOnce(name, f"{self.prefix}changelog", self.connection, TIMEOUT_MS)
        self.writers.append(writer)
        await writer.open(0)
        return writer

    def unit(self, what: str) -> UnitOfWork:
        """One output and one state."""
        said = Record(f"{self.prefix}said", what.encode(), b"")
        return UnitOfWork(0, [said], [Record("", what.encode(), b"")])

    async def read(self, topic: str) -> list[str]:
        """Keys that a read-committed reader sees."""
        place, found = TopicPartition(self.prefix + topic, 0), []
        async with (
            asyncio.timeout(60),
            AIOKafkaConsumer(**self.connection, isolation_level="read_committed") as consumer,
        ):
            end = (await log_limits(consumer, [place]))[place].end
            consumer.assign([place])
            consumer.seek(place, 0)
            while await consumer.position(place) < end:
                for records in (await consumer.getmany(timeout_ms=500)).values():
                    found += [record.key.decode() for record in records]
        return found


@pytest.fixture
async def bed(kafka: KafkaCluster, prefix: str) -> AsyncIterator[Bed]:
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    topic = {"num_partitions": 1, "replication_factor": 1}
    admin.create_topics({f"{prefix}{name}": topic for name in ("said", "changelog")})
    admin.close()
    bed = Bed(kafka, prefix)
    yield bed
    for writer in bed.writers:
        await writer.stop()


async def test_a_unit_is_seen_whole_and_its_place_in_the_changelog_is_known(bed: Bed) -> None:
    writer = await bed.writer()
    assert await writer.commit(bed.unit("one")) == 0
    assert await writer.commit(bed.unit("two")) == 2  # a marker lies between
    assert await bed.read("said") == await bed.read("changelog") == ["one", "two"]


async def test_who_lost_the_lease_is_fenced_and_nothing_of_it_is_seen(bed: Bed) -> None:
    zombie = await bed.writer()
    await zombie.commit(bed.unit("before"))
    owner = await bed.writer()
    with pytest.raises(Fenced, match="partition 0 was taken over"):
        await zombie.commit(bed.unit("late"))
    await owner.commit(bed.unit("after"))
    assert await bed.read("said") == await bed.read("changelog") == ["before", "after"]


async def test_what_a_predecessor_left_open_is_settled_when_the_lease_is_taken(bed: Bed) -> None:
    dead = await bed.writer()
    await dead.commit(bed.unit("before"))
    producer = dead._writers[0]
    await producer.begin()
    await dead._write(producer, bed.unit("never finished"))

    await (await bed.writer()).commit(bed.unit("after"))
    assert await bed.read("said") == await bed.read("changelog") == ["before", "after"]


async def test_a_unit_that_fails_in_the_middle_is_not_seen_and_holds_nobody_up(bed: Bed) -> None:
    writer = await bed.writer()
    unit = bed.unit("half")
    unit.outputs = [*unit.outputs, Record(f"{bed.prefix}said", b"x" * 2_000_000, b"")]
    with pytest.raises(Exception, match=r"[Mm]essage"):  # larger than the topic takes
        await writer.commit(unit)
    assert await bed.read("said") == await bed.read("changelog") == []


async def test_a_unit_of_several_batches_is_one_transaction(bed: Bed) -> None:
    writer = await bed.writer()
    unit = bed.unit("first")
    big = [Record(f"{bed.prefix}said", f"{n}".encode(), b"x" * 400_000) for n in range(5)]
    unit.outputs = [*unit.outputs, *big]
    assert await writer.commit(unit) == 0
    assert await bed.read("said") == ["first", "0", "1", "2", "3", "4"]
    assert await bed.read("changelog") == ["first"]


async def test_a_broker_that_goes_down_amid_the_question_who_coordinates_is_asked_again(
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
    await writer.commit(bed.unit("two"))
    assert len(asked) == 2
    assert await bed.read("said") == ["one", "two"]


async def test_stopping_ends_a_commit_under_way_and_leaves_no_connection(bed: Bed) -> None:
    writer = await bed.writer()
    await writer.commit(bed.unit("one"))
    producer = writer._writers[0]
    written = asyncio.Event()

    async def held() -> None:
        written.set()
        await asyncio.Event().wait()

    producer.commit = held  # type: ignore[method-assign]
    committing = asyncio.ensure_future(writer.commit(bed.unit("two")))
    await written.wait()
    await writer.stop()
    committing.cancel()
    await asyncio.wait([committing])
    with pytest.raises(ProducerClosed):
        await producer._sender.end()
    assert not any(each.connected() for each in producer._producer.client._conns.values())
    assert await bed.read("said") == ["one"]


async def test_the_strongest_delivery_the_broker_can_give_is_chosen(
    kafka: KafkaCluster, embedded: EmbeddedBroker, prefix: str
) -> None:
    both = [{"bootstrap_servers": broker.bootstrap.split(",")} for broker in (kafka, embedded)]
    chosen = [
        type(await choose_delivery("auto", prefix, "changelog", connection, TIMEOUT_MS))
        for connection in both
    ]
    assert chosen == [ExactlyOnce, EffectivelyOnce]
    weaker = await choose_delivery("effectively_once", prefix, "changelog", both[0], TIMEOUT_MS)
    assert isinstance(weaker, EffectivelyOnce)
    with pytest.raises(ConfigurationError, match=r"set delivery \(CX_DELIVERY\) to auto"):
        await choose_delivery("exactly_once", prefix, "changelog", both[1], TIMEOUT_MS)
