"""Who we are to the broker, and how we know that it is the broker."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, model_validator

from streams.errors import ConfigurationError
from streams.settings.checks import belongs, check_file, check_pair, check_secrets_filled, given

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_TLS = ("ssl_ca", "ssl_certificate", "ssl_key", "ssl_key_password")
_PASSWORD = ("sasl_username", "sasl_password")
_CLIENT = ("oauth_token_url", "oauth_client_id", "oauth_client_secret")
_OAUTH = (*_CLIENT, "oauth_scope", "oauth_token_file")


class SecuritySettings(BaseModel):
    """TLS and SASL, in the words of Kafka's own clients."""

    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="SSL encrypts, SASL says who we are; in production SASL_SSL."
    )
    ssl_ca: Path | None = Field(
        None, description="PEM file of the authorities that sign brokers; else the system's."
    )
    ssl_certificate: Path | None = Field(
        None, description="PEM file of our own certificate, where brokers ask for one."
    )
    ssl_key: Path | None = Field(None, description="PEM file of its private key.")
    ssl_key_password: SecretStr | None = Field(None, description="What that key is locked with.")
    ssl_check_hostname: bool = Field(
        True, description="Refuse a broker whose certificate is for another name."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] | None = (
        Field(None, description="PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER.")
    )
    sasl_username: str | None = Field(None, description="Our name, with PLAIN or SCRAM.")
    sasl_password: SecretStr | None = Field(None, description="Our password, with PLAIN or SCRAM.")
    oauth_token_url: str | None = Field(
        None, description="Where OAUTHBEARER tokens come from: https, client credentials."
    )
    oauth_client_id: str | None = Field(None, description="Our name there.")
    oauth_client_secret: SecretStr | None = Field(None, description="Our secret there.")
    oauth_scope: str | None = Field(None, description="Scope to ask for; most need none.")
    oauth_token_file: Path | None = Field(
        None, description="Or a file with a token that somebody else keeps fresh."
    )

    @property
    def encrypted(self) -> bool:
        """Whether the way to the broker is TLS."""
        return self.security_protocol in {"SSL", "SASL_SSL"}

    @model_validator(mode="after")
    def _tls_fits(self) -> Self:
        mend = "set CX_SECURITY_PROTOCOL to SSL or SASL_SSL, or take it out"
        if not self.encrypted:
            why = f"needs TLS, but CX_SECURITY_PROTOCOL is {self.security_protocol}; {mend}"
            belongs(self, _TLS, why)
            if not self.ssl_check_hostname:
                raise ConfigurationError(f"CX_SSL_CHECK_HOSTNAME {why}")
        check_pair(self, "ssl_certificate", "ssl_key", "the same file, if it holds both")
        if given(self, "ssl_key_password") and self.ssl_key is None:
            raise ConfigurationError("CX_SSL_KEY_PASSWORD is given without CX_SSL_KEY")
        for name in ("ssl_ca", "ssl_certificate", "ssl_key"):
            check_file(self, name)
        return self

    @model_validator(mode="after")
    def _sasl_fits(self) -> Self:
        check_secrets_filled(self)
        if not self.security_protocol.startswith("SASL_"):
            names = ("sasl_mechanism", *_PASSWORD, *_OAUTH)
            belongs(
                self,
                names,
                f"needs SASL, but CX_SECURITY_PROTOCOL is {self.security_protocol}; "
                "set it to SASL_SSL, or take this out",
            )
        elif self.sasl_mechanism is None:
            raise ConfigurationError(
                f"CX_SECURITY_PROTOCOL is {self.security_protocol}, which needs CX_SASL_MECHANISM: "
                "set it to PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, as the broker has it"
            )
        elif self.sasl_mechanism == "OAUTHBEARER":
            belongs(self, _PASSWORD, "goes with PLAIN and SCRAM, not with OAUTHBEARER; take it out")
            self._tokens_have_a_source()
        else:
            why = f"goes with OAUTHBEARER, but CX_SASL_MECHANISM is {self.sasl_mechanism}"
            belongs(self, _OAUTH, f"{why}; take it out")
            for name in _PASSWORD:
                if not given(self, name):
                    raise ConfigurationError(
                        f"CX_SASL_MECHANISM is {self.sasl_mechanism}, which needs "
                        f"CX_{name.upper()}: set it"
                        + (", or CX_SASL_PASSWORD_FILE" if name == "sasl_password" else "")
                    )
        return self

    def _tokens_have_a_source(self) -> None:
        if self.oauth_token_file is not None:
            why = "fetches tokens, but CX_OAUTH_TOKEN_FILE says they lie in a file; leave one out"
            belongs(self, (*_CLIENT, "oauth_scope"), why)
            check_file(self, "oauth_token_file")
            return
        missing = [f"CX_{name.upper()}" for name in _CLIENT if not given(self, name)]
        if missing:
            raise ConfigurationError(
                f"OAUTHBEARER needs a source of tokens: set {', '.join(missing)}, or "
                "CX_OAUTH_TOKEN_FILE to a file that somebody else keeps fresh"
            )
        place = urlsplit(self.oauth_token_url or "")
        if place.username or place.password:
            raise ConfigurationError(
                "CX_OAUTH_TOKEN_URL has a name or password in it; give them as "
                "CX_OAUTH_CLIENT_ID and CX_OAUTH_CLIENT_SECRET"
            )
        local = place.scheme == "http" and place.hostname in LOOPBACK
        if not place.hostname or (place.scheme != "https" and not local):
            raise ConfigurationError(
                f"CX_OAUTH_TOKEN_URL is {self.oauth_token_url}: a secret goes there, so give an "
                "https URL (http on loopback alone)"
            )
