"""A registry that doesn't answer is asked again, until a deadline: for starts and for commands."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from streams.adapters.registry.client import Client
from streams.errors import RegistryUnreachable

log = logging.getLogger(__name__)

_FIRST_S = 0.2
_LONGEST_S = 5.0


def pauses() -> Iterator[float]:
    """Seconds to wait before asking again, for ever; doubling up to five.

    >>> from itertools import islice
    >>> list(islice(pauses(), 7))
    [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    """
    pause = _FIRST_S
    while True:
        yield min(pause, _LONGEST_S)
        pause = min(2 * pause, _LONGEST_S)


class PatientClient:
    """Asks as `Client` does, and again while nobody answers, for up to `patience_s` seconds.

    It blocks: never call it in an event loop. `clock` counts seconds, `sleep` lets them pass.
    """

    def __init__(
        self,
        client: Client,
        patience_s: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._patience_s = patience_s
        self._clock = clock
        self._sleep = sleep

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer; None: the registry knows no such thing. Raises as `Client.ask` does."""
        deadline = self._clock() + self._patience_s
        waits = pauses()
        while True:
            try:
                return self._client.ask(method, path, body)
            except RegistryUnreachable as error:
                left = deadline - self._clock()
                if left <= 0:
                    raise RegistryUnreachable(
                        f"{error}, tried for {self._patience_s:g} s; start it, or name another "
                        "with CX_SCHEMA_REGISTRY"
                    ) from error
                log.warning("%s; trying again for %.0f s more", error, left)
                self._sleep(min(next(waits), left))
