"""What a test may expect of any broker, embedded or real."""

from typing import Protocol


class Broker(Protocol):
    """Where clients find it; `EmbeddedBroker` and `KafkaCluster` are such."""

    @property
    def bootstrap(self) -> str:
        """Addresses for Kafka clients, `host:port,host:port`."""

    @property
    def url(self) -> str:
        """The same for Faust and for `CX_BROKER`, `kafka://host:port`."""
