"""Schema ids from a Schema Registry with Confluent's HTTP API."""

import json
import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

from streams.adapters.schemas import Schema
from streams.errors import ConfigurationError, SchemaError

_JSON = "application/vnd.schemaregistry.v1+json"
_NOT_FOUND = 404
_FORGET_S = 30.0
"""How long an unknown id stays unknown: a registry's nodes learn of a new schema in seconds."""
_MOST_UNKNOWN = 10_000


class Registry:
    """Looks schemas up by id, and ids by schema; what was found once is never asked for again.

    `url` is the registry's base, with a path if it has one (`http://host:8081`,
    `http://host:8080/apis/ccompat/v7`). `register` says whether a schema the subject doesn't
    have yet may be added; with False that is an error. `clock` counts seconds.

    A registry that doesn't answer raises SchemaError: no record is to blame for that.

    >>> Registry("ftp://registry")
    Traceback (most recent call last):
    ...
    streams.errors.ConfigurationError: schema registry ftp://registry: give an http or https URL
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_s: float = 5.0,
        register: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise ConfigurationError(f"schema registry {url}: give an http or https URL")
        self._url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._register = register
        self._clock = clock
        self._schemas: dict[int, Schema | None] = {}
        self._unknown: dict[int, float] = {}
        self._ids: dict[tuple[str, str], int] = {}

    def writer(self, schema_id: int) -> Schema | None:
        """The schema with this id; None: the registry doesn't know it."""
        if schema_id in self._schemas:
            return self._schemas[schema_id]
        if self._clock() < self._unknown.get(schema_id, 0):
            return None
        answer = self._ask("GET", f"/schemas/ids/{schema_id}")
        if answer is None:
            if len(self._unknown) >= _MOST_UNKNOWN:
                self._unknown.clear()
            self._unknown[schema_id] = self._clock() + _FORGET_S
            return None
        self._schemas[schema_id] = self._avro(answer, schema_id)
        return self._schemas[schema_id]

    def id_of(self, subject: str, schema: Schema) -> int:
        """The subject's id of this schema, registered if need be and allowed."""
        text = json.dumps(schema)
        known = self._ids.get((subject, text))
        if known is not None:
            return known
        path = f"/subjects/{quote(subject, safe='')}"
        if self._register:
            path += "/versions"
        answer = self._ask("POST", path, {"schema": text})
        if answer is None:
            raise SchemaError(
                f"{self._url}: subject {subject} doesn't have today's {schema['name']}; "
                "register it, or let the worker register schemas"
            )
        if not isinstance(answer.get("id"), int):
            raise SchemaError(f"{self._url}{path}: an answer without an id; is it a registry?")
        schema_id: int = answer["id"]
        self._ids[subject, text] = schema_id
        return schema_id

    def _avro(self, answer: dict[str, Any], schema_id: int) -> Schema | None:
        """The schema in an answer; None if it is of another kind (Protobuf, JSON, no record)."""
        if answer.get("schemaType", "AVRO") != "AVRO":
            return None
        try:
            schema = json.loads(answer["schema"])
        except (KeyError, TypeError, ValueError):
            raise SchemaError(f"{self._url}: schema {schema_id} is not JSON") from None
        return schema if isinstance(schema, dict) and schema.get("type") == "record" else None

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """The answer; None for "not found"."""
        request = Request(  # noqa: S310  (the constructor allows http and https only)
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Accept": _JSON, "Content-Type": _JSON},
        )
        try:
            with urlopen(request, timeout=self._timeout_s) as response:  # noqa: S310  (as above)
                answer = json.loads(response.read())
        except HTTPError as error:
            with error:
                if error.code == _NOT_FOUND:
                    return None
                raise SchemaError(f"{self._url}{path}: {error.code} {_message(error)}") from None
        except (URLError, OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise SchemaError(
                f"schema registry {self._url} doesn't answer ({reason}); check its URL, or leave "
                "it out to use fingerprints"
            ) from None
        except ValueError:
            raise SchemaError(f"{self._url}{path}: no JSON; is it a schema registry?") from None
        if not isinstance(answer, dict):
            raise SchemaError(f"{self._url}{path}: no JSON object; is it a schema registry?")
        return answer


def _message(error: HTTPError) -> str:
    """What the registry says, in its JSON or else in HTTP's words."""
    try:
        return str(json.loads(error.read())["message"])
    except (OSError, ValueError, KeyError, TypeError):
        return str(error.reason)
