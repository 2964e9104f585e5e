"""TLS: the context for a connection, and what a handshake that failed has to say."""

import re
import ssl
from pathlib import Path
from typing import NamedTuple

from streams.errors import AccessDenied, ConfigurationError, StreamsError

_HOSTNAME, _ADDRESS = 62, 64
_EXPIRED, _NOT_YET = 10, 9
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_VALIDITY = re.compile(
    rb"0.(?:\x17\r\d{12}Z|\x18\x0f\d{14}Z)(?:\x17\r(\d{12})Z|\x18\x0f(\d{14})Z)", re.DOTALL
)
"""The two times of a certificate in DER, the only such pair in it."""


class TlsContext(ssl.SSLContext):
    """A client's context that knows the file of the certificate it shows, if it has one."""

    shows: Path | None = None


class Tls(NamedTuple):
    """PEM files for one connection; `setting` begins the names of the settings they come from."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    key_password: str | None = None
    check_hostname: bool = True
    setting: str = "CX_SSL"

    def context(self) -> TlsContext:
        """The context; without `ca` the system's authorities count.

        Raises:
            ConfigurationError: a file isn't PEM, holds nothing of the kind, or the key doesn't
            fit its certificate or password.

        >>> Tls().context().verify_mode.name
        'CERT_REQUIRED'
        """
        context = TlsContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.ca is None:
            context.load_default_certs()
        else:
            self._load_certificates(context, "CA", self.ca)
        context.check_hostname = self.check_hostname
        if self.certificate is not None:
            context.shows = self.certificate
            self._load_own(context, self.certificate, self.key or self.certificate)
        return context

    def _load_own(self, context: ssl.SSLContext, certificate: Path, key: Path) -> None:
        self._load_certificates(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "CERTIFICATE", certificate)
        where = f"{self.setting}_KEY names {key}"
        if b"PRIVATE KEY-----" not in key.read_bytes():
            raise ConfigurationError(f"{where}, which holds no private key in PEM")
        try:
            # Given as a function: else OpenSSL asks the terminal for the password of a locked key.
            context.load_cert_chain(certificate, key, password=lambda: self.key_password or "")
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                what = f"which doesn't belong to {self.setting}_CERTIFICATE {certificate}"
            elif self.key_password is None:
                what = f"which can't be opened; if it is locked, set {self.setting}_KEY_PASSWORD"
            else:
                what = f"which {self.setting}_KEY_PASSWORD doesn't open"
            raise ConfigurationError(f"{where}, {what}") from error

    def _load_certificates(self, context: ssl.SSLContext, name: str, path: Path) -> None:
        where = f"{self.setting}_{name} names {path}"
        try:
            context.load_verify_locations(path)
        except ssl.SSLError as error:
            raise ConfigurationError(f"{where}, which holds no certificate in PEM") from error
        except OSError as error:
            raise ConfigurationError(f"{where}, which can't be read: {error.strerror}") from error


def distrust(place: str, error: ssl.SSLCertVerificationError) -> StreamsError:
    """Why we don't believe the broker's certificate, and the setting to look at."""
    if error.verify_code in {_HOSTNAME, _ADDRESS}:
        mend = (
            "name it in CX_BROKER as its certificate does, or have one made for this name "
            "(CX_SSL_CHECK_HOSTNAME=false would trust any name)"
        )
    elif error.verify_code in {_EXPIRED, _NOT_YET}:
        mend = "have the broker's certificate renewed, and look at this machine's clock"
    else:
        mend = "set CX_SSL_CA to the PEM file of the authority that signed it"
    return ConfigurationError(
        f"the certificate of {place} is not trusted: {error.verify_message.rstrip('.')}; {mend}"
    )


def refused_certificate(
    place: str, error: ssl.SSLError, context: ssl.SSLContext
) -> StreamsError | None:
    """What the broker's alert says of our certificate; None when the error is no alert."""
    said = (error.reason or "").lower().replace("_", " ")
    if "alert" not in said:
        return None
    what = said.partition("alert ")[2]
    shows = context.shows if isinstance(context, TlsContext) else None
    if shows is None:
        return AccessDenied(
            f"{place} asks for a certificate of ours ({what}): set CX_SSL_CERTIFICATE and "
            "CX_SSL_KEY, or use a listener with SASL"
        )
    until = good_until(shows.read_text(encoding="utf-8", errors="replace"))
    return AccessDenied(
        f"{place} refuses our certificate ({what}): CX_SSL_CERTIFICATE names {shows}"
        + (f", good until {until}" if until else "")
        + "; have it renewed, or signed by an authority that the broker trusts"
    )


def good_until(pem: str) -> str | None:
    """The day on which the first certificate in the text ends, None if it can't be told."""
    _, found, rest = pem.partition(_BEGIN)
    body, closed, _ = rest.partition(_END)
    if not found or not closed:
        return None
    try:
        validity = _VALIDITY.search(ssl.PEM_cert_to_DER_cert(_BEGIN + body + _END))
    except ValueError:
        return None
    if validity is None:
        return None
    short, long = validity.groups()
    # Two digits of a year stand for 1950 to 2049 (RFC 5280, 4.1.2.5.1).
    day = long or ("19" if short >= b"50" else "20").encode() + short
    return f"{day[:4].decode()}-{day[4:6].decode()}-{day[6:8].decode()}"
