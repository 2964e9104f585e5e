"""The nodes of a test's cluster: up together, stopped in every way, and back in sync."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from tests.cluster.child import Child
from tests.cluster.errors import PartFailed
from tests.cluster.kafka import KafkaCluster
from tests.cluster.readiness import all_in_sync, wait_until
from tests.cluster.topics import make_topic

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic(kafka3: KafkaCluster, prefix: str) -> str:
    """A topic as the cluster makes one when nobody says how often it's kept."""
    return make_topic(kafka3.bootstrap, prefix + "kept", partitions=3, replication=-1)


def test_three_nodes_keep_everything_three_times_and_want_two_for_a_write(
    kafka3: KafkaCluster, topic: str
) -> None:
    kafka3.in_sync()
    with closing(KafkaAdminClient(bootstrap_servers=kafka3.bootstrap.split(","))) as admin:
        assert len(admin.describe_cluster()["brokers"]) == 3
        (described,) = admin.describe_topics([topic])
        for partition in described["partitions"]:
            assert sorted(partition["isr_nodes"]) == [1, 2, 3]
        configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    print("CONFIGS", configs)


async def test_a_killed_node_costs_no_write_and_comes_back_in_sync(
    kafka3: KafkaCluster, topic: str
) -> None:
    async with AIOKafkaProducer(bootstrap_servers=kafka3.bootstrap, acks="all") as producer:
        kafka3.node(2).kill()
        assert kafka3.node(2).exit_code == -signal.SIGKILL
        for number in range(3):
            await producer.send_and_wait(topic, b"one of three is down", partition=number)
    kafka3.node(2).start()
    kafka3.in_sync()
    assert all_in_sync(kafka3.bootstrap, 3)


def test_a_node_told_to_stop_says_goodbye_first(kafka3: KafkaCluster) -> None:
    kafka3.node(3).terminate()
    assert kafka3.node(3).wait() == 128 + signal.SIGTERM
    kafka3.node(3).start()
    kafka3.in_sync()


def test_a_paused_node_falls_out_of_sync_and_catches_up(kafka3: KafkaCluster, topic: str) -> None:
    others = ",".join(kafka3.bootstrap.split(",")[1:])
    kafka3.node(1).pause()
    try:
        assert wait_until(lambda: isr(others, topic) == {2, 3}, 30.0, lambda: True)
    finally:
        kafka3.node(1).resume()
    kafka3.in_sync()


def isr(bootstrap: str, topic: str) -> set[int]:
    """The nodes that are in sync for every partition."""
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap.split(","))) as admin:
        (described,) = admin.describe_topics([topic])
    return set.intersection(*(set(one["isr_nodes"]) for one in described["partitions"]))


def test_a_setting_that_kafka_refuses_is_told_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(PartFailed, match=r"Kafka node 1 .*Invalid value never"):
        KafkaCluster(tmp_path, properties={"num.io.threads": "never"}).start()


def test_a_node_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    refused = {"authorizer.class.name": "no.such.Authorizer"}
    with pytest.raises(PartFailed, match=r"node 1 \(exit code 1\) printed .*no\.such\.Authorizer"):
        KafkaCluster(tmp_path, properties=refused).start()


def test_a_child_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    child = Child(["sleep", "60"], tmp_path / "log")
    starting = threading.Thread(target=child.start)
    starting.start()
    starting.join()
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.2)
    child.kill()


def test_a_child_ends_with_its_parent_even_after_kill_9(tmp_path: Path) -> None:
    script = (
        "import sys; from tests.cluster.child import Child; from pathlib import Path\n"
        "child = Child(['sleep', '60'], Path(sys.argv[1])); child.start()\n"
        "print(child.pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "log")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 10
    while runs(child) and time.monotonic() < deadline:
        os.sched_yield()
    assert not runs(child)


def runs(pid: int) -> bool:
    """A zombie waiting for its reaper has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
