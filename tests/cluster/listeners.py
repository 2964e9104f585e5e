"""Where a cluster's nodes listen, and where they tell their clients to go."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.cluster.ports import free_ports

_CONTROLLER = "CONTROLLER"


@dataclass(frozen=True)
class Listener:
    """A way into every node: `ports` they listen on, `advertised` ports clients are told.

    Both have an entry a node; they differ where a proxy stands between.
    """

    name: str
    protocol: str
    ports: Sequence[int]
    advertised: Sequence[int]

    @classmethod
    def on_free_ports(cls, name: str, nodes: int, *, protocol: str = "PLAINTEXT") -> "Listener":
        """A listener that clients reach directly."""
        ports = free_ports(nodes)
        return cls(name, protocol, ports, ports)

    @property
    def bootstrap(self) -> str:
        """Addresses for Kafka clients, `host:port,host:port`."""
        return ",".join(f"127.0.0.1:{port}" for port in self.advertised)


def listener_properties(
    number: int, listeners: Sequence[Listener], controllers: Sequence[int]
) -> dict[str, object]:
    """The settings of node `number` (from 1); the first listener is the one among brokers."""
    own = number - 1
    bound = [f"{one.name}://127.0.0.1:{one.ports[own]}" for one in listeners]
    told = [f"{one.name}://127.0.0.1:{one.advertised[own]}" for one in listeners]
    kinds = [f"{one.name}:{one.protocol}" for one in listeners]
    voters = [f"{n}@127.0.0.1:{port}" for n, port in enumerate(controllers, start=1)]
    return {
        "process.roles": "broker,controller",
        "controller.quorum.voters": ",".join(voters),
        "controller.listener.names": _CONTROLLER,
        "inter.broker.listener.name": listeners[0].name,
        "listeners": ",".join([*bound, f"{_CONTROLLER}://127.0.0.1:{controllers[own]}"]),
        "advertised.listeners": ",".join(told),
        "listener.security.protocol.map": ",".join([*kinds, f"{_CONTROLLER}:PLAINTEXT"]),
    }
