"""Whether a cluster is up, asked of the cluster itself."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

_BETWEEN_S = 0.1


def all_registered(bootstrap: str, nodes: int) -> bool:
    """Whether every address of `bootstrap` answers and knows `nodes` brokers that may serve."""
    return all(_brokers(address) == nodes for address in bootstrap.split(","))


def all_in_sync(bootstrap: str, nodes: int) -> bool:
    """Whether all are registered and every replica of every partition is in sync, with a leader."""
    if not all_registered(bootstrap, nodes):
        return False
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap.split(","))) as admin:
        return all(
            partition["leader_id"] >= 0
            and len(partition["isr_nodes"]) == len(partition["replica_nodes"])
            for topic in admin.describe_topics()
            for partition in topic["partitions"]
        )


def wait_until(true: Callable[[], bool], deadline_s: float, alive: Callable[[], bool]) -> bool:
    """Ask again and again -> whether it got true in time; gives up when nobody is `alive`."""
    deadline = time.monotonic() + deadline_s
    pause = threading.Event()  # a cluster tells nobody when it's ready: there's no event to await
    while time.monotonic() < deadline and alive():
        try:
            if true():
                return True
        except (OSError, KafkaError):
            pass
        pause.wait(_BETWEEN_S)
    return False


def _brokers(address: str) -> int:
    """How many brokers a node knows that may serve; `OSError` when its port isn't open yet."""
    host, _, port = address.rpartition(":")
    # Asked first: a client that finds nobody keeps trying, and leaves a thread behind.
    socket.create_connection((host, int(port)), timeout=1.0).close()
    with closing(KafkaAdminClient(bootstrap_servers=address, bootstrap_timeout_ms=5_000)) as admin:
        brokers = admin.describe_cluster()["brokers"]
    return sum(not broker.get("is_fenced") for broker in brokers)
