"""A cluster of Apache Kafka on loopback: one node or three, on ports and disks of its own."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.cluster.certificates import Certificates
from tests.cluster.errors import PartFailed
from tests.cluster.kafka_classes import kafka_classes
from tests.cluster.link import Link
from tests.cluster.listeners import Listener, listener_properties
from tests.cluster.node import Node
from tests.cluster.ports import free_ports
from tests.cluster.readiness import all_in_sync, all_registered, wait_until
from tests.cluster.security import grant, locked_listeners, locks, scram_users

# What makes a test's cluster fail over, elect, join and compact in seconds instead of minutes.
_BRISK: dict[str, object] = {
    "auto.create.topics.enable": "false",
    "broker.heartbeat.interval.ms": 500,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1_000,
    "log.cleaner.backoff.ms": 500,
    "log.cleaner.dedupe.buffer.size": 16 << 20,
    "log.initial.task.delay.ms": 500,
    "log.retention.check.interval.ms": 1_000,
    "num.io.threads": 4,
    "num.network.threads": 2,
    "offsets.topic.num.partitions": 4,
    "replica.lag.time.max.ms": 10_000,
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1_000,
    "transaction.state.log.num.partitions": 4,
}


class KafkaCluster:
    """Kafka 4.1.1 with `nodes` nodes, as a context manager or by `start` and `stop`.

    Three nodes keep everything three times, and want two of them for a write. `properties` are
    laid over those of every node; `heap_mb` is the heap of each, in megabytes, `java` are more
    options of Java's. All data, logs and settings lie in `folder`, which should be empty; they stay
    there when it stops.

    `secure` opens the locked ways in beside the plain one, with the users of `security.py` and
    their rights. `proxied` is the number of links: ways in of their own, for one worker each, that
    can be cut or slowed while everybody else talks directly.

    Ready means: every node answers, and knows all the others as brokers that may serve.
    Raises `PartMissing` without Java, or without Maven when Kafka isn't cached yet, and
    `PartFailed` with the tail of a log when it isn't ready within `deadline_s` seconds.

    Example::

        with KafkaCluster(tmp_path, nodes=3) as kafka:
            kafka.node(2).kill()
            ...
            kafka.node(2).start()
            kafka.in_sync()
    """

    def __init__(
        self,
        folder: Path,
        *,
        nodes: int = 1,
        secure: bool = False,
        proxied: int = 0,
        properties: Mapping[str, object] | None = None,
        heap_mb: int = 256,
        java: Sequence[str] = (),
        deadline_s: float = 180.0,
    ) -> None:
        self._folder = folder
        self._deadline_s = deadline_s
        self._java = [f"-Xmx{heap_mb}m", *java]
        self._secure = secure
        self._properties = _kept(nodes) | _BRISK
        self._listeners = {"plain": Listener.on_free_ports("PLAIN", nodes)}
        if secure:
            self.certificates = Certificates(folder / "certificates")
            self._listeners |= locked_listeners(nodes)
            self._properties |= locks(self.certificates)
        self.links = [Link(number, nodes) for number in range(1, proxied + 1)]
        self._listeners |= {f"link{link.number}": link.listener for link in self.links}
        self._properties |= properties or {}
        self._controllers = free_ports(nodes)
        self.nodes: list[Node] = []

    @property
    def bootstrap(self) -> str:
        """Addresses for Kafka clients, `host:port,host:port`; plain text, may do everything."""
        return self.address("plain")

    @property
    def url(self) -> str:
        """Address for Faust and for `CX_BROKER`, `kafka://host:port,kafka://host:port`."""
        return ",".join(f"kafka://{address}" for address in self.bootstrap.split(","))

    def address(self, listener: str) -> str:
        """Addresses of one way in, `host:port,host:port`.

        `plain` is always there, `link1` and so on with `proxied`. With `secure`: `sasl` (SASL_SSL
        with every mechanism), `tls` (SSL, wants a client's certificate), `bare` (SASL_PLAINTEXT);
        `expired` and `misnamed` are `sasl` behind a broker's certificate that must be refused.
        """
        return self._listeners[listener].bootstrap

    def node(self, number: int) -> Node:
        """Node 1, 2 or 3."""
        return self.nodes[number - 1]

    def link(self, number: int = 1) -> Link:
        """Link 1, 2 and so on."""
        return self.links[number - 1]

    def start(self) -> Self:
        """Make the disks, start all nodes and wait until they are ready."""
        self.nodes = [self._node(n) for n in range(1, len(self._controllers) + 1)]
        try:
            self._make_disks()
            for link in self.links:
                link.start()
            for node in self.nodes:
                node.start()
            self.ready(self._deadline_s)
            if self._secure:
                grant(self.bootstrap)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End all nodes at once; safe to call twice."""
        for node in self.nodes:
            node.kill()  # nobody reads their disks again: nothing to be saved
        for link in self.links:
            link.stop()

    def ready(self, deadline_s: float = 120.0) -> None:
        """Wait until all nodes are registered. Raises `PartFailed` after `deadline_s` seconds."""
        self._wait(all_registered, deadline_s, "ready")

    def in_sync(self, deadline_s: float = 120.0) -> None:
        """Wait until every replica of every partition is in sync: a node may be stopped again.

        Raises `PartFailed` when that takes longer than `deadline_s` seconds.
        """
        self._wait(all_in_sync, deadline_s, "in sync")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _node(self, number: int) -> Node:
        listeners = list(self._listeners.values())
        where = listener_properties(number, listeners, self._controllers)
        folder = self._folder / f"node-{number}"
        return Node(number, folder, where | self._properties, [*self._java, kafka_classes()])

    def _make_disks(self) -> None:
        users = scram_users() if self._secure else []
        formatting = [(node, node.format(users)) for node in self.nodes]  # all at once
        for node, process in formatting:
            node.formatted(process)

    def _wait(self, true: Callable[[str, int], bool], deadline_s: float, what: str) -> None:
        count = len(self.nodes)
        if wait_until(lambda: true(self.bootstrap, count), deadline_s, self._all_run):
            return
        told = "; ".join(
            f"node {node.number} (exit code {node.exit_code}) printed to {node.log}: {node.tail()}"
            for node in self.nodes
        )
        raise PartFailed(f"Kafka was not {what} within {deadline_s:g} s: {told}")

    def _all_run(self) -> bool:
        return all(node.running for node in self.nodes)


def _kept(nodes: int) -> dict[str, object]:
    """How often things are kept, and how soon a node that is silent is given up.

    Where there's one node nobody takes over, and giving it up on a busy machine helps nobody.
    """
    replicas = min(nodes, 3)
    in_sync = max(replicas - 1, 1)
    return {
        "broker.session.timeout.ms": 5_000 if nodes > 1 else 30_000,
        "default.replication.factor": replicas,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": in_sync,
    }
