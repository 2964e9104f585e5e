"""The way to the broker for commands: tried until a deadline, then one line that says so."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import (
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NodeNotReadyError,
)

from streams.adapters.knock import NotYet, knock
from streams.engine.broker_errors import readable, said
from streams.errors import BrokerRefused, BrokerUnreachable

_TRY_S = 10.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.05, 1.0


@contextmanager
def admin(connection: dict[str, Any], timeout_s: float) -> Iterator[KafkaAdminClient]:
    """An admin client, tried for `timeout_s` seconds.

    `connection` holds kafka-python's connection settings. Raises `BrokerUnreachable` when nobody
    answers in time, `ConfigurationError` or `AccessDenied` when no further try would help,
    `BrokerRefused` or `AccessDenied` when the broker says no inside the block.
    """
    deadline = time.monotonic() + timeout_s
    reach(connection, timeout_s)
    with refusals():
        try:
            client = KafkaAdminClient(
                **connection,
                bootstrap_timeout_ms=max(1_000, round((deadline - time.monotonic()) * 1000)),
                reconnect_backoff_max_ms=1_000,  # a broker that comes up is used within a second
            )
        except (KafkaError, OSError) as error:
            raise unreachable(connection, timeout_s) from error
        try:
            yield client
        finally:
            client.close()


def reach(connection: Mapping[str, Any], timeout_s: float) -> None:
    """Knock at all brokers in turn until one lets us in, for `timeout_s` seconds."""
    places: list[str] = connection["bootstrap_servers"]
    deadline, wait_s = time.monotonic() + timeout_s, _FIRST_WAIT_S
    while True:
        for place in places:
            left_s = deadline - time.monotonic()
            try:
                knock(connection, place, min(_TRY_S, max(0.5, left_s)))
            except NotYet as error:
                why = str(error) if len(places) == 1 else f"{place}: {error}"
                last = unreachable(connection, timeout_s, why)
            except BrokerUnreachable as error:  # of whoever gives us our token
                last = error
            else:
                return
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            raise last
        time.sleep(min(wait_s, left_s))
        wait_s = min(2 * wait_s, _LONGEST_WAIT_S)


@contextmanager
def refusals() -> Iterator[None]:
    """What the broker says no to becomes one readable line."""
    try:
        yield
    except KafkaError as error:
        words = said(error) or "no further word"
        if isinstance(error, KafkaConnectionError | KafkaTimeoutError | NodeNotReadyError):
            raise BrokerUnreachable(
                f"a broker answered, and then there was no way to it ({words}); the addresses that "
                "brokers tell their clients (advertised.listeners) must be right from here too"
            ) from error
        raise readable(error) or BrokerRefused(
            f"the broker says no: {type(error).__name__}: {words}"
        ) from error


def unreachable(
    connection: Mapping[str, Any], timeout_s: float, why: str = ""
) -> BrokerUnreachable:
    """The error that says where nobody answered, and the mend."""
    servers = connection["bootstrap_servers"]
    return BrokerUnreachable(
        f"no Kafka broker answered at {', '.join(servers)} within {timeout_s:g} s"
        + (f" ({why})" if why else "")
        + "; start it, or name another with --broker or CX_BROKER"
    )
