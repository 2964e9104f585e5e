"""One question to a Schema Registry over Confluent's HTTP API, and the answer.

By the standard library: there are few questions (one a schema), they come from plain commands and
from threads, and none of them may follow a redirect or a proxy with our password in hand. An
asynchronous client needs a loop that commands don't have; the registry client of `confluent-kafka`
brings a native Kafka library and an HTTP stack with it.
"""

import json
import ssl
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import BadStatusLine, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from streams.adapters.tls import Tls
from streams.errors import ConfigurationError, RegistryRefused, RegistryUnreachable, SchemaError

_JSON = "application/vnd.schemaregistry.v1+json"
_MOST_BYTES = 16 * 2**20
_LONGEST_WORDS = 300
_HUNG_UP = (ssl.SSLEOFError, ConnectionResetError, BrokenPipeError)
_ASKED_AGAIN = 3
"""Times at most, of a node that hangs up: a refusal in TLS is lost where the end overtakes it."""
_ASK_ANOTHER_TIME = frozenset({408, 425, 429})


@dataclass(frozen=True)
class Address:
    """Where a registry is, and who we are there.

    `url` is its base, with a path if it has one (`http://host:8081`,
    `https://host/apis/ccompat/v7`); several nodes of one registry stand side by side, with commas
    between. `user` and `password` are HTTP's basic ones. `ca`, `certificate` and `key` are PEM
    files: who signs the registry's certificate, else the system's authorities; and our own.
    `timeout_s` is how long a node may stay silent.

    >>> Address("http://a:8081/, http://b:8081", user="cx", password="secret")
    Address(url='http://a:8081/, http://b:8081', user='cx', ca=None, certificate=None, key=None, \
timeout_s=5.0)
    """

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    timeout_s: float = 5.0

    @property
    def nodes(self) -> list[str]:
        """The base URL of each node; raises ConfigurationError for what is none."""
        nodes = [node.strip().rstrip("/") for node in self.url.split(",")]
        for node in nodes:
            if "@" in urlsplit(node).netloc:
                raise ConfigurationError(
                    "CX_SCHEMA_REGISTRY has a name or password in it; give them as "
                    "CX_SCHEMA_REGISTRY_USER and CX_SCHEMA_REGISTRY_PASSWORD"
                )
            if not _is_web(node):
                raise ConfigurationError(
                    f"schema registry {node}: give an http or https URL (CX_SCHEMA_REGISTRY)"
                )
        return nodes


class Client:
    """Asks the nodes of a registry in turn, beginning with the one that answered last.

    >>> Client(Address("ftp://registry"))
    Traceback (most recent call last):
    ...
    streams.errors.ConfigurationError: schema registry ftp://registry: give an http or https URL \
(CX_SCHEMA_REGISTRY)
    """

    def __init__(self, address: Address) -> None:
        self._nodes = address.nodes
        self._timeout_s = address.timeout_s
        self._login = _basic(address)
        self._opener = _opener(address)
        self._first = 0

    @property
    def name(self) -> str:
        """The registry as people know it: by its URLs."""
        return ", ".join(self._nodes)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """The answer, as JSON says it; None: the registry knows no such thing.

        Raises:
            RegistryUnreachable: no node answers now, or none can do its work.
            RegistryRefused: wrong credentials, or no right to do that.
            ConfigurationError: TLS can't be agreed on, or that is no Schema Registry.
            SchemaError: the registry says no to a schema, and why.
        """
        silent = []
        count = len(self._nodes)
        for number in range(self._first, self._first + count):
            try:
                answer = self._ask_again(self._nodes[number % count], method, path, body)
            except RegistryUnreachable as error:
                silent.append(str(error))
            else:
                self._first = number % count
                return answer
        raise RegistryUnreachable(f"schema registry {'; '.join(silent)}")

    def _ask_again(self, node: str, *question: Any) -> Any:
        """Ask a node, and at once again if it hung up before TLS had said why."""
        for _ in range(_ASKED_AGAIN):
            try:
                return self._ask(node, *question)
            except RegistryUnreachable as error:
                met = error.__context__
                hung_up = isinstance(getattr(met, "reason", met), _HUNG_UP)
                if not (hung_up and node.startswith("https:")):
                    raise
        return self._ask(node, *question)

    def _ask(self, node: str, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        request = Request(  # noqa: S310  (`Address` allows http and https only)
            node + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Accept": _JSON, "Content-Type": _JSON, "User-Agent": "cx-streams"},
        )
        if self._login:
            request.add_unredirected_header("Authorization", self._login)
        try:
            with self._opener.open(request, timeout=self._timeout_s) as response:
                return _value(node, response)
        except HTTPError as error:
            with error:
                return _refusal(node, f"{method} {path}", error)
        except URLError as error:
            raise _no_answer(node, error.reason) from None
        except (OSError, HTTPException) as error:  # while the answer was being read
            raise _no_answer(node, error) from None


def subject_path(subject: str) -> str:
    """The path of a subject.

    >>> subject_path("team/a cx-value")
    '/subjects/team%2Fa%20cx-value'
    """
    return f"/subjects/{quote(subject, safe='')}"


def _is_web(url: str) -> bool:
    try:
        place = urlsplit(url)
        return place.scheme in {"http", "https"} and bool(place.hostname) and place.port != 0
    except ValueError:  # a port that is no number
        return False


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an answer like any other: the password isn't carried elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _opener(address: Address) -> OpenerDirector:
    tls = Tls(address.ca, address.certificate, address.key, setting="CX_SCHEMA_REGISTRY")
    # No proxies from the environment: Kafka is reached without one, and so is its registry.
    return build_opener(ProxyHandler({}), HTTPSHandler(context=tls.context()), _NoRedirect)


def _basic(address: Address) -> str | None:
    if address.user is None:
        return None
    return "Basic " + b64encode(f"{address.user}:{address.password or ''}".encode()).decode()


def _value(node: str, response: HTTPResponse) -> Any:
    text = response.read(_MOST_BYTES)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise _no_registry(node, "its answer is no JSON") from None


def _refusal(node: str, what: str, error: HTTPError) -> None:
    """What an answer that isn't 200 means; None: not found."""
    if error.code >= 500 or error.code in _ASK_ANOTHER_TIME:
        raise RegistryUnreachable(f"{node} can't answer ({error.code} {error.reason})")
    if 300 <= error.code < 400:
        place = urlsplit(error.headers.get("Location") or "")
        raise _no_registry(node, f"it sends us on to {place.netloc}{place.path}")
    said = _said(error)
    if error.code == 401:
        raise RegistryRefused(
            f"schema registry {node} doesn't let us in (401); check CX_SCHEMA_REGISTRY_USER and "
            "CX_SCHEMA_REGISTRY_PASSWORD, or give them",
            error.code,
        )
    if error.code == 403:
        raise RegistryRefused(
            f"schema registry {node} forbids {what} (403); give CX_SCHEMA_REGISTRY_USER that "
            "right, or name another user",
            error.code,
        )
    code = said.get("error_code")
    if error.code == 404 and isinstance(code, int) and code // 100 == 404:
        return
    if not isinstance(code, int) or error.code in {404, 405}:
        raise _no_registry(node, f"{what} is {error.code} there")
    raise SchemaError(f"schema registry {node}: {what}: {error.code} {_words(said.get('message'))}")


def _said(error: HTTPError) -> dict[str, Any]:
    """A registry's own words of an error; empty if they aren't its own."""
    try:
        said = json.loads(error.read(_MOST_BYTES))
    except (OSError, HTTPException, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _no_registry(node: str, why: str) -> ConfigurationError:
    return ConfigurationError(
        f"{node} is no Schema Registry with Confluent's API ({why}); check CX_SCHEMA_REGISTRY, "
        "whose URL may need a path"
    )


def _no_answer(node: str, reason: object) -> RegistryUnreachable | ConfigurationError:
    """Nobody there; or somebody with whom TLS won't be agreed on, however often we try."""
    if isinstance(reason, ssl.SSLCertVerificationError):
        return ConfigurationError(
            f"schema registry {node}: its certificate is not trusted ({reason.verify_message}); "
            "name who signed it in CX_SCHEMA_REGISTRY_CA, or another host in CX_SCHEMA_REGISTRY"
        )
    if isinstance(reason, ssl.SSLError) and not isinstance(reason, ssl.SSLEOFError):
        return ConfigurationError(
            f"schema registry {node}: TLS fails ({_words(reason)}); does it speak TLS, and want a "
            "certificate of ours (CX_SCHEMA_REGISTRY_CERTIFICATE)?"
        )
    hint = ""
    if isinstance(reason, BadStatusLine) and node.startswith("http:"):
        hint = "; does it want https?"
    return RegistryUnreachable(f"{node} doesn't answer ({_words(reason)}{hint})")


def _words(said: object) -> str:
    """An error's words, on one line and not too many."""
    if isinstance(said, ssl.SSLError) and said.reason:
        return said.reason.lower().replace("_", " ")
    words = str(getattr(said, "strerror", None) or said or type(said).__name__)
    return " ".join(words.split())[:_LONGEST_WORDS]
