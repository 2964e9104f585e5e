"""Loopback ports that stay ours while the process that listened there is down."""

import random
import socket
from pathlib import Path

_LOWEST = 12_000
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_given: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Ports where nobody listens, never given before, below those of outgoing connections.

    A port of that range could be taken by any client while a broker is down; worse, a client that
    keeps knocking at it is, now and then, given it as its own and connects to itself.
    """
    ports: list[int] = []
    while len(ports) < count:
        port = random.randrange(_LOWEST, _highest())
        if port not in _given and _is_free(port):
            _given.add(port)
            ports.append(port)
    return ports


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _highest() -> int:
    """The first port of outgoing connections; 32,768 where the kernel doesn't tell."""
    try:
        return max(int(_RANGE.read_text().split()[0]), _LOWEST + 1_000)
    except OSError:
        return 32_768
