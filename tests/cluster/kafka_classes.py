"""The first node that a machine runs: it serves nobody, so that the later ones start sooner."""

from pathlib import Path

from tests.cluster.classes import class_archive
from tests.cluster.listeners import Listener, listener_properties
from tests.cluster.maven import KAFKA
from tests.cluster.node import Node
from tests.cluster.ports import free_ports
from tests.cluster.readiness import all_registered, wait_until

_PATIENCE_S = 120.0


def kafka_classes() -> str:
    """The option of Java's for every node, as `class_archive` says."""
    return class_archive(f"kafka-{KAFKA}", _live)


def _live(folder: Path, option: str) -> None:
    listener = Listener.on_free_ports("PLAIN", 1)
    properties = listener_properties(1, [listener], free_ports(1))
    fresh = Node(1, folder / "node", properties)
    fresh.formatted(fresh.format())
    node = Node(1, folder / "node", properties, [option])
    node.start()
    try:
        wait_until(lambda: all_registered(listener.bootstrap, 1), _PATIENCE_S, lambda: node.running)
        node.terminate()
        node.wait(_PATIENCE_S)
    finally:
        node.kill()
