"""The way to the broker for commands: tried until a deadline, then one line that says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from streams.errors import BrokerRefused, BrokerUnreachable


@contextmanager
def admin(connection: dict[str, Any], timeout_s: float) -> Iterator[KafkaAdminClient]:
    """An admin client, tried for `timeout_s` seconds.

    `connection` holds kafka-python's connection settings. Raises `BrokerUnreachable` when nobody
    answers in time, `BrokerRefused` when the broker says no inside the block.
    """
    with refusals():
        try:
            client = KafkaAdminClient(
                **connection,
                bootstrap_timeout_ms=max(1, round(timeout_s * 1000)),
                reconnect_backoff_max_ms=1_000,  # a broker that comes up is used within a second
            )
        except (KafkaError, OSError) as error:
            raise unreachable(connection, timeout_s) from error
        try:
            yield client
        finally:
            client.close()


@contextmanager
def refusals() -> Iterator[None]:
    """What the broker says no to becomes one readable line."""
    try:
        yield
    except KafkaError as error:
        raise BrokerRefused(
            f"the broker says no: {type(error).__name__}: {_short(error)}"
        ) from error


def unreachable(connection: dict[str, Any], timeout_s: float) -> BrokerUnreachable:
    """The error that says where nobody answered, and the mend."""
    servers = connection["bootstrap_servers"]
    return BrokerUnreachable(
        f"no Kafka broker answered at {', '.join(servers)} within {timeout_s:g} s; "
        "start it, or name another with --broker or CX_BROKER"
    )


def _short(error: KafkaError) -> str:
    """What a client says, up to where it starts to quote whole requests."""
    text = str(error).split(" failed with response ")[0].partition("Request '")[0]
    return text.strip(" :.") or "no further word"
