"""Delivery guarantees: how a unit of work becomes durable, and which way the broker allows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol, TypeAlias

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    IncompatibleBrokerVersion,
    TransactionalIdAuthorizationFailed,
    UnknownError,
    UnsupportedVersionError,
)

from streams.engine.broker_errors import not_our_transactions
from streams.engine.effectively_once import EffectivelyOnce
from streams.engine.exactly_once import ExactlyOnce
from streams.engine.unit_of_work import UnitOfWork
from streams.errors import AccessDenied, BrokerUnreachable, ConfigurationError

log = logging.getLogger(__name__)

Wanted: TypeAlias = Literal["auto", "exactly_once", "effectively_once"]

ATTEMPTS = 3
PATIENCE_S = 30.0
RETRY_S = 0.5


class Delivery(Protocol):
    """A delivery guarantee.

    `exclusive` says that nobody else can write to a partition's changelog while it is ours.
    """

    exclusive: ClassVar[bool]

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Release everything."""

    async def open(self, partition: int) -> None:
        """Make ready to write for a partition, before its changelog is read.

        Whatever a predecessor left open is settled when this returns.
        """

    async def close(self, partition: int) -> None:
        """The partition is no longer ours."""

    async def commit(self, unit: UnitOfWork) -> int | None:
        """Make the unit durable -> offset of its first changelog record, None without state.

        Raises whatever went wrong; the process then stops, since what became durable is unknown.
        """


async def choose_delivery(
    wanted: Wanted,
    name: str,
    changelog: str,
    connection: Mapping[str, Any],
    transaction_timeout_ms: int,
) -> Delivery:
    """The strongest guarantee the broker can give, or the one asked for.

    Raises:
        ConfigurationError: the guarantee asked for can't be given here.
        AccessDenied: transactions aren't allowed to us, and `wanted` doesn't do without.
        BrokerUnreachable: no answer about transactions within 30 s.
    """
    try:
        transactions = await _transactions(f"{name}-probe", connection)
    except AccessDenied:
        if wanted != "effectively_once":
            raise
        transactions = True  # for others
    if wanted == "exactly_once" and not transactions:
        raise ConfigurationError(
            "delivery exactly_once needs a broker with transactions, and this one has none: "
            "set delivery (CX_DELIVERY) to auto or effectively_once"
        )
    if transactions and wanted != "effectively_once":
        log.info("delivery exactly once: one transaction a unit of work")
        return ExactlyOnce(name, changelog, connection, transaction_timeout_ms)
    why = "as asked for" if transactions else "the broker has no transactions"
    log.info("delivery effectively once (%s): outputs first, then state", why)
    return EffectivelyOnce(changelog, connection, idempotent=transactions)


async def _transactions(probe: str, connection: Mapping[str, Any]) -> bool:
    """Whether the broker hands out transactional producers.

    An answer of "unknown error" is what the embedded broker says; a Kafka that only stumbles
    must not cost the guarantee, so it is asked again.
    """
    for attempt in range(1, ATTEMPTS + 1):
        producer = AIOKafkaProducer(transactional_id=probe, **connection)
        try:
            await asyncio.wait_for(producer.start(), PATIENCE_S)
        except (IncompatibleBrokerVersion, UnsupportedVersionError):
            return False
        except UnknownError:
            if attempt == ATTEMPTS:
                return False
            await asyncio.sleep(RETRY_S)
        except TransactionalIdAuthorizationFailed as error:
            raise not_our_transactions(probe.removesuffix("probe")) from error
        except TimeoutError as error:
            raise BrokerUnreachable(
                f"no transaction coordinator answered within {PATIENCE_S:.0f} s: check that all "
                "brokers are up and __transaction_state has its replicas"
            ) from error
        else:
            return True
        finally:
            await producer.stop()
    return False
