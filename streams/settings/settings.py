"""All settings in one frozen object, and what follows from them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from streams.errors import ConfigurationError
from streams.settings.pager import PagerSettings
from streams.settings.registry import RegistrySettings
from streams.settings.security import SecuritySettings
from streams.settings.sources import (
    PREFIX,
    Environment,
    config_file,
    secret_names,
    without_settings,
)
from streams.settings.worker import WorkerSettings

if TYPE_CHECKING:
    from streams.adapters.security import Security


class Settings(PagerSettings, RegistrySettings, SecuritySettings, WorkerSettings, BaseSettings):
    """Read from the command line, then `CX_…` in the environment, then the file `CX_CONFIG`.

    >>> Settings(broker="kafka://127.0.0.1:9092", prefix="test.").changelog
    'test.cx-streams-customers-changelog'
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        extra="forbid",
        frozen=True,
        allow_inf_nan=False,
        # A trace must not print what might be a secret.
        hide_input_in_errors=True,
    )

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """The settings in force; `overrides` come from the command line.

        Raises:
            ConfigurationError: a value can't be right, or a setting is unknown; names it.
        """
        try:
            return cls(**overrides)
        except ValidationError as error:
            raise ConfigurationError(_first_line(error, secret_names(cls))) from error
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"configuration file: {error}") from error

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, environment, TOML file."""
        return (init_settings, Environment(settings_cls), *config_file(settings_cls))

    @classmethod
    def load_for_own_broker(cls, **overrides: Any) -> Self:
        """As `load`, for a broker that this process has started: open to us, alone, in memory.

        What lies on it is nobody else's, so the Schema Registry is left in peace too.
        """
        fields = SecuritySettings.model_fields | RegistrySettings.model_fields
        plain = {name: field.default for name, field in fields.items()}
        alone: dict[str, Any] = {"replication": 1, "min_in_sync": None, "delivery": "auto"}
        alone["rebalance_timeout_s"] = 4.0  # the embedded broker makes joins wait for half of it
        return cls.load(**plain, **alone, **overrides)

    def environment(self) -> dict[str, str]:
        """The environment in which a child process has these very settings, secrets included."""
        values = {name: value for name, value in self if value is not None}
        return without_settings() | {
            f"{PREFIX}{name.upper()}": _text(value) for name, value in values.items()
        }

    @property
    def group(self) -> str:
        """Consumer group, and the name the state goes by."""
        return f"{self.prefix}{self.app}"

    @property
    def changelog(self) -> str:
        """The topic that holds the customers' state."""
        return f"{self.group}-customers-changelog"

    @property
    def pager(self) -> str:
        """Consumer group of the pager, and the name its state goes by."""
        return f"{self.group}-pager"

    @property
    def pager_changelog(self) -> str:
        """The topic that holds what the pager has to tell."""
        return f"{self.pager}-changelog"

    def topic(self, name: str) -> str:
        """A topic's full name."""
        return f"{self.prefix}{name}"

    @property
    def alertmanager_access(self) -> dict[str, Any]:
        """Who we are to Alertmanager, for `adapters.alertmanager.Access`."""
        return {
            "user": self.alertmanager_user,
            "password": _revealed(self.alertmanager_password),
            "token": _revealed(self.alertmanager_token),
            "ca": self.alertmanager_ca,
        }

    @property
    def kafka_python(self) -> dict[str, Any]:
        """Connection settings for kafka-python, security included."""
        return {"bootstrap_servers": self.broker.split(","), **self._security.kafka_python()}

    @property
    def aiokafka(self) -> dict[str, Any]:
        """Connection settings for aiokafka, security included."""
        return {"bootstrap_servers": self.broker.split(","), **self._security.aiokafka()}

    @property
    def _security(self) -> "Security":
        from streams.adapters.security import Security, TokenClient  # noqa: PLC0415 (a slow import)
        from streams.adapters.tls import Tls  # noqa: PLC0415

        tls = Tls(
            self.ssl_ca,
            self.ssl_certificate,
            self.ssl_key,
            _revealed(self.ssl_key_password),
            self.ssl_check_hostname,
        )
        tokens: TokenClient | Path | None = self.oauth_token_file
        if self.oauth_token_url is not None:
            secret = _revealed(self.oauth_client_secret) or ""
            name = self.oauth_client_id or ""
            tokens = TokenClient(self.oauth_token_url, name, secret, self.oauth_scope)
        return Security(
            self.security_protocol,
            tls if self.encrypted else None,
            self.sasl_mechanism,
            self.sasl_username,
            _revealed(self.sasl_password),
            tokens,
        )


def _first_line(error: ValidationError, secrets: list[str]) -> str:
    """The first thing wrong: key, what was expected, and what came unless it is a secret."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    what = first["msg"][:1].lower() + first["msg"][1:]
    came = "" if key.split(".")[0] in secrets else f", got {first['input']!r}"
    return f"setting {key} ({PREFIX}{key.upper()}): {what}{came}"


def _text(value: object) -> str:
    """A value as a variable holds it."""
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def _revealed(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
