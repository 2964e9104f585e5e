"""The examples for subscribers, run as their readers run them."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from confluent_kafka import Consumer, TopicPartition

from tests.cluster.child import Child
from tests.cluster.java import find_compiler
from tests.cluster.maven import subscriber_jars
from tests.cluster.readiness import wait_until

EXAMPLES = Path(__file__).parents[3] / "examples" / "subscribers"
WORDS = ("new ", "amended ", "resolved ", "taken-back ", "deleted ")
_PATIENCE_S = 120.0


class Asked(NamedTuple):
    """What an example is asked to follow; `registry` is a URL, "" where there is none."""

    broker: str
    group: str
    schema: Path
    topic: str
    registry: str = ""


def kafka_python(asked: Asked) -> list[str]:
    return _python("kafka_python_subscriber.py", asked)


def confluent(asked: Asked) -> list[str]:
    return _python("confluent_subscriber.py", asked)


def confluent_registry(asked: Asked) -> list[str]:
    return [*_python("confluent_subscriber.py", asked), "--registry", asked.registry]


def java(asked: Asked) -> list[str]:
    program = [find_compiler().program, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    jars = subscriber_jars(EXAMPLES / "pom.xml")
    source = str(EXAMPLES / "Subscriber.java")
    return [*program, "-cp", f"{jars}/*", source, asked.broker, asked.group, *_what(asked)]


def _python(name: str, asked: Asked) -> list[str]:
    program = [sys.executable, str(EXAMPLES / name)]
    where = ["--broker", asked.broker, "--group", asked.group]
    schema, topic = _what(asked)
    return [*program, *where, "--schema", schema, topic]


def _what(asked: Asked) -> tuple[str, str]:
    return str(asked.schema), asked.topic


Command = Callable[[Asked], list[str]]

# How each leaves after SIGTERM: the Java machine always says so.
LEAVES: dict[Command, int] = {kafka_python: 0, confluent: 0, confluent_registry: 0, java: 143}


class Following:
    """An example that runs; what it printed so far."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        self._child = Child(command, log)
        self._child.start()

    @property
    def news(self) -> list[str]:
        """Its lines about what is new."""
        return [line for line in self._lines() if line.startswith(WORDS)]

    @property
    def unreadable(self) -> list[str]:
        """Its lines about what it can't read."""
        return [line for line in self._lines() if "can't be read: " in line]

    @property
    def waiting(self) -> list[str]:
        """Its lines about what it can't read before somebody has mended something."""
        return [line for line in self._lines() if "can't be read yet: " in line]

    def until(self, true: Callable[[], bool]) -> None:
        """Wait for something to become true; fail with the example's own words."""
        came = wait_until(true, _PATIENCE_S, lambda: self._child.running)
        assert came, self._child.tail(30)

    def ended(self) -> int | None:
        """Wait until it ends by itself -> its exit code."""
        return self._child.wait(_PATIENCE_S)

    def stop(self) -> int | None:
        """SIGTERM, as an orchestrator does -> its exit code."""
        self._child.terminate()
        return self._child.wait(_PATIENCE_S)

    def kill(self) -> None:
        """Whatever it does."""
        self._child.kill()

    def _lines(self) -> list[str]:
        return self._child.log.read_text().splitlines()


class Offsets:
    """How far a group has committed a topic of one partition, beside where it ends."""

    def __init__(self, broker: str, group: str, topic: str) -> None:
        self._place = TopicPartition(topic, 0)
        self._asking = Consumer({"bootstrap.servers": broker, "group.id": group})

    def committed(self) -> int | None:
        """The next offset that the group would read; None: it has never committed."""
        (place,) = self._asking.committed([self._place], 20)
        return place.offset if place.offset >= 0 else None

    def end(self) -> int:
        """The next offset that will be written."""
        _, end = self._asking.get_watermark_offsets(self._place, 20)
        return int(end)

    def close(self) -> None:
        """Leave."""
        self._asking.close()
