"""A link does to one client what networks and disks do, and leaves all others alone."""

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaStorageError, RequestTimedOutError

from tests.cluster.kafka import KafkaCluster
from tests.cluster.link import Link
from tests.cluster.produce_fault import UnknownProduce
from tests.cluster.topics import make_topic

pytestmark = pytest.mark.kafka

GIVES_UP_S = 1.5


@pytest.fixture
def link(kafka: KafkaCluster) -> Iterator[Link]:
    yield kafka.link()
    kafka.link().heal()


@pytest.fixture
def topic(kafka: KafkaCluster, prefix: str) -> str:
    return make_topic(kafka.bootstrap, prefix + "far")


@pytest.fixture
async def far(link: Link, topic: str) -> AsyncIterator[AIOKafkaProducer]:
    """A producer behind the link, that has sent one record."""
    async with AIOKafkaProducer(
        bootstrap_servers=link.bootstrap,
        request_timeout_ms=int(GIVES_UP_S * 1000),
        retry_backoff_ms=50,
    ) as producer:
        await producer.send_and_wait(topic, b"first")
        yield producer


@pytest.fixture
async def near(kafka: KafkaCluster) -> AsyncIterator[AIOKafkaProducer]:
    """A producer that talks directly."""
    async with AIOKafkaProducer(bootstrap_servers=kafka.bootstrap) as producer:
        yield producer


def port_of(link: Link) -> int:
    return int(link.bootstrap.rpartition(":")[2])


async def values(kafka: KafkaCluster, topic: str, count: int) -> list[bytes]:
    """The first `count` values, read directly."""
    async with (
        asyncio.timeout(20),
        AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap) as consumer,
    ):
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        return [(await consumer.getone()).value for _ in range(count)]


async def test_cut_it_is_silent_and_healed_it_delivers_late(
    kafka: KafkaCluster, link: Link, topic: str, far: AIOKafkaProducer, near: AIOKafkaProducer
) -> None:
    link.cut()
    sending = asyncio.ensure_future(far.send_and_wait(topic, b"late"))
    await near.send_and_wait(topic, b"direct")
    assert not sending.done()
    link.heal()
    await sending
    assert await values(kafka, topic, 3) == [b"first", b"direct", b"late"]


async def test_the_last_words_of_who_gave_up_arrive_too(
    kafka: KafkaCluster, link: Link, topic: str, far: AIOKafkaProducer, near: AIOKafkaProducer
) -> None:
    link.cut()
    with pytest.raises(RequestTimedOutError):
        await far.send_and_wait(topic, b"given up")
    await far.stop()
    await near.send_and_wait(topic, b"direct")
    link.heal()
    assert await values(kafka, topic, 3) == [b"first", b"direct", b"given up"]


async def test_a_new_connection_to_a_cut_link_hangs(link: Link) -> None:
    link.cut()
    reader, writer = await asyncio.open_connection("127.0.0.1", port_of(link))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.3)
    writer.close()


async def test_refused_it_resets_and_lets_nobody_in(
    link: Link, topic: str, far: AIOKafkaProducer
) -> None:
    assert link.connections > 0
    link.refuse()
    assert link.connections == 0
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port_of(link))
    sending = asyncio.ensure_future(far.send_and_wait(topic, b"after"))
    link.heal()
    await sending


async def test_slow_it_takes_its_time(link: Link, topic: str, far: AIOKafkaProducer) -> None:
    link.slow(latency_s=0.15)
    began = time.monotonic()
    await far.send_and_wait(topic, b"there and back")
    assert time.monotonic() - began >= 0.3
    link.slow(bytes_per_s=10_000)
    began = time.monotonic()
    await far.send_and_wait(topic, b"x" * 5_000)
    assert time.monotonic() - began >= 0.5


async def test_a_full_disk_is_seen_and_nothing_is_written(
    kafka: KafkaCluster, link: Link, topic: str, far: AIOKafkaProducer, near: AIOKafkaProducer
) -> None:
    full = link.fail_produce()
    with pytest.raises(KafkaStorageError):
        await far.send_and_wait(topic, b"refused")
    assert full.answered > 1
    await near.send_and_wait(topic, b"direct")
    link.heal()
    await far.send_and_wait(topic, b"room again")
    assert await values(kafka, topic, 3) == [b"first", b"direct", b"room again"]


async def test_errors_can_be_counted_out(
    kafka: KafkaCluster, link: Link, topic: str, far: AIOKafkaProducer
) -> None:
    two = link.fail_produce(times=2)
    await far.send_and_wait(topic, b"third time lucky")
    assert two.answered == 2
    assert await values(kafka, topic, 2) == [b"first", b"third time lucky"]


async def test_answers_keep_their_order_when_one_is_our_own(
    kafka: KafkaCluster, link: Link, topic: str
) -> None:
    """A producer with transactions sends several kinds of requests on one connection."""
    async with AIOKafkaProducer(
        bootstrap_servers=link.bootstrap, transactional_id=topic, retry_backoff_ms=20
    ) as producer:
        for number in range(5):
            link.fail_produce(times=1)
            async with producer.transaction():
                await producer.send(topic, b"%d" % number)
                await producer.send_and_wait(topic, b"and")
    async with (
        asyncio.timeout(20),
        AIOKafkaConsumer(
            bootstrap_servers=link.bootstrap, isolation_level="read_committed"
        ) as consumer,
    ):
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        read = [(await consumer.getone()).value for _ in range(10)]
    assert read == [b"0", b"and", b"1", b"and", b"2", b"and", b"3", b"and", b"4", b"and"]


def test_a_producer_it_does_not_understand_is_told_loudly(link: Link) -> None:
    header = struct.pack(">hhi", 0, 9, 1)  # Produce, version 9, correlation id
    with socket.create_connection(("127.0.0.1", port_of(link))) as foreign:
        foreign.sendall(struct.pack(">i", len(header)) + header)
        assert foreign.recv(1) == b""
    with pytest.raises(UnknownProduce, match="Produce version 9; versions 3 to 8 can"):
        link.heal()
