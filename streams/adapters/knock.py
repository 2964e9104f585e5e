"""One try at a broker's door, step by step, so that the step that fails can be named.

Clients try again whatever the reason and in the end know only that time is up. Here every step is
taken once: connect, TLS, versions, SASL, and the first request after it.
"""

import socket
import ssl
from collections.abc import Mapping
from typing import Any

from kafka.net.sasl import get_sasl_mechanism
from kafka.protocol.broker_version_data import BrokerVersionData

from streams.adapters.door import Closed, Door, Garbage, speaks_kafka, speaks_tls
from streams.adapters.tls import distrust, refused_certificate
from streams.errors import AccessDenied, ConfigurationError, StreamsError

OLDEST = (2, 8)
_METADATA, _SASL_HANDSHAKE, _API_VERSIONS, _SASL_AUTHENTICATE, _DESCRIBE_CLUSTER = 3, 17, 18, 36, 60
_ILLEGAL_SASL_STATE = 34

Versions = Mapping[int, tuple[int, int]]
"""Lowest and highest version of each request a broker understands, by the request's number."""


class NotYet(Exception):
    """Nobody there, or not to be talked with; may be different in a moment."""


def knock(connection: Mapping[str, Any], place: str, timeout_s: float) -> Versions:
    """Go in at `place` (host:port) with kafka-python's connection settings, and out again.

    Raises:
        NotYet: what another try may find mended.
        ConfigurationError: a setting that can't be right, or a broker older than 2.8.
        AccessDenied: the broker doesn't accept our name, password, token or certificate.
    """
    host, port = _split(place)
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as plain:
            return _enter(connection, place, host, plain)
    except ssl.SSLCertVerificationError as error:
        raise distrust(place, error) from error
    except ssl.SSLError as error:
        raise _tls_fault(connection, place, error, timeout_s) from error
    except ConnectionResetError as error:  # in the middle of the handshake
        raise _misunderstanding(connection, place, Closed(answered=False), timeout_s) from error
    except (Closed, Garbage) as error:
        raise _misunderstanding(connection, place, error, timeout_s) from error
    except TimeoutError as error:
        raise NotYet("no answer in time") from error
    except OSError as error:
        raise NotYet((error.strerror or str(error)).lower()) from error


def _enter(connection: Mapping[str, Any], place: str, host: str, plain: socket.socket) -> Versions:
    protocol = str(connection.get("security_protocol", "PLAINTEXT"))
    if protocol.endswith("SSL"):
        context: ssl.SSLContext = connection["ssl_context"]
        with context.wrap_socket(plain, server_hostname=host) as encrypted:
            return _talk(connection, place, host, encrypted)
    return _talk(connection, place, host, plain)


def _talk(connection: Mapping[str, Any], place: str, host: str, way: socket.socket) -> Versions:
    door = Door(way)
    versions = _versions(door)
    _check_age(versions, place)
    if str(connection.get("security_protocol", "")).startswith("SASL_"):
        _authenticate(door, connection, place, host)
    elif _METADATA in versions:
        # A listener that wants SASL answers nothing else without.
        low, high = versions[_METADATA]
        door.ask(_METADATA, max(low, min(high, 4)), b"\0\0\0\0\0")
    return versions


def _versions(door: Door) -> Versions:
    answer = door.ask(_API_VERSIONS, 0, b"")
    code = answer.int16()
    if code:
        raise Garbage
    rows = (answer.int16s(3) for _ in range(answer.int32()))
    return {key: (low, high) for key, low, high in rows}


def _check_age(versions: Versions, place: str) -> None:
    known = BrokerVersionData(api_versions=dict(versions))
    if known.broker_version < OLDEST and _DESCRIBE_CLUSTER not in versions:
        raise ConfigurationError(
            f"the broker at {place} is as old as Kafka {known.broker_version_str}; cx-streams "
            f"needs {'.'.join(map(str, OLDEST))} or newer: name another in CX_BROKER"
        )


def _authenticate(door: Door, connection: Mapping[str, Any], place: str, host: str) -> None:
    """SASL as kafka-python does it; its mechanisms are state machines without a connection."""
    name = str(connection["sasl_mechanism"])
    answer = door.ask(_SASL_HANDSHAKE, 1, _string(name))
    code = answer.int16()
    offered = [answer.string() or "" for _ in range(answer.int32())]
    if code == _ILLEGAL_SASL_STATE or (not code and not offered):
        raise ConfigurationError(
            f"the listener at {place} has no SASL: set CX_SECURITY_PROTOCOL to "
            f"{_without_sasl(connection)}, or name its SASL listener in CX_BROKER"
        )
    if name not in offered:
        raise ConfigurationError(
            f"CX_SASL_MECHANISM is {name}, but {place} offers {', '.join(sorted(offered))}: "
            "set it to one of these"
        )
    mechanism = get_sasl_mechanism(name)(host=host, **connection)
    while not mechanism.is_done():
        said = mechanism.auth_bytes()
        answer = door.ask(_SASL_AUTHENTICATE, 0, len(said).to_bytes(4, "big") + said)
        code, words, heard = answer.int16(), answer.string(), answer.blob()
        if code:
            raise _unknown_user(connection, place, words)
        try:
            mechanism.receive(heard)
        except ValueError as error:
            raise AccessDenied(
                f"{place} can't prove that it knows the password of "
                f"{connection.get('sasl_plain_username')} ({error}): is it your broker?"
            ) from error


def _unknown_user(connection: Mapping[str, Any], place: str, words: str | None) -> AccessDenied:
    mechanism = connection["sasl_mechanism"]
    said = f" ({' '.join(words.split())[:200]})" if words else ""
    if mechanism == "OAUTHBEARER":
        return AccessDenied(
            f"{place} refuses our token{said}; check where it comes from: CX_OAUTH_TOKEN_URL with "
            "CX_OAUTH_CLIENT_ID and CX_OAUTH_SCOPE, or CX_OAUTH_TOKEN_FILE"
        )
    return AccessDenied(
        f"{place} refuses user {connection['sasl_plain_username']}{said}; check CX_SASL_USERNAME, "
        "CX_SASL_PASSWORD and CX_SASL_MECHANISM"
    )


def _tls_fault(
    connection: Mapping[str, Any], place: str, error: ssl.SSLError, timeout_s: float
) -> StreamsError | NotYet:
    refused = refused_certificate(place, error, connection["ssl_context"])
    if refused is not None:
        return refused
    host, port = _split(place)
    if speaks_kafka(host, port, timeout_s):
        return _plain_text(connection, place)
    return NotYet(f"TLS failed: {(error.reason or str(error)).lower().replace('_', ' ')}")


def _misunderstanding(
    connection: Mapping[str, Any], place: str, error: Exception, timeout_s: float
) -> StreamsError | NotYet:
    """Why a listener hung up or talks something else, found out by talking to it differently."""
    host, port = _split(place)
    protocol = str(connection.get("security_protocol", "PLAINTEXT"))
    if protocol.endswith("SSL"):
        if speaks_kafka(host, port, timeout_s):
            return _plain_text(connection, place)
    elif speaks_tls(host, port, timeout_s):
        return ConfigurationError(
            f"the listener at {place} wants TLS: set CX_SECURITY_PROTOCOL to "
            f"{protocol.replace('PLAINTEXT', 'SSL')}, or name its plain one in CX_BROKER"
        )
    if isinstance(error, Closed) and error.answered and not protocol.startswith("SASL_"):
        return ConfigurationError(
            f"the listener at {place} wants to know who we are: set CX_SECURITY_PROTOCOL to "
            f"{'SASL_SSL' if protocol == 'SSL' else 'SASL_PLAINTEXT'} and CX_SASL_MECHANISM, or "
            "name another in CX_BROKER"
        )
    if isinstance(error, Garbage):
        return ConfigurationError(
            f"what answers at {place} is no Kafka broker; name one in CX_BROKER"
        )
    return NotYet("it closed the connection")


def _plain_text(connection: Mapping[str, Any], place: str) -> ConfigurationError:
    protocol = str(connection["security_protocol"])
    return ConfigurationError(
        f"the listener at {place} has no TLS: set CX_SECURITY_PROTOCOL to "
        f"{protocol.replace('SSL', 'PLAINTEXT')}, or name its TLS listener in CX_BROKER"
    )


def _without_sasl(connection: Mapping[str, Any]) -> str:
    return "SSL" if connection["security_protocol"] == "SASL_SSL" else "PLAINTEXT"


def _split(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":")
    return host.strip("[]"), int(port)


def _string(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2, "big") + raw
