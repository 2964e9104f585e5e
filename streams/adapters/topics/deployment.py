"""A deployment as far as its topics go, and the commands a person mends it with."""

import json
from collections.abc import Mapping, Sequence
from shlex import quote
from typing import NamedTuple


class Deployment(NamedTuple):
    """Where it runs, what it is called, and how often each record is to be kept.

    `copies` is the replication factor, `in_sync` how many copies must have a record before it
    counts. `locked`: the broker wants credentials, which Kafka's own tools take from a file.

    >>> here = Deployment("kafka:9092", app="shop", copies=3, in_sync=2)
    >>> here.create(12)
    'cxstreams topics create --broker kafka:9092 --app shop --partitions 12 --replication 3'
    >>> here.set("cx.metrics.v1", "retention.ms", 60_000)[-51:]
    '-name cx.metrics.v1 --add-config retention.ms=60000'
    """

    broker: str
    prefix: str = ""
    app: str = "cx-streams"
    copies: int = 1
    in_sync: int = 1
    locked: bool = False
    exactly_once: bool = True
    transaction_timeout_ms: int = 60_000

    def create(self, partitions: int, *, prefix: str | None = None, app: str | None = None) -> str:
        """Make what is missing; under another prefix or app name, if one is given."""
        names = {
            "--broker": self.broker,
            "--prefix": self.prefix if prefix is None else prefix,
            "--app": self.app if app is None else app,
        }
        said = [f"{option} {quote(name)}" for option, name in names.items() if name]
        if app is None and self.app == "cx-streams":
            said.pop()
        numbers = f"--partitions {partitions} --replication {self.copies}"
        return " ".join(["cxstreams topics create", *said, numbers])

    @property
    def next_app(self) -> str:
        """A name for an application that begins anew.

        >>> Deployment("b:1").next_app, Deployment("b:1", app="shop-2").next_app
        ('cx-streams-2', 'shop-3')
        """
        return _next(self.app, "-")

    @property
    def next_prefix(self) -> str:
        """A prefix for a second deployment beside this one.

        >>> Deployment("b:1").next_prefix, Deployment("b:1", prefix="live.").next_prefix
        ('v2.', 'live-2.')
        """
        return f"{_next(self.prefix.rstrip('.'), '-')}." if self.prefix else "v2."

    def set(self, topic: str, key: str, value: object) -> str:
        """Change one setting of a topic."""
        return (
            f"kafka-configs.sh {self._where} --alter --entity-type topics "
            f"--entity-name {quote(topic)} --add-config {quote(f'{key}={value}')}"
        )

    def grow(self, topic: str, partitions: int) -> str:
        """Give a topic more partitions."""
        return (
            f"kafka-topics.sh {self._where} --alter --topic {quote(topic)} "
            f"--partitions {partitions}"
        )

    def anew(self, topic: str, partitions: int) -> str:
        """Delete a topic with all it holds, and make it as it should be."""
        deletion = f"kafka-topics.sh {self._where} --delete --topic {quote(topic)}"
        return f"{deletion} && {self.create(partitions)}"

    def describe(self, topic: str) -> str:
        """Look at a topic's partitions, leaders and copies."""
        return f"kafka-topics.sh {self._where} --describe --topic {quote(topic)}"

    def spread(self, topic: str, replicas: Mapping[int, Sequence[int]]) -> str:
        """Put each partition's copies onto these brokers."""
        moves = [
            {"topic": topic, "partition": partition, "replicas": list(brokers)}
            for partition, brokers in sorted(replicas.items())
        ]
        plan = json.dumps({"version": 1, "partitions": moves}, separators=(",", ":"))
        return (
            f"echo {quote(plan)} > copies.json && kafka-reassign-partitions.sh {self._where} "
            "--reassignment-json-file copies.json --execute"
        )

    @property
    def _where(self) -> str:
        credentials = " --command-config client.properties" if self.locked else ""
        return f"--bootstrap-server {self.broker}{credentials}"


def _next(name: str, mark: str) -> str:
    stem, _, number = name.rpartition(mark)
    return f"{stem}{mark}{int(number) + 1}" if stem and number.isdigit() else f"{name}{mark}2"
