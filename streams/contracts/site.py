"""A deployment as its subscribers meet it: addresses and names, no secrets."""

from collections.abc import Sequence
from typing import NamedTuple


class Site(NamedTuple):
    """Where the topics are, how one gets in, and what they are called.

    `brokers` are `host:port`. `certificate`: brokers ask clients for one. `token_url` is where
    OAUTHBEARER tokens come from, None where somebody else hands them out. `registry` is the URL
    of a Schema Registry, None where ids are fingerprints; of several nodes the first.

    >>> Site(prefix="shop.", app="night").group
    'shop.night'
    """

    brokers: Sequence[str] = ("127.0.0.1:9092",)
    prefix: str = ""
    app: str = "cx-streams"
    partitions: int = 4
    replication: int = 1
    protocol: str = "PLAINTEXT"
    mechanism: str | None = None
    certificate: bool = False
    token_url: str | None = None
    token_scope: str | None = None
    registry: str | None = None
    version: str = "0"  # of the application

    @property
    def group(self) -> str:
        """The workers' consumer group, which is also the `ce_source` of what they send."""
        return f"{self.prefix}{self.app}"

    @property
    def pager(self) -> str:
        """The pager's consumer group, which is also the `ce_source` of what it sends."""
        return f"{self.group}-pager"

    @property
    def encrypted(self) -> bool:
        """Whether the way to the brokers is TLS."""
        return self.protocol in {"SSL", "SASL_SSL"}
