"""Schema ids from a Schema Registry; what was found once is never asked for again.

At a start and in commands a registry that doesn't answer is waited for, see `PatientClient`. While
a worker runs, only a record with an id that is new here needs the registry, and it is asked in a
thread: known ids go on whatever becomes of it.
"""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from streams.adapters.faults import Fault
from streams.adapters.registry.client import Address, Client, subject_path
from streams.adapters.registry.patient import PatientClient, pauses
from streams.adapters.registry.references import whole
from streams.adapters.schema_ids import Absent
from streams.adapters.schemas import Schema
from streams.errors import (
    ConfigurationError,
    RegistryRefused,
    RegistryUnreachable,
    SchemaError,
)

log = logging.getLogger(__name__)

FORGET_S = 30.0
"""How long an id that wasn't found stays so."""
MOST_MISSES = 50
"""Ids asked for in vain within `FORGET_S` before no more are asked for: whoever writes random ones
must not keep us asking."""
LAG_S = 1.0
"""A registry's nodes learn of a new schema within this; an id not found is asked for once more."""
DOWN_S = 5.0
"""A registry that didn't answer isn't asked again so soon, where nobody waits for it."""
SAY_EVERY_S = 10.0

_LARGEST_ID = 2**31 - 1
_MOST_ABSENT = 10_000
_NEWEST = 20
"""Versions of a subject learnt beforehand."""


class Registry:
    """Looks schemas up by id, and ids by schema.

    `patience_s`: how long to try at start. `register`: whether a schema that its subject lacks
    may be added; with False that is an error. `wait`: whether records whose schema can't be asked
    for now wait for the registry (True) or have none (False). `waited` is told the seconds that
    such records wait, while they do. `clock` counts seconds; `sleep` lets them pass in the loop.
    """

    def __init__(
        self,
        address: Address,
        *,
        patience_s: float = 30.0,
        register: bool = True,
        wait: bool = True,
        waited: Callable[[float], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = Client(address)
        self._patient = PatientClient(self._client, patience_s, clock)
        self._register = register
        self._wait = wait
        self._waited = waited
        self._clock = clock
        self._sleep = sleep
        self._known: dict[int, Schema] = {}
        self._ids: dict[tuple[str, str], int] = {}
        self._absent: dict[int, tuple[Absent, float]] = {}
        self._misses: deque[float] = deque(maxlen=MOST_MISSES)
        self._down_until = 0.0
        self._said_at: float | None = None  # that it doesn't answer
        self._one_at_a_time = asyncio.Lock()

    # --- at a start, and in commands: these block

    def id_of(self, subject: str, schema: Schema) -> int:
        """The subject's id of this schema, registered if need be and allowed.

        Raises:
            RegistryUnreachable: nobody answered in time.
            RegistryRefused: wrong credentials, or no right to do that.
            ConfigurationError: TLS can't be agreed on, or that is no registry.
            SchemaError: the subject doesn't have the schema, or doesn't take it.
        """
        text = json.dumps(schema)
        known = self._ids.get((subject, text))
        if known is not None:
            return known
        path, body = subject_path(subject), {"schema": text}
        answer = self._patient.ask("POST", path, body)
        if answer is None:
            answer = self._registered(subject, schema["name"], path, body)
        if not isinstance(answer, dict) or not isinstance(answer.get("id"), int):
            raise ConfigurationError(
                f"{self._client.name}{path}: an answer without an id; is CX_SCHEMA_REGISTRY one?"
            )
        schema_id: int = answer["id"]
        self._ids[subject, text] = schema_id
        self._known[schema_id] = schema
        return schema_id

    def _registered(self, subject: str, name: str, path: str, body: dict[str, Any]) -> Any:
        if not self._register:
            raise SchemaError(
                f"schema registry {self._client.name}: subject {subject} doesn't have today's "
                f"{name}; run `cxstreams schemas register`, or set CX_REGISTER_SCHEMAS=true"
            )
        try:
            answer = self._patient.ask("POST", f"{path}/versions", body)
        except SchemaError as error:
            raise SchemaError(f"{error}; `cxstreams schemas check` shows what lies there") from None
        log.info("schema registry: registered %s for subject %s", name, subject)
        return answer

    def learn(self, subject: str) -> None:
        """Have the newest versions of a subject at hand, before anybody needs them.

        Whoever may not read subjects learns them from records. Raises as `id_of`.
        """
        path = f"{subject_path(subject)}/versions"
        try:
            versions = self._patient.ask("GET", path) or []
            for version in versions[-_NEWEST:]:
                answer = self._patient.ask("GET", f"{path}/{version}") or {}
                schema_id = answer.get("id")
                if isinstance(schema_id, int):
                    found = _read(schema_id, answer, self._patient.ask)
                    if not isinstance(found, Absent):
                        self._known[schema_id] = found
        except RegistryRefused as error:
            if error.status != 403:
                raise
            log.info("%s; its schemas are asked for by id, as records bring them", error)

    def writer(self, schema_id: int) -> Schema | None:
        """The schema with this id; None: the registry has none that we could read by."""
        found = self.at_hand(schema_id)
        if found is None:
            found = _ask_for(schema_id, self._patient.ask)
            self._keep(schema_id, found)
        return None if isinstance(found, Absent) else found

    # --- while a worker runs: these never block

    def at_hand(self, schema_id: int) -> Schema | Absent | None:
        """The schema with this id, or why there is none; None: `fetch` it first."""
        known = self._known.get(schema_id)
        if known is not None:
            return known
        now = self._clock()
        absent, until = self._absent.get(schema_id, (None, 0.0))
        if absent is not None and now < until:
            return absent
        if schema_id > _LARGEST_ID:
            return _unknown(schema_id, "is larger than any registry's")
        if now < self._down_until:
            return Absent(
                Fault.REGISTRY_UNAVAILABLE,
                f"schema id {schema_id} is new here, and the registry doesn't answer",
            )
        if len(self._misses) == MOST_MISSES and now < self._misses[0] + FORGET_S:
            return _unknown(schema_id, f"comes after {MOST_MISSES} unknown ones in a short time")
        return None

    async def fetch(self, schema_ids: Sequence[int]) -> None:
        """Ask for ids that aren't at hand: with patience, or once, as `wait` says."""
        async with self._one_at_a_time:  # what one partition asks for, others may need
            missed = [one for one in schema_ids[:MOST_MISSES] if not await self._found(one)]
            if missed:
                await self._sleep(LAG_S)
            for schema_id in missed:
                await self._found(schema_id, last=True)

    async def _found(self, schema_id: int, *, last: bool = False) -> bool:
        """Whether there is a word on an id; one not found counts as a word the last time."""
        if self.at_hand(schema_id) is not None:
            return True
        began = self._clock()
        for pause in pauses():
            try:
                found = await asyncio.to_thread(_ask_for, schema_id, self._client.ask)
                break
            except (RegistryUnreachable, RegistryRefused, ConfigurationError) as error:
                if not self._wait:
                    self._say("%s; records with ids new here are dead letters", error)
                    self._down_until = self._clock() + DOWN_S
                    return True
                self._say("%s; records with ids new here wait", error)
            await self._sleep(pause)
            now = self._clock()
            self._waited(now - began)
            began = now
        if self._said_at is not None:
            self._said_at = None
            log.info("schema registry %s answers again", self._client.name)
        if isinstance(found, Absent) and not last:
            return False
        self._keep(schema_id, found)
        return True

    def _say(self, line: str, error: Exception) -> None:
        """One line in ten seconds: it is one piece of news, however often we ask."""
        now = self._clock()
        if self._said_at is None or now >= self._said_at + SAY_EVERY_S:
            self._said_at = now
            log.warning(line, error)

    def _keep(self, schema_id: int, found: Schema | Absent) -> None:
        if not isinstance(found, Absent):
            self._known[schema_id] = found
            return
        if len(self._absent) >= _MOST_ABSENT:
            self._absent.clear()
        now = self._clock()
        self._absent[schema_id] = found, now + FORGET_S
        self._misses.append(now)


def _unknown(schema_id: int, why: str) -> Absent:
    return Absent(Fault.UNKNOWN_SCHEMA, f"schema id {schema_id} {why}")


def _ask_for(schema_id: int, ask: Callable[[str, str], Any]) -> Schema | Absent:
    """What the registry says of an id."""
    try:
        answer = _unless_forbidden(ask)("GET", f"/schemas/ids/{schema_id}")
    except SchemaError as error:  # it may be somebody else's, and none of our business
        return _unknown(schema_id, f"can't be had: {error}")
    if answer is None:
        return _unknown(schema_id, "is unknown to the registry")
    return _read(schema_id, answer, ask)


def _read(schema_id: int, answer: Any, ask: Callable[[str, str], Any]) -> Schema | Absent:
    try:
        schema = whole(answer, _unless_forbidden(ask))
    except SchemaError as error:
        return _unknown(schema_id, f"can't be used: {error}")
    if not isinstance(schema, dict) or schema.get("type") != "record":
        return _unknown(schema_id, "can't be used: it is no record")
    return schema


def _unless_forbidden(ask: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    """To be refused one schema is about that schema; wrong credentials are about all."""

    def asked(method: str, path: str) -> Any:
        try:
            return ask(method, path)
        except RegistryRefused as error:
            if error.status != 403:
                raise
            raise SchemaError(str(error)) from None

    return asked
