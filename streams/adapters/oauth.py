"""Tokens for OAUTHBEARER: fetched with our secret, or read from a file that others keep fresh."""

import asyncio
import base64
import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

import aiokafka.abc
from kafka.net.sasl.oauth import AbstractTokenProvider
from typing_extensions import override

from streams.errors import AccessDenied, BrokerUnreachable, ConfigurationError, StreamsError

log = logging.getLogger(__name__)

TIMEOUT_S = 10.0
EARLY_S = 30.0
"""A token is renewed so long before it ends, or at four fifths of a shorter life."""
_UNSAID_S = 60.0
_LARGEST = 1 << 20


class Token(NamedTuple):
    """A token and for how many seconds from now it is good."""

    text: str
    lives_s: float

    def __repr__(self) -> str:
        return f"Token(…, lives_s={self.lives_s:g})"


class Tokens(Protocol):
    """Where tokens come from; may block, so that an event loop asks from a thread."""

    def current(self) -> str:
        """A token that is good now."""


class TokenFile:
    """The token in a file, read anew each time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def current(self) -> str:
        """The file's content; raises ConfigurationError when there is none."""
        try:
            token = self._path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "not text"
            raise ConfigurationError(
                f"CX_OAUTH_TOKEN_FILE names {self._path}, which can't be read: {why}"
            ) from None
        if not token:
            raise ConfigurationError(f"CX_OAUTH_TOKEN_FILE names {self._path}, which is empty")
        return token


class CachedTokens:
    """Fetches a token when the last is about to end; an error counts only once it has ended.

    `fetch` blocks and raises StreamsError; `clock` counts seconds.

    >>> now, fetched = [0.0], iter([Token("first", 300), Token("second", 300)])
    >>> tokens = CachedTokens(lambda: next(fetched), lambda: now[0])
    >>> tokens.current(), tokens.current()
    ('first', 'first')
    >>> now[0] = 271.0
    >>> tokens.current()
    'second'
    """

    def __init__(
        self, fetch: Callable[[], Token], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = self._ends_at = 0.0

    def current(self) -> str:
        """A token that is good now."""
        with self._lock:
            now = self._clock()
            if not self._token or now >= self._renew_at:
                self._renew(now)
            return self._token

    def _renew(self, now: float) -> None:
        try:
            token = self._fetch()
        except StreamsError as error:
            if not self._token or now >= self._ends_at:
                raise
            log.warning("the token is still good, a new one can't be had: %s", error)
            return
        self._token, self._ends_at = token.text, now + token.lives_s
        self._renew_at = now + max(token.lives_s * 0.8, token.lives_s - EARLY_S)


class _NoRedirect(HTTPRedirectHandler):
    """Where the secret goes is what the setting says, and nowhere else."""

    @override
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class ClientCredentials:
    """The client-credentials grant of RFC 6749, 4.4: our name and secret for a token.

    `context` is the TLS context for an https URL. Calling it raises AccessDenied when the server
    refuses us, BrokerUnreachable when it doesn't answer, ConfigurationError when what answers
    isn't a token endpoint. The secret is in no message.
    """

    def __init__(
        self, url: str, client: str, secret: str, scope: str | None, context: ssl.SSLContext
    ) -> None:
        self._url = url
        self._client = client
        pair = f"{quote(client, safe='')}:{quote(secret, safe='')}"
        self._login = "Basic " + base64.b64encode(pair.encode()).decode()
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._opener = build_opener(_NoRedirect, HTTPSHandler(context=context))

    def __call__(self) -> Token:
        """Ask for a token."""
        request = Request(  # noqa: S310  (the settings allow https, and http on loopback)
            self._url,
            data=urlencode(self._form).encode(),
            headers={"Authorization": self._login, "Accept": "application/json"},
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return self._token(response.read(_LARGEST))
        except HTTPError as error:
            with error:
                raise self._refused(error) from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            raise BrokerUnreachable(
                f"CX_OAUTH_TOKEN_URL {self._url} doesn't answer ({reason}); check the URL and that "
                "the server is up"
            ) from None

    def _refused(self, error: HTTPError) -> StreamsError:
        if error.code in {400, 401, 403}:
            try:
                why = str(json.loads(error.read(_LARGEST))["error"])[:100]
            except (OSError, ValueError, KeyError, TypeError):
                why = str(error.reason)
            return AccessDenied(
                f"{self._url} gives client {self._client} no token ({error.code} {why}); check "
                "CX_OAUTH_CLIENT_ID, CX_OAUTH_CLIENT_SECRET and CX_OAUTH_SCOPE"
            )
        if error.code >= 500:
            return BrokerUnreachable(
                f"CX_OAUTH_TOKEN_URL {self._url} answers {error.code} {error.reason}; try later"
            )
        return ConfigurationError(
            f"CX_OAUTH_TOKEN_URL {self._url} answers {error.code} {error.reason}; "
            "is it a token endpoint?"
        )

    def _token(self, body: bytes) -> Token:
        try:
            answer: Mapping[str, Any] = json.loads(body)
            text, lives_s = answer["access_token"], float(answer.get("expires_in", _UNSAID_S))
        except (ValueError, KeyError, TypeError, AttributeError):
            text, lives_s = "", 0.0
        if not isinstance(text, str) or not text:
            raise ConfigurationError(
                f"CX_OAUTH_TOKEN_URL {self._url} answers without a token; is it a token endpoint?"
            ) from None
        return Token(text, lives_s)


class KafkaPythonTokens(AbstractTokenProvider):  # type: ignore[misc]
    """Tokens as kafka-python asks for them, from its own thread."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()
        self._tokens = tokens

    @override
    def token(self) -> str:
        return self._tokens.current()


class AiokafkaTokens(aiokafka.abc.AbstractTokenProvider):  # type: ignore[misc]
    """Tokens as aiokafka asks for them, without blocking its event loop."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    @override
    async def token(self) -> str:
        try:
            return await asyncio.to_thread(self._tokens.current)
        except StreamsError as error:
            # An error of another kind would end aiokafka's background tasks in silence; after
            # this one it says so in the log and tries again.
            raise ConnectionError(str(error)) from error
