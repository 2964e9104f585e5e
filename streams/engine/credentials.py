"""aiokafka's connection settings as Faust wants them told."""

from collections.abc import Mapping
from typing import Any

from faust.auth import OAuthCredentials, SASLCredentials, SSLCredentials
from faust.types.auth import CredentialsT


def credentials(connection: Mapping[str, Any]) -> CredentialsT | None:
    """Faust's credentials for the same connection; None for plain text.

    >>> credentials({"bootstrap_servers": ["localhost:9092"]}) is None
    True
    >>> credentials({"sasl_mechanism": "SCRAM-SHA-512", "sasl_plain_username": "cx"})
    <SASLCredentials: username=cx>
    """
    context, mechanism = connection.get("ssl_context"), connection.get("sasl_mechanism")
    if mechanism == "OAUTHBEARER":
        return OAuthCredentials(
            oauth_cb=connection["sasl_oauth_token_provider"], ssl_context=context
        )
    if mechanism is not None:
        return SASLCredentials(
            mechanism=mechanism,
            username=connection.get("sasl_plain_username"),
            password=connection.get("sasl_plain_password"),
            ssl_context=context,
        )
    return SSLCredentials(context) if context is not None else None
