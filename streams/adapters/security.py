"""Credentials as each Kafka client wants them told."""

import ssl
from pathlib import Path
from typing import Any, NamedTuple

from streams.adapters.oauth import (
    AiokafkaTokens,
    CachedTokens,
    ClientCredentials,
    KafkaPythonTokens,
    TokenFile,
    Tokens,
)
from streams.adapters.tls import Tls


class Hidden(str):
    """A password that clients may send and nobody may print: its `repr` doesn't show it.

    Clients print their configuration when they log at DEBUG.

    >>> {"sasl_plain_password": Hidden("hunter2")}
    {'sasl_plain_password': '…'}
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


class TokenClient(NamedTuple):
    """Where tokens come from: an endpoint and our name and secret there."""

    url: str
    name: str
    secret: str
    scope: str | None

    def __repr__(self) -> str:
        return f"TokenClient({self.url!r}, {self.name!r}, …)"


class Security(NamedTuple):
    """What a connection needs besides its address; `tls` only where the protocol has it.

    >>> Security("SASL_PLAINTEXT", None, "PLAIN", "cx", "hunter2").aiokafka()["sasl_plain_password"]
    '…'
    """

    protocol: str
    tls: Tls | None = None
    mechanism: str | None = None
    username: str | None = None
    password: str | None = None
    tokens: TokenClient | Path | None = None

    def __repr__(self) -> str:
        return f"Security({self.protocol!r}, {self.mechanism!r}, {self.username!r}, …)"

    def aiokafka(self) -> dict[str, Any]:
        """Keywords for aiokafka; raises ConfigurationError for files that can't be used."""
        return self._connection(AiokafkaTokens)

    def kafka_python(self) -> dict[str, Any]:
        """Keywords for kafka-python; raises ConfigurationError for files that can't be used."""
        return self._connection(KafkaPythonTokens)

    def _connection(self, provider: type[AiokafkaTokens | KafkaPythonTokens]) -> dict[str, Any]:
        words: dict[str, Any] = {"security_protocol": self.protocol}
        if self.tls is not None:
            words["ssl_context"] = self.tls.context()
        if self.mechanism is not None:
            words["sasl_mechanism"] = self.mechanism
        if self.username is not None and self.password is not None:
            words["sasl_plain_username"] = self.username
            words["sasl_plain_password"] = Hidden(self.password)
        if self.tokens is not None:
            words["sasl_oauth_token_provider"] = provider(self._tokens(self.tokens))
        return words

    def _tokens(self, source: TokenClient | Path) -> Tokens:
        if isinstance(source, Path):
            return TokenFile(source)
        context = ssl.create_default_context()
        if self.tls is not None and self.tls.ca is not None:
            context.load_verify_locations(self.tls.ca)  # the company's own, besides the public ones
        return CachedTokens(ClientCredentials(*source, context))
