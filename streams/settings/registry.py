"""The Schema Registry: where it is, who we are there, what we do without it."""

from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, model_validator

from streams.errors import ConfigurationError
from streams.settings.checks import belongs, check_file, check_pair


class RegistrySettings(BaseModel):
    """Address, credentials and patience."""

    schema_registry: str | None = Field(
        None, description="URL of a Schema Registry; without one, ids are fingerprints."
    )
    schema_registry_user: str | None = Field(None, description="Our name there (basic auth).")
    schema_registry_password: SecretStr | None = Field(None, description="Our password there.")
    schema_registry_ca: Path | None = Field(
        None, description="PEM file of the authorities that sign it; else the system's."
    )
    schema_registry_certificate: Path | None = Field(
        None, description="PEM file of our own certificate, where it asks for one."
    )
    schema_registry_key: Path | None = Field(None, description="PEM file of its private key.")
    schema_registry_timeout_s: float = Field(
        30.0, gt=0, description="How long to try to reach the registry at start."
    )
    register_schemas: bool = Field(
        True, description="Register our schemas where the registry lacks them."
    )
    unknown_schema: Literal["wait", "dead_letter"] = Field(
        "wait", description="What becomes of a record whose schema can't be asked for just now."
    )

    @model_validator(mode="after")
    def _registry_fits(self) -> Self:
        tls = ("schema_registry_ca", "schema_registry_certificate", "schema_registry_key")
        login = ("schema_registry_user", "schema_registry_password")
        if self.schema_registry is None:
            why = "is given without CX_SCHEMA_REGISTRY; set that, or take this out"
            belongs(self, (*login, *tls), why)
            return self
        if any(_is_plain(url) for url in self.schema_registry.split(",")):
            belongs(self, tls, "needs TLS, but CX_SCHEMA_REGISTRY begins with http; make it https")
        check_pair(self, *login)
        check_pair(
            self,
            "schema_registry_certificate",
            "schema_registry_key",
            "the same file, if it holds both",
        )
        for name in tls:
            check_file(self, name)
        return self

    @property
    def registry_address(self) -> dict[str, Any]:
        """Where the registry is and who we are there, as `adapters.registry.Address` takes it."""
        password = self.schema_registry_password
        return {
            "url": self.schema_registry or "",
            "user": self.schema_registry_user,
            "password": password.get_secret_value() if password else None,
            "ca": self.schema_registry_ca,
            "certificate": self.schema_registry_certificate,
            "key": self.schema_registry_key,
        }

    @property
    def registry_manners(self) -> dict[str, Any]:
        """How to go about it, as `adapters.registry.Registry` takes it."""
        return {
            "patience_s": self.schema_registry_timeout_s,
            "register": self.register_schemas,
            "wait": self.unknown_schema == "wait",
        }


def _is_plain(url: str) -> bool:
    place = urlsplit(url.strip())
    if place.username or place.password:
        raise ConfigurationError(
            "CX_SCHEMA_REGISTRY has a name or password in it; give them as "
            "CX_SCHEMA_REGISTRY_USER and CX_SCHEMA_REGISTRY_PASSWORD"
        )
    if place.scheme not in {"http", "https"} or not place.hostname:
        raise ConfigurationError(
            f"setting schema_registry (CX_SCHEMA_REGISTRY): give an http or https URL, got {url!r}"
        )
    return place.scheme == "http"
