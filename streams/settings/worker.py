"""What a worker does and where: the settings that everybody meets."""

import tempfile
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, Field, field_validator, model_validator

from streams.errors import ConfigurationError


class WorkerSettings(BaseModel):
    """The broker and its topics, time, pages, time-outs, logs."""

    broker: str = Field("127.0.0.1:9092", description="Kafka bootstrap servers, comma separated.")
    prefix: str = Field("", description="In front of every topic's and the group's name.")
    app: str = Field("cx-streams", description="Name of the application: its group and state.")
    partitions: int = Field(4, ge=1, description="Partitions of the topics the worker creates.")
    replication: int = Field(1, ge=1, description="Replication factor of topics it creates.")
    min_in_sync: int | None = Field(
        None,
        ge=1,
        description="Copies that must have a record before it counts; else replication - 1.",
    )
    create_topics: bool = Field(True, description="Create missing topics at start.")
    delivery: Literal["auto", "exactly_once", "effectively_once"] = Field(
        "auto", description="What a crash may repeat; auto: exactly once if the broker can."
    )
    time: Literal["live", "replay"] = Field(
        "live", description="What moves deadlines: the wall clock too, or event time alone."
    )
    lateness_s: float = Field(
        0.0, ge=0, description="Seconds by which events may come late before deadlines fire."
    )
    policy: Path | None = Field(
        None,
        description="File with promises to customers, which `cxstreams policy` explains.",
    )
    windows: Literal["auto", "minute", "hour", "day", "off"] = Field(
        "auto",
        description="Smallest window of metrics that is said, and all larger; off: none; auto: "
        "minute in live time, off in a replay, where a minute passes in no time.",
    )
    http_host: str = Field("127.0.0.1", description="Where /metrics, /livez and /readyz listen.")
    http_port: int = Field(9102, ge=0, le=65535, description="Their port; 0 takes a free one.")
    session_timeout_s: float = Field(
        10.0, gt=0, description="Silence after which the group takes a worker for dead."
    )
    rebalance_timeout_s: float = Field(
        15.0, gt=0, description="How long a rebalance waits for members to join again."
    )
    transaction_timeout_s: float = Field(
        60.0, gt=0, description="How long a transaction may stay open before the broker ends it."
    )
    watchdog_s: float = Field(
        120.0, ge=0, description="No progress with lag for so long ends the worker; 0: never."
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

    @field_validator("broker")
    @classmethod
    def _without_scheme(cls, value: str) -> str:
        if "@" in value:
            raise ConfigurationError(
                "setting broker (CX_BROKER): a name or password has no place in it; give each "
                "broker as host:port, and CX_SASL_USERNAME and CX_SASL_PASSWORD beside it"
            )
        places = [part.strip().removeprefix("kafka://") for part in value.split(",")]
        for place in places:
            host, _, port = place.rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 65_536:
                raise ValueError("give each broker as host:port")
        return ",".join(places)

    @model_validator(mode="after")
    def _in_sync_within_replication(self) -> Self:
        if self.min_in_sync is not None and self.min_in_sync > self.replication:
            raise ConfigurationError(
                f"CX_MIN_IN_SYNC is {self.min_in_sync}, but CX_REPLICATION is {self.replication}: "
                "more copies than there are can't be in sync; lower the one or raise the other"
            )
        return self

    @model_validator(mode="after")
    def _policy_is_there(self) -> Self:
        if self.policy is not None and not self.policy.is_file():
            raise ConfigurationError(
                f"CX_POLICY names {self.policy}, which is not a file; name a policy file, or take "
                "it out for the built-in promises"
            )
        return self

    @property
    def least_in_sync(self) -> int:
        """Copies that must have a record, as asked for or one less than there are, at least one.

        >>> WorkerSettings(replication=3).least_in_sync
        2
        """
        return self.min_in_sync or max(1, self.replication - 1)
