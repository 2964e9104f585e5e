"""Credentials that stop working while a worker runs: aiokafka tries on for ever and only logs it.

With every connection lost there is nothing to read, so nothing lags, and no watchdog barks.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Any

import aiokafka.client
from aiokafka.errors import KafkaError

from streams.engine.broker_errors import readable
from streams.errors import AccessDenied, ConfigurationError, StreamsError

PATIENCE_S = 20.0
"""A broker that starts may not know its users yet."""

_connect = aiokafka.client.create_conn


class TurnedAway:
    """Calls `fail` when every attempt to connect has been turned away for `patience_s` seconds.

    Attempts are made only for connections that are needed. `clock` counts seconds. Only the newest
    one in a process is told of attempts.

    >>> now, told = [0.0], []
    >>> door = TurnedAway(told.append, lambda: now[0])
    >>> door.refused(AccessDenied("no")); now[0] = 19.0; door.refused(AccessDenied("no")); told
    []
    >>> now[0] = 20.0; door.refused(AccessDenied("no")); told
    [AccessDenied('no')]
    """

    def __init__(
        self,
        fail: Callable[[BaseException], Any],
        clock: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._fail = fail
        self._clock = clock
        self._patience_s = patience_s
        self._since: float | None = None

    def watch(self) -> None:
        """Look at every connection that aiokafka makes from now on."""
        aiokafka.client.create_conn = self._create_conn

    def let_in(self) -> None:
        """An attempt has succeeded."""
        self._since = None

    def refused(self, why: StreamsError) -> None:
        """An attempt was turned away, for a reason that the next one won't change."""
        now = self._clock()
        self._since = now if self._since is None else self._since
        if now - self._since >= self._patience_s:
            self._fail(why)

    async def _create_conn(self, host: str, port: int, **words: Any) -> Any:
        try:
            connection = await _connect(host, port, **words)
        except (OSError, KafkaError) as error:
            why = _lasting(error, f"{host}:{port}")
            if why is not None:
                self.refused(why)
            raise
        self.let_in()
        return connection


def _lasting(error: Exception, place: str) -> StreamsError | None:
    """The reason, if it lies in credentials or certificates; None for a broker that is away."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return ConfigurationError(
            f"the certificate of {place} is not trusted any more: {error.verify_message}; see "
            "CX_SSL_CA and the broker's certificate"
        )
    known = readable(error)
    return known if isinstance(known, AccessDenied | ConfigurationError) else None
