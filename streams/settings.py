"""Every setting, and the only reader of the environment."""

import os
import tempfile
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from streams.errors import ConfigurationError


class Settings(BaseSettings):
    """Read from the command line, then `CX_…` in the environment, then the file `CX_CONFIG`.

    >>> Settings(broker="kafka://127.0.0.1:9092", prefix="test.").changelog
    'test.cx-streams-customers-changelog'
    """

    model_config = SettingsConfigDict(
        env_prefix="CX_", extra="forbid", frozen=True, allow_inf_nan=False
    )

    broker: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, comma separated.")
    prefix: str = Field("", description="In front of every topic's and the group's name.")
    app: str = Field("cx-streams", description="Name of the application: its group and state.")
    partitions: int = Field(4, ge=1, description="Partitions of the topics the worker creates.")
    replication: int = Field(1, ge=1, description="Replication factor of topics it creates.")
    create_topics: bool = Field(True, description="Create missing topics at start.")
    time: Literal["live", "replay"] = Field(
        "live", description="What moves deadlines: the wall clock too, or event time alone."
    )
    lateness_s: float = Field(
        0.0, ge=0, description="Seconds by which events may come late before deadlines fire."
    )
    http_host: str = Field("127.0.0.1", description="Where /metrics, /livez and /readyz listen.")
    http_port: int = Field(9102, ge=0, le=65535, description="Their port; 0 takes a free one.")
    schema_registry: str | None = Field(
        None, description="URL of a Schema Registry; without one, ids are fingerprints."
    )
    session_timeout_s: float = Field(
        10.0, gt=0, description="Silence after which the group takes a worker for dead."
    )
    rebalance_timeout_s: float = Field(
        4.0, gt=0, description="How long a rebalance waits for members to join again."
    )
    broker_timeout_s: float = Field(
        30.0, gt=0, description="How long to try to reach the broker at start."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level logged."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="JSON for machines, console for people; auto asks the terminal."
    )
    data_dir: Path = Field(
        Path(tempfile.gettempdir()) / "cx-streams", description="Scratch folder of the worker."
    )

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """The settings in force; `overrides` come from the command line.

        Raises:
            ConfigurationError: a value can't be right, or the file has an unknown key; names it.
        """
        try:
            return cls(**overrides)
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise ConfigurationError(
                f"setting {key} (CX_{key.upper()}): {first['msg'].lower()}, got {first['input']!r}"
            ) from error
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"configuration file: {error}") from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line, environment, TOML file."""
        file = os.environ.get("CX_CONFIG")
        if file and not Path(file).is_file():
            raise ConfigurationError(f"CX_CONFIG names {file}, which is not a file")
        toml = TomlConfigSettingsSource(settings_cls, file) if file else None
        sources = (init_settings, env_settings)
        return (*sources, toml) if toml else sources

    @field_validator("broker")
    @classmethod
    def _without_scheme(cls, value: str) -> str:
        places = [part.strip().removeprefix("kafka://") for part in value.split(",")]
        for place in places:
            host, _, port = place.rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 65_536:
                raise ValueError("give each broker as host:port")
        return ",".join(places)

    @property
    def group(self) -> str:
        """Consumer group, and the name the state goes by."""
        return f"{self.prefix}{self.app}"

    @property
    def changelog(self) -> str:
        """The topic that holds the customers' state."""
        return f"{self.group}-customers-changelog"

    def topic(self, name: str) -> str:
        """A topic's full name."""
        return f"{self.prefix}{name}"

    @property
    def kafka_python(self) -> dict[str, Any]:
        """Connection settings for kafka-python."""
        return {"bootstrap_servers": self.broker.split(",")}

    @property
    def aiokafka(self) -> dict[str, Any]:
        """Connection settings for aiokafka."""
        return {"bootstrap_servers": self.broker.split(",")}
